namespace ICAE.Lab.Data.HeldOut;

/// <summary>Which texts are to be cleaned of which.</summary>
public sealed record CleaningRequest
{
    /// <summary>The training texts: .txt and .jsonl files and folders of them, or one folder with a manifest.json (see <see cref="BookCorpus"/>).</summary>
    public required IReadOnlyList<string> Texts { get; init; }

    /// <summary>
    /// The held-out texts, in the same forms; of a folder with a manifest all that is not for training. A corpus with splits that is cleaned
    /// holds its own validation and test texts out, too.
    /// </summary>
    public IReadOnlyList<string> HeldOut { get; init; } = [];

    /// <summary>The folder that the cleaned texts are written to; it may not be there yet, or be empty.</summary>
    public required string Output { get; init; }

    /// <summary>How many words in a row make a passage shared.</summary>
    public int Words { get; init; } = HeldOutFilter.DefaultWords;

    /// <summary>Told of each sentence that is cut out; <see langword="null"/> for nobody.</summary>
    public Action<RemovedSentence>? Removed { get; init; }
}
