namespace ICAE.Lab.Training;

/// <summary>What one batch was and gave.</summary>
/// <param name="Tokens">Tokens that went through a model.</param>
/// <param name="Values">What was measured: losses in nats a token, accuracies as shares. Of the batches of an update the mean is logged.</param>
/// <param name="Standing">What stands as it is, such as the rung: of the batches of an update the last one's is logged.</param>
public sealed record StepReport(long Tokens, IReadOnlyDictionary<string, double> Values, IReadOnlyDictionary<string, double>? Standing = null);
