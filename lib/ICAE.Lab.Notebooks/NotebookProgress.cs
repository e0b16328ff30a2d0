namespace ICAE.Lab.Notebooks;

/// <summary>A code cell that begins or has ended.</summary>
/// <param name="Number">Its place among the code cells, from 1.</param>
/// <param name="Count">How many code cells there are.</param>
/// <param name="FirstLine">The first line of its code.</param>
/// <param name="Ended">Whether it has ended.</param>
/// <param name="Elapsed">How long it took, if it has ended.</param>
/// <param name="Failure">How it failed, if it did.</param>
public sealed record NotebookProgress(int Number, int Count, string FirstLine, bool Ended, TimeSpan Elapsed, CellFailure? Failure);
