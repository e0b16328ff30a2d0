using System.Text.RegularExpressions;

namespace ICAE.Lab.Notebooks.Checks;

/// <summary>What the reader is told: the opening, prose before code, the exercises at the end.</summary>
internal static partial class TextChecks
{
    public static IEnumerable<NotebookFinding> Check(NotebookDocument document)
    {
        var cells = document.Cells;
        var opening = string.Join("\n\n", cells.TakeWhile(cell => cell.Kind != NotebookCellKind.Code).Where(IsText).Select(cell => cell.Source));
        if (cells.Count == 0 || !IsText(cells[0]) || !Title().IsMatch(cells[0].Source))
            yield return new(1, "opening", "the first cell should be Markdown that begins with a title (# ...)");

        if (!Learn().IsMatch(opening))
            yield return new(1, "opening", "the opening does not say what you will learn (\"You will learn ...\")");

        if (!Takes().IsMatch(opening))
            yield return new(1, "opening", "the opening does not say how long it takes (\"It takes about ... minutes\")");

        for (var index = 0; index < cells.Count; index++)
        {
            if (cells[index].Kind == NotebookCellKind.Code && (index == 0 || !IsText(cells[index - 1])))
                yield return new(index + 1, "prose", "no prose stands before this code cell");

            if (IsText(cells[index]) && Elsewhere().Match(cells[index].Source) is { Success: true } picture)
                yield return new(index + 1, "network", $"a picture from elsewhere: {picture.Groups["address"].Value}");
        }

        if (!EndsWithExercises(document))
            yield return new(cells.Count, "exercises", "the last section should have a heading with the word Exercises and stand behind all code");
    }

    private static bool EndsWithExercises(NotebookDocument document)
    {
        var ending = document.Cells.Reverse().TakeWhile(IsText).Reverse().Select(cell => cell.Source);
        var last = Heading().Matches(CodeFence().Replace(string.Join("\n\n", ending), "")).LastOrDefault();
        return last is not null && last.Groups["text"].Value.Contains("exercise", StringComparison.OrdinalIgnoreCase);
    }

    private static bool IsText(NotebookCell cell) => cell.Kind == NotebookCellKind.Markdown;

    [GeneratedRegex(@"\A\s*#\s+\S")]
    private static partial Regex Title();

    [GeneratedRegex(@"\byou\s+will\s+learn\b|\bwhat\s+you\s+learn\b", RegexOptions.IgnoreCase)]
    private static partial Regex Learn();

    [GeneratedRegex(@"\btakes?\b[^.]{0,120}\b(seconds?|minutes?|hours?)\b", RegexOptions.IgnoreCase)]
    private static partial Regex Takes();

    [GeneratedRegex(@"!\[[^\]]*\]\(\s*<?(?<address>(https?:)?//[^\s)>]+)|<img\b[^>]*\bsrc\s*=\s*[""']?(?<address>(https?:)?//[^\s""'>]+)", RegexOptions.IgnoreCase)]
    private static partial Regex Elsewhere();

    [GeneratedRegex(@"^#{1,3}\s+(?<text>[^\n]+)$", RegexOptions.Multiline)]
    private static partial Regex Heading();

    [GeneratedRegex(@"^```[\s\S]*?^```", RegexOptions.Multiline)]
    private static partial Regex CodeFence();
}
