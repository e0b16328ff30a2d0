using System.Collections.Frozen;

namespace ICAE.Lab.Data.Words;

/// <summary>Words that can stand for each other, from WordNet 3.0, and forms of one word; for English alone.</summary>
public static class Synonyms
{
    private const string Resource = "synonyms.txt";
    private const int ShortestStem = 3;

    private static readonly string[] Endings = ["'s", "s", "es", "ed", "d", "ing", "er", "est", "ly", "n", "en"];

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

    /// <summary>Whether two words are forms of one: but for case, endings, or a final e or a doubled consonant before them they are the same.</summary>
    /// <param name="first">A word.</param>
    /// <param name="second">Another.</param>
    /// <returns>True for <em>walk</em> and <em>walked</em>, <em>The</em> and <em>the</em>; false for irregular forms such as <em>go</em> and <em>went</em>.</returns>
    public static bool AreForms(string first, string second)
    {
        ArgumentNullException.ThrowIfNull(first);
        ArgumentNullException.ThrowIfNull(second);
        return Stems(first).Intersect(Stems(second), StringComparer.Ordinal).Any();
    }

    private static bool Pair(string one, string other) =>
        (Groups.Value.TryGetValue(one, out var of) && of.Contains(other)) || (Groups.Value.TryGetValue(other, out var back) && back.Contains(one));

    /// <summary>The word in lower case, and what it may be a form of.</summary>
    private static HashSet<string> Stems(string word)
    {
        var lower = word.ToLowerInvariant().Replace('’', '\'');
        var stems = new HashSet<string>(StringComparer.Ordinal) { lower };
        foreach (var ending in Endings.Where(ending => lower.Length - ending.Length >= ShortestStem && lower.EndsWith(ending, StringComparison.Ordinal)))
        {
            var stem = lower[..^ending.Length];
            stems.Add(stem);
            stems.Add(stem + "e");
            if (stem.EndsWith('i'))
                stems.Add(stem[..^1] + "y");

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
