namespace ICAE.Lab.Objectives;

/// <summary>What the examples of one objective gave in a batch.</summary>
/// <param name="Kind">The objective.</param>
/// <param name="Loss">In nats a token: the mean of each example's own mean.</param>
/// <param name="Accuracy">The share of scored tokens that had the largest logit; <see langword="null"/> unless asked for.</param>
public sealed record ObjectivePart(ObjectiveKind Kind, double Loss, double? Accuracy);
