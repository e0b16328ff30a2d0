namespace ICAE.Lab.Notebooks;

/// <summary>A cell that failed.</summary>
/// <param name="Number">Its place among all cells, from 1.</param>
/// <param name="Id">Its id.</param>
/// <param name="FirstLine">The first line of its code.</param>
/// <param name="Name">The kind of error.</param>
/// <param name="Reason">The error's message.</param>
/// <param name="Trace">The error's trace, line by line, with ANSI colours.</param>
public sealed record CellFailure(int Number, string Id, string FirstLine, string Name, string Reason, IReadOnlyList<string> Trace)
{
    /// <summary>Which cell, where, and why, in one line.</summary>
    public override string ToString() => $"cell {Number} ({FirstLine}): {Name}: {Reason.Split('\n', 2)[0].Trim()}";
}
