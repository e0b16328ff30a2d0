using System.Text;

namespace ICAE.Lab.Tokens;

/// <summary>SentencePiece's treatment of spaces, without a table of characters to replace ("identity").</summary>
/// <param name="addPrefix">Whether a text is given a space before it.</param>
/// <param name="removeExtraSpaces">Whether spaces at both ends are dropped and runs of them made one.</param>
internal sealed class SentencePieceNormalizer(bool addPrefix, bool removeExtraSpaces) : ITextNormalizer
{
    public string Rule => $"spaces to marks{(addPrefix ? ", one before" : "")}{(removeExtraSpaces ? ", single" : "")}";

    /// <summary>Whether a text is given a space before it.</summary>
    public bool AddsPrefix => addPrefix;

    public string Normalize(string text)
    {
        var kept = removeExtraSpaces ? Single(text) : text;
        if (kept.Length == 0)
            return kept;
        var marked = (addPrefix ? " " : "") + kept;
        marked = marked.Replace(' ', CharacterBpeModel.Mark);

        // Marks that a text holds itself are taken for spaces at its end, though nowhere else.
        return removeExtraSpaces ? marked.TrimEnd(CharacterBpeModel.Mark) : marked;
    }

    private static string Single(string text)
    {
        var result = new StringBuilder(text.Length);
        foreach (var unit in text.AsSpan().Trim(' '))
        {
            if (unit != ' ' || result[^1] != ' ')
                result.Append(unit);
        }

        return result.ToString();
    }
}
