using ICAE.Lab.Tokens;

namespace ICAE.Lab.Data;

/// <summary>Cuts long texts where a tokenizer lets them be cut.</summary>
internal static class TextPieces
{
    /// <summary>Where a tokenizer lets texts be cut.</summary>
    public static TextCut CutOf(ITextTokenizer tokenizer) => tokenizer is TextTokenizer own ? own.Cut : TextCut.Nowhere;

    /// <summary>Cuts a text into pieces whose ids, joined, are those of the whole text.</summary>
    /// <param name="text">The text.</param>
    /// <param name="cut">Where it can be cut.</param>
    /// <param name="pieceLength">Each piece ends at the first such place that gives it at least so many characters.</param>
    public static IEnumerable<(int Start, int Length)> Of(string text, TextCut cut, int pieceLength)
    {
        var start = 0;
        while (cut != TextCut.Nowhere && text.Length - start > pieceLength)
        {
            var end = start + pieceLength;
            while (end < text.Length && !IsCut(text, end, cut))
                end++;
            yield return (start, end - start);
            start = cut == TextCut.AtSpace ? end + 1 : end;
        }

        if (start < text.Length)
            yield return (start, text.Length - start);
    }

    private static bool IsCut(string text, int at, TextCut cut) => cut switch
    {
        TextCut.BehindLineFeed => at >= 2 && text[at - 1] == '\n' && !char.IsWhiteSpace(text[at - 2]) && !char.IsWhiteSpace(text[at]),
        TextCut.AtSpace => text[at] == ' ' && at + 1 < text.Length && IsText(text[at - 1]) && IsText(text[at + 1]),
        _ => false,
    };

    private static bool IsText(char unit) => !char.IsWhiteSpace(unit) && unit != CharacterBpeModel.Mark;
}
