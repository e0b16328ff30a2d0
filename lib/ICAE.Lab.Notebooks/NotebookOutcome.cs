namespace ICAE.Lab.Notebooks;

/// <summary>How the execution of a notebook ended.</summary>
public enum NotebookOutcome
{
    /// <summary>Every cell ran.</summary>
    Succeeded,

    /// <summary>A cell failed, or took too long.</summary>
    Failed,

    /// <summary>It was cancelled; the cell that ran was interrupted.</summary>
    Cancelled,

    /// <summary>The kernel ended, or had to be ended.</summary>
    KernelDied,
}
