using ICAE.Lab.Autoencoder;
using ICAE.Lab.Data;
using ICAE.Lab.Data.Words;
using ICAE.Lab.Evaluation;
using ICAE.Lab.Experiments.RestorationEvaluation;
using ICAE.Lab.Tokens;

namespace ICAE.Lab.Experiments.MemorySelectivity;

/// <summary>
/// What a memory keeps and what it lets go (sec. 3.2 of the paper shows such errors): each token's surprisal with the memory beside that by the base
/// alone, each token that the model wrote from it by itself, and each word that came back otherwise, by kind of difference.
/// </summary>
public static class MemorySelectivityExperiment
{
    private const string Alone = "text";

    /// <summary>Measures one text.</summary>
    /// <param name="model">The autoencoder.</param>
    /// <param name="text">The text, not empty.</param>
    /// <param name="tokens">Of how many tokens at most its beginning is taken; <see langword="null"/> for all.</param>
    /// <param name="cancellation">Looked at between tokens; the running cell's where none is given.</param>
    /// <returns>Its tokens and differences.</returns>
    /// <exception cref="IcaeException">The text is empty, or longer than the autoencoder can hold.</exception>
    public static SelectivityResult Run(IcaeModel model, string text, int? tokens = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(text);
        var length = model.Encode(text).Count;
        if (length == 0)
            throw new ConfigurationException("The text is empty: there is nothing in it to be remembered.");

        var settings = new RestorationSettings { Tokens = Math.Min(length, tokens ?? length), Resamples = 1 };
        return Run(model, [new Passage { Id = Alone, Text = text }], settings, null, cancellation);
    }

    /// <summary>Measures passages.</summary>
    /// <param name="model">The autoencoder.</param>
    /// <param name="passages">The passages; shifted and random ones are left out, since they have no words.</param>
    /// <param name="settings">The length, the most texts and so on.</param>
    /// <param name="progress">Told before each batch and at the end.</param>
    /// <param name="cancellation">Looked at between batches and tokens; the running cell's where none is given.</param>
    /// <returns>Tokens and differences of all texts.</returns>
    /// <exception cref="ConfigurationException">There is no passage, or the settings break a rule.</exception>
    public static SelectivityResult Run(
        IcaeModel model, IEnumerable<Passage> passages, RestorationSettings settings, IProgress<RestorationProgress>? progress = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(passages);
        ArgumentNullException.ThrowIfNull(settings);
        var opening = model.OpeningId
            ?? throw new ConfigurationException($"The base of {model.Name} has no token that begins or ends a text, so it cannot predict a text by itself, and a memory's gain over it cannot be measured.");
        var ordinary = settings with { Controls = false, Conditions = [ReadingCondition.Memory, ReadingCondition.BaseAlone] };
        var texts = passages.Where(passage => passage.Text is not null && passage.Kind != TextKind.Patterned.Name() && passage.Kind != TextKind.Random.Name());
        var result = RestorationEvaluator.Run(model, EvaluationTexts.Prepare(texts, model, ordinary), ordinary, progress, cancellation);
        var alone = new Dictionary<EvaluationText, RestoredText>(ReferenceEqualityComparer.Instance);
        foreach (var text in result.Texts.Where(text => text.Condition == ReadingCondition.BaseAlone))
            alone.Add(text.Original, text);

        var remembered = result.Texts.Where(text => text.Condition == ReadingCondition.Memory).ToList();
        return new SelectivityResult(
            result,
            [.. remembered.SelectMany(text => Tokens(text, alone[text.Original], model.Base.Tokenizer))],
            [.. remembered.Where(text => text.Ids.Count > 0).Chunk(settings.BatchSize).SelectMany(texts => Restored(model, opening, texts, NotebookHost.OrCell(cancellation)))],
            [.. remembered.SelectMany(text => Differences(text.Original.Id, text.Original.Text, text.Text))],
            remembered.Sum(text => EnglishWords.Of(text.Original.Text).Count));
    }

    /// <summary>The gain by kind of word.</summary>
    /// <param name="result">What was measured.</param>
    /// <param name="resamples">Resamples of the bootstrap.</param>
    /// <returns>A row for each kind that occurs.</returns>
    public static IReadOnlyList<WordKindRow> ByWordKind(SelectivityResult result, int resamples = 1000)
    {
        ArgumentNullException.ThrowIfNull(result);
        var books = result.Restorations.Texts.GroupBy(text => text.Original.Id, StringComparer.Ordinal)
            .ToDictionary(group => group.Key, group => group.First().Original.Book is { } book ? $"book {book}" : $"text {group.Key}", StringComparer.Ordinal);
        var bootstrap = new Bootstrap(Seed: 1, resamples);
        return [.. result.Tokens.Where(token => token.Word.Length > 0).GroupBy(token => token.Kind).OrderBy(group => group.Key).Select(group => Row(group.Key, [.. group], books, bootstrap))];
    }

    /// <summary>The words of a restoration that are not as they were.</summary>
    /// <param name="textId">What the text is called in the rows.</param>
    /// <param name="original">The original text.</param>
    /// <param name="restored">The restored text.</param>
    /// <returns>The differences in the order of the original.</returns>
    public static IReadOnlyList<WordDifference> Differences(string textId, string original, string restored)
    {
        ArgumentNullException.ThrowIfNull(textId);
        var (before, after) = (EnglishWords.Of(original), EnglishWords.Of(restored));
        var numbers = new Dictionary<string, int>(StringComparer.Ordinal);
        int Number(Word word) => numbers.TryGetValue(word.Text, out var known) ? known : numbers[word.Text] = numbers.Count;
        var alignment = Alignment.Align([.. before.Select(Number)], [.. after.Select(Number)], minimumMove: 1);
        return [.. alignment.Segments.SelectMany(segment => Describe(textId, segment, before, after))];
    }

    private static WordKindRow Row(WordKind kind, TokenGain[] tokens, Dictionary<string, string> books, Bootstrap bootstrap)
    {
        var (without, with) = (tokens.Average(token => token.Without), tokens.Average(token => token.With));
        string[] texts = [.. tokens.Select(token => token.TextId)];
        var gain = bootstrap.Mean([.. tokens.Select(token => token.Gain)], [.. texts.Select(text => books[text])], texts);
        return new WordKindRow(
            kind,
            tokens.Length,
            without,
            with,
            gain.Estimate,
            gain.Low,
            gain.High,
            without > 0 ? gain.Estimate / without : 0,
            tokens.Average(token => token.RightWithout ? 1.0 : 0.0),
            tokens.Average(token => token.RightWith ? 1.0 : 0.0));
    }

    private static IEnumerable<TokenGain> Tokens(RestoredText memory, RestoredText alone, ITextTokenizer tokenizer)
    {
        // Special tokens, such as one that opens every text, are no words.
        string[] shown = [.. TokenTexts.OfRunningText(tokenizer, memory.Original.Ids).Zip(memory.Original.Ids, (text, id) => tokenizer.SpecialIds.Contains(id) ? "" : text)];
        var words = EnglishWords.Of(string.Concat(shown));
        var (start, next) = (0, 0);
        for (var position = 0; position < shown.Length; position++)
        {
            // A token belongs to the word of its first character that is not white space.
            var own = start + (shown[position].Length - shown[position].TrimStart().Length);
            start += shown[position].Length;
            while (next < words.Count && words[next].End <= own)
                next++;

            var word = next < words.Count && own < start && words[next].Start <= own ? words[next] : null;
            yield return new TokenGain(
                memory.Original.Id,
                position,
                shown[position],
                word?.Text ?? "",
                word?.Kind ?? WordKind.Punctuation,
                alone.TokenLosses[position],
                memory.TokenLosses[position],
                alone.TokenCorrect[position],
                memory.TokenCorrect[position]);
        }
    }

    private static IEnumerable<RestoredToken> Restored(IcaeModel model, int opening, RestoredText[] texts, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        int[][] ids = [.. texts.Select(text => text.Ids.ToArray())];
        var (losses, likeliest) = ContextReading.Force(model.Base.Transformer, [.. texts.Select(_ => (int[])[opening])], ids, [.. ids.Select(text => text[0] == opening ? 1 : 0)]);
        var first = 0;
        foreach (var text in texts)
        {
            var shown = TokenTexts.OfRunningText(model.Base.Tokenizer, text.Ids);
            foreach (var segment in Alignment.Align(text.Original.Ids, text.Ids).Segments)
            {
                for (var i = segment.RestoredStart; i < segment.RestoredStart + segment.RestoredLength; i++)
                    yield return new RestoredToken(text.Original.Id, i, shown[i], segment.Kind, losses[first + i], likeliest[first + i]);
            }

            first += text.Ids.Count;
        }
    }

    private static IEnumerable<WordDifference> Describe(string textId, AlignmentSegment segment, IReadOnlyList<Word> before, IReadOnlyList<Word> after)
    {
        Word Original(int i) => before[segment.OriginalStart + i];
        Word Restored(int i) => after[segment.RestoredStart + i];
        return segment.Kind switch
        {
            AlignmentKind.Substitution => Enumerable.Range(0, Math.Max(segment.OriginalLength, segment.RestoredLength)).Select(i =>
                i >= segment.RestoredLength ? Omission(i) : i >= segment.OriginalLength ? Insertion(i)
                : new WordDifference(textId, segment.OriginalStart + i, Relation(Original(i).Text, Restored(i).Text), Original(i).Text, Restored(i).Text, Original(i).Kind)),
            AlignmentKind.Omission => Enumerable.Range(0, segment.OriginalLength).Select(Omission),
            AlignmentKind.Insertion => Enumerable.Range(0, segment.RestoredLength).Select(Insertion),
            AlignmentKind.MovedAway => Enumerable.Range(0, segment.OriginalLength).Select(i =>
                new WordDifference(textId, segment.OriginalStart + i, DifferenceKind.Order, Original(i).Text, Original(i).Text, Original(i).Kind)),
            _ => [],
        };

        WordDifference Omission(int i) => new(textId, segment.OriginalStart + i, DifferenceKind.Omission, Original(i).Text, "", Original(i).Kind);

        WordDifference Insertion(int i) => new(textId, segment.OriginalStart + segment.OriginalLength, DifferenceKind.Insertion, "", Restored(i).Text, Restored(i).Kind);
    }

    private static DifferenceKind Relation(string original, string restored) =>
        Synonyms.AreForms(original, restored) ? DifferenceKind.Form
        : Synonyms.Are(original, restored) ? DifferenceKind.Synonym
        : DifferenceKind.Other;
}
