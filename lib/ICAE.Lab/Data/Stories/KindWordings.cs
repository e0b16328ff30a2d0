namespace ICAE.Lab.Data.Stories;

/// <summary>The word lists of each kind of event, found by the kind.</summary>
internal static class KindWordings
{
    private static readonly LexiconSection?[] PredicateLists = Find("");
    private static readonly LexiconSection?[] SentenceLists = Find(".s");

    /// <summary>The predicates of a kind; null for what nobody does.</summary>
    public static LexiconSection? Predicates(StoryFactKind kind) => PredicateLists[(int)kind];

    /// <summary>The whole sentences of a kind, if it has some.</summary>
    public static LexiconSection? Sentences(StoryFactKind kind) => SentenceLists[(int)kind];

    private static LexiconSection?[] Find(string ending) => [.. Enum.GetValues<StoryFactKind>().Select(kind => Lexicon.TrySection(kind + ending))];
}
