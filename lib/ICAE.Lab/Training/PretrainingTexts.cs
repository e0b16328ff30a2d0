using ICAE.Lab.Data;

namespace ICAE.Lab.Training;

/// <summary>The texts of a run that was started from settings, with something held out to evaluate on.</summary>
internal sealed class PretrainingTexts
{
    // Without a split of their own, the last tenth of each text is kept from training.
    private const int HeldOutPart = 10;
    private const int MostHeldOutPart = 4;

    private readonly CorpusSource? _training;
    private readonly CorpusSource? _validation;

    private PretrainingTexts(CorpusSource? training, CorpusSource? validation) => (_training, _validation) = (training, validation);

    /// <summary>Looks at what is named.</summary>
    /// <exception cref="ConfigurationException">A path is not there or holds no text, or a shard comes without one to evaluate on.</exception>
    public static PretrainingTexts Of(IReadOnlyList<string> texts, IReadOnlyList<string> heldOut)
    {
        var validation = heldOut.Count > 0 ? new CorpusSource(heldOut) : null;
        if (texts.Count == 0)
        {
            return validation is null
                ? new PretrainingTexts(null, null)
                : throw new ConfigurationException("Pretraining settings: Validation goes with Texts; without Texts the repository's passages are taken, which bring theirs.");
        }

        var training = new CorpusSource(texts);
        return validation is null && training.Shard is not null
            ? throw new ConfigurationException($"{training.Shard}: a token shard brings nothing to evaluate on; name it in Validation.")
            : new PretrainingTexts(training, validation);
    }

    /// <summary>Makes the shards for a base's tokenizer.</summary>
    public RunData Prepare(string folder, string from, Action<string> told, CancellationToken cancellation)
    {
        if (_training is not { } training)
            return PreparePassages(folder, from, told, cancellation);

        return HasHeldOut(training)
            ? RunData.Prepare(folder, training, _validation, from, told: told, cancellation: cancellation)
            : RunData.Prepare(folder, Parts(training, heldOut: false), Parts(training, heldOut: true), from, told, cancellation);
    }

    /// <summary>Trains a tokenizer and makes the shards for it.</summary>
    public RunData Prepare(string folder, int vocabulary, Action<string> told, CancellationToken cancellation)
    {
        var training = _training ?? throw new ConfigurationException("A tokenizer is trained on texts: name some.");
        return HasHeldOut(training)
            ? RunData.Prepare(folder, training, _validation, tokenizer: null, vocabulary, told, cancellation)
            : RunData.Prepare(folder, Parts(training, heldOut: false), Parts(training, heldOut: true), vocabulary, told, cancellation);
    }

    private bool HasHeldOut(CorpusSource training) => _validation is not null || training.HasSplits;

    private static IEnumerable<TextDocument> Parts(CorpusSource source, bool heldOut) =>
        source.Documents(DataSplit.Train).Select(document => Part(document, heldOut)).Where(document => !heldOut || document.Text.Length > 0);

    private static RunData PreparePassages(string folder, string from, Action<string> told, CancellationToken cancellation)
    {
        var books = Passages.Load(DataSplit.Validation).GroupBy(passage => passage.Book).ToArray();
        return RunData.Prepare(folder, Documents(books[..^1]), Documents(books[^1..]), from, told, cancellation);
    }

    private static IEnumerable<TextDocument> Documents(IEnumerable<IEnumerable<Passage>> books) =>
        books.SelectMany(book => book).Select(passage => new TextDocument(passage.Id, passage.Text ?? ""));

    /// <summary>The text's first nine tenths, or what lies behind them; cut between paragraphs where that keeps at most a quarter from training, else between sentences.</summary>
    private static TextDocument Part(TextDocument document, bool heldOut)
    {
        var cut = document.Text.Length - (document.Text.Length / HeldOutPart);
        var feed = document.Text.LastIndexOf('\n', Math.Max(0, cut - 1));
        var at = feed > 0 && feed >= document.Text.Length - (document.Text.Length / MostHeldOutPart) ? feed + 1 : SentenceStart(document.Text, cut);
        return document with { Text = heldOut ? document.Text[at..] : document.Text[..at] };
    }

    private static int SentenceStart(string text, int cut) =>
        Sentences.Find(text).Select(sentence => sentence.Start).LastOrDefault(start => start <= cut) is > 0 and var start ? start : text.Length;
}
