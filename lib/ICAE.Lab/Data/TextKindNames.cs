namespace ICAE.Lab.Data;

/// <summary>The names of the kinds of text in files and tables, such as "shuffled-words".</summary>
public static class TextKindNames
{
    private static readonly Dictionary<TextKind, string> Names = new()
    {
        [TextKind.Ordinary] = "ordinary",
        [TextKind.Patterned] = "patterned",
        [TextKind.Random] = "random",
        [TextKind.ShuffledTokens] = "shuffled-tokens",
        [TextKind.ShuffledWords] = "shuffled-words",
        [TextKind.ShuffledSentences] = "shuffled-sentences",
        [TextKind.Reversed] = "reversed",
        [TextKind.Unigram] = "unigram",
        [TextKind.Bigram] = "bigram",
        [TextKind.Trigram] = "trigram",
    };

    /// <summary>The kind's name.</summary>
    /// <param name="kind">The kind.</param>
    /// <returns>Its name in lower case, with hyphens.</returns>
    public static string Name(this TextKind kind) =>
        Names.TryGetValue(kind, out var name) ? name : throw new ArgumentOutOfRangeException(nameof(kind), kind, "There is no such kind of text.");

    /// <summary>The kind of a name.</summary>
    /// <param name="name">The name, as <see cref="Name"/> gives it.</param>
    /// <returns>The kind.</returns>
    /// <exception cref="ConfigurationException">No kind has that name.</exception>
    public static TextKind Parse(string name)
    {
        foreach (var (kind, known) in Names)
        {
            if (known == name)
                return kind;
        }
        throw new ConfigurationException($"\"{name}\" is no kind of text; the kinds are {string.Join(", ", Names.Values)}.");
    }
}
