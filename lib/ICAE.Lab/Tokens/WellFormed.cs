using System.Text;

namespace ICAE.Lab.Tokens;

/// <summary>Text as UTF-8 can hold it.</summary>
internal static class WellFormed
{
    /// <summary>The text with each lone surrogate replaced by U+FFFD; the very same string where there is none.</summary>
    public static string Of(string text)
    {
        var bad = IndexOfLoneSurrogate(text);
        if (bad < 0)
            return text;
        var fixedText = new StringBuilder(text.Length).Append(text, 0, bad);
        foreach (var rune in text.AsSpan(bad).EnumerateRunes())
        {
            fixedText.Append(rune.ToString());
        }

        return fixedText.ToString();
    }

    private static int IndexOfLoneSurrogate(string text)
    {
        for (var index = 0; index < text.Length; index++)
        {
            if (!char.IsSurrogate(text[index]))
                continue;
            if (index + 1 >= text.Length || !char.IsSurrogatePair(text[index], text[index + 1]))
                return index;
            index++;
        }

        return -1;
    }
}
