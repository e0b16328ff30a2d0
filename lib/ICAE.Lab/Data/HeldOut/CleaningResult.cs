namespace ICAE.Lab.Data.HeldOut;

/// <summary>What a cleaning did.</summary>
/// <param name="Folder">The folder with the cleaned texts.</param>
/// <param name="Cuts">What was cut out of each training text, in the order in which they were given.</param>
/// <param name="HeldOutRuns">How many different runs of words were held out.</param>
/// <param name="HeldOutTexts">How many texts were held out.</param>
/// <param name="TooShort">How many of these have fewer words than a run, and so cannot be found.</param>
public sealed record CleaningResult(string Folder, IReadOnlyList<HeldOutCut> Cuts, int HeldOutRuns, int HeldOutTexts, int TooShort);
