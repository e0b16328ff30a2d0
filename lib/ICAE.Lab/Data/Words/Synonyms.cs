using System.Collections.Frozen;

namespace ICAE.Lab.Data.Words;

/// <summary>Words that can stand for each other, from WordNet 3.0, and forms of one word; for English alone.</summary>
public static class Synonyms
{
    private const string Resource = "synonyms.txt";
    private const int ShortestStem = 3;

    private static readonly Lazy<FrozenDictionary<string, FrozenSet<string>>> Groups = new(Load);

    /// <summary>Whether two words share a common sense, whatever their endings and case.</summary>
    /// <param name="first">A word.</param>
    /// <param name="second">Another.</param>
    /// <returns>True for words that WordNet has as synonyms; false for two forms of one word.</returns>
    public static bool Are(string first, string second)
    {
        ArgumentNullException.ThrowIfNull(first);
        ArgumentNullException.ThrowIfNull(second);
        return !AreForms(first, second) && Stems(first).Any(one => Stems(second).Any(other => one != other && Pair(one, other)));
    }

    /// <summary>Whether two words are forms of one: but for case and regular endings (-s, -ed, -ing, -ly) they are the same.</summary>
    /// <param name="first">A word.</param>
    /// <param name="second">Another.</param>
    /// <returns>True for <em>walk</em> and <em>walked</em>, <em>The</em> and <em>the</em>; false for irregular forms such as <em>go</em> and <em>went</em>. Told by spelling: <em>even</em> and <em>evening</em> count, too.</returns>
    public static bool AreForms(string first, string second)
    {
        ArgumentNullException.ThrowIfNull(first);
        ArgumentNullException.ThrowIfNull(second);
        return Stems(first).Intersect(Stems(second), StringComparer.Ordinal).Any();
    }

    private static bool Pair(string one, string other) =>
        (Groups.Value.TryGetValue(one, out var of) && of.Contains(other)) || (Groups.Value.TryGetValue(other, out var back) && back.Contains(one));

    /// <summary>The word in lower case, and what it may be a form of, by regular endings alone.</summary>
    private static HashSet<string> Stems(string word)
    {
        var lower = word.ToLowerInvariant().Replace('’', '\'');
        var stems = new HashSet<string>(StringComparer.Ordinal) { lower };
        void Add(string ending, params ReadOnlySpan<string> instead)
        {
            if (!lower.EndsWith(ending, StringComparison.Ordinal) || lower.Length - ending.Length < ShortestStem)
                return;

            foreach (var end in instead)
                stems.Add(lower[..^ending.Length] + end);
        }

        Add("'s", "");
        Add("ies", "y");
        Add("ied", "y");
        Add("es", "");
        if (!lower.EndsWith("ss", StringComparison.Ordinal))
            Add("s", "");

        Add("ly", "");
        Add("ed", "", "e");
        Add("ing", "", "e");
        foreach (var doubled in (string[])["ed", "ing"])
        {
            var stem = lower.EndsWith(doubled, StringComparison.Ordinal) ? lower[..^doubled.Length] : "";
            if (stem.Length > ShortestStem && stem[^1] == stem[^2])
                stems.Add(stem[..^1]);
        }

        return stems;
    }

    private static FrozenDictionary<string, FrozenSet<string>> Load()
    {
        using var stream = typeof(Synonyms).Assembly.GetManifestResourceStream(Resource) ?? throw new InvalidOperationException($"The library does not carry {Resource}.");
        using var reader = new StreamReader(stream);
        var groups = new Dictionary<string, FrozenSet<string>>(StringComparer.Ordinal);
        while (reader.ReadLine() is { } line)
        {
            if (line.Length == 0 || line[0] == '#')
                continue;

            var words = line.Split(' ');
            groups.Add(words[0], words.Skip(1).ToFrozenSet(StringComparer.Ordinal));
        }

        return groups.ToFrozenDictionary(StringComparer.Ordinal);
    }
}
