namespace ICAE.Lab.Kernel.Language;

/// <summary>A part of a cell: lines in one language, or one command.</summary>
/// <param name="Language">The language of the lines, or the one that a command stands in.</param>
/// <param name="Text">The lines, or the command's arguments.</param>
/// <param name="Command">The command; <see langword="null"/> for lines of code.</param>
/// <param name="Line">Where it begins, in lines from 0.</param>
internal sealed record CellSegment(string Language, string Text, string? Command, int Line)
{
    /// <summary>The lines behind as many empty ones as stand before them in the cell, so that their numbers are the cell's.</summary>
    public string TextInPlace => new string('\n', Line) + Text;
}
