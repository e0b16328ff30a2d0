using System.Text;

namespace ICAE.Lab.Tokens;

/// <summary>
/// Trains a byte-level BPE. Texts are cut by GPT-2's pattern, each distinct piece is counted once, and the pair that occurs most often
/// becomes a token until the vocabulary is full. Of pairs that occur equally often the one with the smaller ids goes first, so that
/// equal texts give equal tokenizers.
/// </summary>
public sealed class ByteLevelBpeTrainer
{
    private const int TextsBetweenReports = 1000;
    private const int MergesBetweenReports = 64;
    private readonly ByteLevelBpeTrainerOptions _options;

    /// <summary>Creates a trainer.</summary>
    /// <param name="options">The settings.</param>
    /// <exception cref="ConfigurationException">A setting breaks its rule.</exception>
    public ByteLevelBpeTrainer(ByteLevelBpeTrainerOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        _options = options;
    }

    /// <summary>Trains on texts, each read once.</summary>
    /// <param name="texts">The texts; a lone surrogate counts as U+FFFD.</param>
    /// <param name="progress">Told how far training has come.</param>
    /// <param name="cancellation">Ends the training.</param>
    /// <returns>The tokenizer; its vocabulary is smaller than asked for where no pair occurs often enough any more.</returns>
    public TrainedBpe Train(IEnumerable<string> texts, IProgress<BpeTrainingProgress>? progress = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(texts);
        List<string> tokens = [.. _options.SpecialTokens];
        var firstByte = tokens.Count;
        var symbols = Enumerable.Range(0, 256).Select(value => ByteSymbols.Of((byte)value)).Order().ToArray();
        tokens.AddRange(symbols.Select(symbol => symbol.ToString()));
        var byteIds = new int[256];
        for (var index = 0; index < symbols.Length; index++)
        {
            ByteSymbols.TryGetByte(symbols[index], out var value);
            byteIds[value] = firstByte + index;
        }

        var wanted = _options.VocabularySize - tokens.Count;
        var counts = CountPieces(texts, wanted, progress, cancellation, out var textsRead);
        var pairs = new BpePairTable(counts.Select(count => (IdsOf(count.Key, byteIds), count.Value)), _options.MinimumPairFrequency);
        var taken = _options.SpecialTokens.ToHashSet(StringComparer.Ordinal);
        List<(string, string)> merges = [];
        while (merges.Count < wanted)
        {
            cancellation.ThrowIfCancellationRequested();
            if (pairs.TakeMostFrequent() is not { } pair)
                break;
            var built = tokens[pair.Left] + tokens[pair.Right];
            if (taken.Contains(built))
                continue;
            merges.Add((tokens[pair.Left], tokens[pair.Right]));
            tokens.Add(built);
            pairs.Merge(pair.Left, pair.Right, tokens.Count - 1);
            if (merges.Count % MergesBetweenReports == 0)
                progress?.Report(new BpeTrainingProgress(textsRead, merges.Count, wanted));
        }

        progress?.Report(new BpeTrainingProgress(textsRead, merges.Count, wanted));
        return new TrainedBpe(_options, tokens, merges);
    }

    private static int[] IdsOf(string piece, int[] byteIds) => Array.ConvertAll(Encoding.UTF8.GetBytes(piece), value => byteIds[value]);

    private Dictionary<string, long> CountPieces(
        IEnumerable<string> texts, int wanted, IProgress<BpeTrainingProgress>? progress, CancellationToken cancellation, out long textsRead)
    {
        var counts = new Dictionary<string, long>(StringComparer.Ordinal);
        var lookup = counts.GetAlternateLookup<ReadOnlySpan<char>>();
        var digits = new DigitSplitter(individual: true);
        List<TextSegment> sections = [];
        textsRead = 0;
        foreach (var text in texts)
        {
            cancellation.ThrowIfCancellationRequested();
            var whole = WellFormed.Of(text);
            sections.Clear();
            if (_options.SplitDigits)
                digits.Split(new TextSegment(whole, 0, whole.Length), opensText: true, sections);
            else
                sections.Add(new TextSegment(whole, 0, whole.Length));
            foreach (var section in sections)
            {
                Count(section.Span, lookup);
            }

            if (++textsRead % TextsBetweenReports == 0)
                progress?.Report(new BpeTrainingProgress(textsRead, 0, wanted));
        }

        return counts;
    }

    private static void Count(ReadOnlySpan<char> text, Dictionary<string, long>.AlternateLookup<ReadOnlySpan<char>> counts)
    {
        for (var start = 0; start < text.Length;)
        {
            var end = PatternSplitter.EndOfPiece(text, start, SplitPattern.Gpt2);
            counts.TryGetValue(text[start..end], out var count);
            counts[text[start..end]] = count + 1;
            start = end;
        }
    }
}
