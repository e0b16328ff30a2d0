namespace ICAE.Lab.Training;

/// <summary>A moment of a run, for whoever watches.</summary>
/// <param name="Step">Updates made.</param>
/// <param name="Steps">Updates in all.</param>
/// <param name="Values">The latest named values; evaluations have names that begin with <c>validation</c>.</param>
/// <param name="TokensPerSecond">Since the last report.</param>
/// <param name="TimeLeft">At the pace of this process so far.</param>
public sealed record RunProgress(long Step, long Steps, IReadOnlyDictionary<string, double> Values, double TokensPerSecond, TimeSpan TimeLeft);
