namespace ICAE.Lab.Data;

/// <summary>
/// Finds sentences in English prose by rules: a sentence ends at a line feed, or behind . ! ? or … (and the quotes or brackets that close there) where
/// white space follows and then no small letter. A full stop behind a title ("Mr.") or an initial ends none.
/// </summary>
public static class Sentences
{
    private const string Terminators = ".!?…";
    private const string Closers = "\"'”’)]";

    private static readonly HashSet<string> Titles = new(StringComparer.Ordinal)
    {
        "Mr", "Mrs", "Ms", "Messrs", "Mme", "Mlle", "Dr", "St", "Prof", "Rev", "Hon", "Capt", "Col", "Gen", "Lieut", "Sergt", "No", "Vol",
    };

    /// <summary>Finds the sentences.</summary>
    /// <param name="text">The text.</param>
    /// <returns>Where each sentence starts and how long it is, without the white space around it; together all that is not white space.</returns>
    public static IReadOnlyList<(int Start, int Length)> Find(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var sentences = new List<(int, int)>();
        var start = SkipSpace(text, 0);
        for (var at = start; at < text.Length; at++)
        {
            if (!EndsSentence(text, at))
                continue;
            AddTrimmed(sentences, text, start, at);
            start = SkipSpace(text, at);
            at = Math.Max(at, start - 1);
        }
        AddTrimmed(sentences, text, start, text.Length);
        return sentences;
    }

    /// <summary>Whether a sentence ends before the white space at a place.</summary>
    private static bool EndsSentence(string text, int at)
    {
        if (text[at] == '\n')
            return true;
        if (!char.IsWhiteSpace(text[at]))
            return false;
        var end = at;
        while (end > 0 && Closers.Contains(text[end - 1], StringComparison.Ordinal))
            end--;
        if (end == 0 || !Terminators.Contains(text[end - 1], StringComparison.Ordinal))
            return false;
        var next = SkipSpace(text, at);
        if (next < text.Length && char.IsLower(text[next]))
            return false;
        return text[end - 1] != '.' || end < at || !IsAbbreviation(text, end - 1);
    }

    private static bool IsAbbreviation(string text, int stop)
    {
        var start = stop;
        while (start > 0 && char.IsLetter(text[start - 1]))
            start--;
        var word = text[start..stop];
        return Titles.Contains(word) || (word.Length == 1 && char.IsUpper(word[0]) && word != "I");
    }

    private static int SkipSpace(string text, int at)
    {
        while (at < text.Length && char.IsWhiteSpace(text[at]))
            at++;
        return at;
    }

    private static void AddTrimmed(List<(int, int)> sentences, string text, int start, int end)
    {
        while (end > start && char.IsWhiteSpace(text[end - 1]))
            end--;
        if (end > start)
            sentences.Add((start, end - start));
    }
}
