namespace ICAE.Lab.Charts;

/// <summary>One measurement of a training run: a row of its log.</summary>
/// <param name="Step">The number of updates made before it.</param>
/// <param name="Series">What was measured, as the legend names it: "autoencoding loss", say.</param>
/// <param name="Value">The measured value. One that is not finite leaves a gap in the curve.</param>
public sealed record CurvePoint(long Step, string Series, double Value);
