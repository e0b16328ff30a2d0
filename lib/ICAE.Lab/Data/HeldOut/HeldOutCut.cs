namespace ICAE.Lab.Data.HeldOut;

/// <summary>What was cut out of one training text because held-out texts have it too.</summary>
/// <param name="Name">The training text.</param>
public sealed record HeldOutCut(string Name)
{
    /// <summary>Its words.</summary>
    public long Words { get; internal set; }

    /// <summary>Its sentences.</summary>
    public long Sentences { get; internal set; }

    /// <summary>The words of the sentences that were cut out.</summary>
    public long RemovedWords { get; internal set; }

    /// <summary>The sentences that were cut out.</summary>
    public long RemovedSentences { get; internal set; }

    /// <summary>Paragraphs of which nothing is left.</summary>
    public long RemovedParagraphs { get; internal set; }

    /// <summary>How many of the cut sentences came from which held-out text; one that is in several counts for the first of them.</summary>
    public IReadOnlyDictionary<string, long> SentencesByHeldOut => ByHeldOut;

    internal SortedDictionary<string, long> ByHeldOut { get; } = new(StringComparer.Ordinal);
}
