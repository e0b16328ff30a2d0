namespace ICAE.Lab.Evaluation;

/// <summary>An estimate with its bootstrap interval.</summary>
/// <param name="Estimate">The statistic of the data themselves.</param>
/// <param name="Low">The interval's lower end.</param>
/// <param name="High">The interval's upper end.</param>
/// <param name="Confidence">What share of such intervals holds the true value, such as .95.</param>
/// <param name="Units">
/// How many independent units were resampled (books, say, not texts). With fewer than about ten the interval is indicative only, and tends to be too narrow.
/// </param>
public readonly record struct ConfidenceInterval(double Estimate, double Low, double High, double Confidence, int Units);
