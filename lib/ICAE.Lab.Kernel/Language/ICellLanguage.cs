namespace ICAE.Lab.Kernel.Language;

/// <summary>A language that parts of a cell can be in. All but <see cref="Interrupt"/> is called on the cell thread, as the kernel's work.</summary>
internal interface ICellLanguage
{
    /// <summary>What stands behind <c>#!</c>.</summary>
    string Name { get; }

    /// <summary>What it is, for the list.</summary>
    string Description { get; }

    /// <summary>Runs lines of a cell.</summary>
    /// <param name="segment">The lines.</param>
    /// <param name="run">The cell.</param>
    /// <param name="isLast">Whether nothing stands behind them, so that their value is the cell's.</param>
    Task RunAsync(CellSegment segment, CellRun run, bool isLast);

    /// <summary>Stops what it runs elsewhere than on the cell thread. Called from any thread.</summary>
    void Interrupt();
}
