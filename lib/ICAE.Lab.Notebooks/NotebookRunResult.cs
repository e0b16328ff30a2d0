namespace ICAE.Lab.Notebooks;

/// <summary>How the execution of a notebook went.</summary>
/// <param name="Outcome">How it ended.</param>
/// <param name="Executed">How many code cells were executed.</param>
/// <param name="Failures">The cells that failed though nothing says that they should.</param>
/// <param name="Elapsed">How long it took, with the kernel's start.</param>
public sealed record NotebookRunResult(NotebookOutcome Outcome, int Executed, IReadOnlyList<CellFailure> Failures, TimeSpan Elapsed);
