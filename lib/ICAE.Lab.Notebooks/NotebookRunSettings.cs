namespace ICAE.Lab.Notebooks;

/// <summary>How a notebook is executed.</summary>
public sealed record NotebookRunSettings
{
    /// <summary>How long a cell may run before it is interrupted and counts as failed; <see langword="null"/> for as long as it likes.</summary>
    public TimeSpan? CellLimit { get; init; }

    /// <summary>Whether the first cell that fails is the last that is run. Cells tagged <c>raises-exception</c> may fail.</summary>
    public bool StopOnError { get; init; }

    /// <summary>How long an interrupted cell may take to end before the kernel is ended.</summary>
    public TimeSpan InterruptLimit { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How many characters of output a cell may keep; what comes after is left out, and a line says so.</summary>
    public long MaxOutputLength { get; init; } = 64 << 20;
}
