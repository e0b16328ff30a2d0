namespace ICAE.Lab.Notebooks.Checks;

/// <summary>
/// The conventions of this repository's notebooks, and the dialect of C# that its kernel and that of .NET Interactive have in common. The
/// code is not compiled: what only a compiler sees, a run shows.
/// </summary>
public static class NotebookChecks
{
    /// <summary>The one line by which a notebook references the library.</summary>
    public const string ReferenceLine = "#r \"../artifacts/notebook/ICAE.Lab.Display.dll\"";

    /// <summary>How many lines a code cell may have, blank ones and comments not counted.</summary>
    public const int MaxCodeLines = 15;

    /// <summary>Checks a notebook.</summary>
    /// <param name="document">The notebook.</param>
    /// <returns>What was found, in the order of the cells; nothing if all is well.</returns>
    public static IReadOnlyList<NotebookFinding> Check(NotebookDocument document)
    {
        ArgumentNullException.ThrowIfNull(document);
        return [.. FormChecks.Check(document).Concat(TextChecks.Check(document)).Concat(DialectChecks.Check(document)).OrderBy(finding => finding.Cell ?? 0)];
    }
}
