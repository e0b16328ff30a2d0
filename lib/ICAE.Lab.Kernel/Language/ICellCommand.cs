namespace ICAE.Lab.Kernel.Language;

/// <summary>A command: one line that begins with <c>#!</c>.</summary>
internal interface ICellCommand
{
    /// <summary>What stands behind <c>#!</c>.</summary>
    string Name { get; }

    /// <summary>What it does, for the list.</summary>
    string Description { get; }

    /// <summary>The language that a line with these arguments adds, so that lines in it can follow in the same cell; <see langword="null"/> for none.</summary>
    string? AddsLanguage(string arguments) => null;

    /// <summary>Does it. Called on the cell thread, as the kernel's work.</summary>
    /// <param name="command">The line.</param>
    /// <param name="run">The cell.</param>
    Task RunAsync(CellSegment command, CellRun run);
}
