namespace ICAE.Lab.Training;

/// <summary>What one batch was and gave.</summary>
/// <param name="Tokens">Tokens that went through a model.</param>
/// <param name="Values">Named values: losses in nats a token, accuracies as shares, the rung.</param>
public sealed record StepReport(long Tokens, IReadOnlyDictionary<string, double> Values);
