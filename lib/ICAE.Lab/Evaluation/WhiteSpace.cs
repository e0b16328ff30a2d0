namespace ICAE.Lab.Evaluation;

/// <summary>White space as Python's <c>str.split()</c> sees it: Unicode's, and the four separators U+001C to U+001F.</summary>
internal static class WhiteSpace
{
    public static bool Is(char c) => char.IsWhiteSpace(c) || c is >= '\u001c' and <= '\u001f';

    public static List<string> Split(string text)
    {
        var words = new List<string>();
        var start = -1;
        for (var i = 0; i <= text.Length; i++)
        {
            var space = i == text.Length || Is(text[i]);
            if (!space && start < 0)
                start = i;
            if (!space || start < 0)
                continue;
            words.Add(text[start..i]);
            start = -1;
        }
        return words;
    }
}
