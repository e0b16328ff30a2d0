namespace ICAE.Lab.Kernel.Language;

/// <summary>Ends code of a run that was abandoned. Where it leaves a thread that the code itself has started, only that thread ends.</summary>
internal sealed class CellStoppedException(CellRun run) : OperationCanceledException("The cell was interrupted.", run.Cancellation);
