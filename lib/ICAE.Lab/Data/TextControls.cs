using ICAE.Lab.Tokens;

namespace ICAE.Lab.Data;

/// <summary>
/// The paper's control texts and the orders between them: ids in, as many ids out. Ordinary ids are those that are not special; only they are
/// shifted and drawn. A result is passed on as ids, never as decoded text, which would be tokenised differently.
/// </summary>
public sealed class TextControls
{
    private readonly ITextTokenizer _tokenizer;
    private readonly int[] _ordinary;
    private readonly Dictionary<int, int> _rank;

    /// <summary>Prepares the controls of a vocabulary.</summary>
    /// <param name="tokenizer">The tokenizer.</param>
    /// <exception cref="ConfigurationException">All of its ids are special.</exception>
    public TextControls(ITextTokenizer tokenizer)
    {
        ArgumentNullException.ThrowIfNull(tokenizer);
        _tokenizer = tokenizer;
        _ordinary = Enumerable.Range(0, tokenizer.VocabularySize).Where(id => tokenizer.HasToken(id) && !tokenizer.SpecialIds.Contains(id)).ToArray();
        if (_ordinary.Length == 0)
            throw new ConfigurationException("The tokenizer has no id that is not special: there is nothing to draw from.");
        _rank = _ordinary.Select((id, rank) => (id, rank)).ToDictionary(pair => pair.id, pair => pair.rank);
    }

    /// <summary>The ids that are not special, in ascending order.</summary>
    public IReadOnlyList<int> OrdinaryIds => _ordinary;

    /// <summary>Makes the control of a text that needs no corpus.</summary>
    /// <param name="kind">Any kind up to <see cref="TextKind.Reversed"/>; those beyond come from an <see cref="NgramSampler"/>.</param>
    /// <param name="ids">The ordinary text.</param>
    /// <param name="random">Where chance comes from; patterned and reversed text draw nothing.</param>
    /// <returns>As many ids.</returns>
    /// <exception cref="ArgumentException">The kind needs a corpus, or an id is outside the vocabulary.</exception>
    public int[] Make(TextKind kind, IReadOnlyList<int> ids, CounterRandom random)
    {
        ArgumentNullException.ThrowIfNull(ids);
        return kind switch
        {
            TextKind.Ordinary => [.. ids],
            TextKind.Patterned => Patterned(ids),
            TextKind.Random => Random(ids.Count, random),
            TextKind.ShuffledTokens => ShuffledTokens(ids, random),
            TextKind.ShuffledWords => ShuffledWords(ids, random),
            TextKind.ShuffledSentences => ShuffledSentences(ids, random),
            TextKind.Reversed => Reversed(ids),
            _ => throw new ArgumentException($"Text of the kind \"{kind.Name()}\" is drawn from a corpus: use {nameof(NgramSampler)}.", nameof(kind)),
        };
    }

    /// <summary>Shifts ids within the ordinary ids, as the paper's patterned text (token id + 1); special ids stay.</summary>
    /// <param name="ids">The text.</param>
    /// <param name="shift">By how many places; the last ordinary id goes over to the first.</param>
    /// <returns>As many ids.</returns>
    /// <exception cref="ArgumentException">An id is outside the vocabulary.</exception>
    public int[] Patterned(IReadOnlyList<int> ids, int shift = 1)
    {
        ArgumentNullException.ThrowIfNull(ids);
        var count = _ordinary.Length;
        var offset = ((shift % count) + count) % count;
        return ids.Select(id => _rank.TryGetValue(id, out var rank) ? _ordinary[(rank + offset) % count] : Special(id)).ToArray();
    }

    /// <summary>Draws ids uniformly from the ordinary ids.</summary>
    /// <param name="count">How many.</param>
    /// <param name="random">Where chance comes from.</param>
    /// <returns>The ids.</returns>
    public int[] Random(int count, CounterRandom random)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        ArgumentNullException.ThrowIfNull(random);
        var ids = new int[count];
        for (var i = 0; i < count; i++)
            ids[i] = _ordinary[random.NextInt(_ordinary.Length)];
        return ids;
    }

    /// <summary>Puts the tokens into random order.</summary>
    /// <param name="ids">The text.</param>
    /// <param name="random">Where chance comes from.</param>
    /// <returns>The same ids in another order.</returns>
    public static int[] ShuffledTokens(IReadOnlyList<int> ids, CounterRandom random)
    {
        ArgumentNullException.ThrowIfNull(ids);
        ArgumentNullException.ThrowIfNull(random);
        int[] shuffled = [.. ids];
        random.Shuffle<int>(shuffled);
        return shuffled;
    }

    /// <summary>Puts the words into random order; a word is a run of tokens without white space between them, with the white space before it.</summary>
    /// <param name="ids">The text.</param>
    /// <param name="random">Where chance comes from.</param>
    /// <returns>The same ids in another order.</returns>
    public int[] ShuffledWords(IReadOnlyList<int> ids, CounterRandom random)
    {
        var pieces = Pieces(ids);
        var starts = new List<int>();
        for (var i = 0; i < pieces.Length; i++)
        {
            var behindSpace = i > 0 && string.IsNullOrWhiteSpace(pieces[i - 1]);
            var opens = pieces[i].Length > 0 && char.IsWhiteSpace(pieces[i][0]) && !behindSpace;
            if (i == 0 || opens || pieces[i - 1].EndsWith('\n'))
                starts.Add(i);
        }
        return ShuffleRuns(ids, starts, random);
    }

    /// <summary>Puts the sentences (see <see cref="Sentences"/>) into random order; the white space before a sentence goes with it.</summary>
    /// <param name="ids">The text.</param>
    /// <param name="random">Where chance comes from.</param>
    /// <returns>The same ids in another order.</returns>
    public int[] ShuffledSentences(IReadOnlyList<int> ids, CounterRandom random)
    {
        var pieces = Pieces(ids);
        var text = string.Concat(pieces);
        var sentences = Sentences.Find(text);
        var starts = new List<int> { 0 };
        var (token, offset) = (0, 0);
        foreach (var (start, _) in sentences.Skip(1))
        {
            var end = sentences[starts.Count - 1].Start + sentences[starts.Count - 1].Length;
            while (token < pieces.Length && offset < end)
                offset += pieces[token++].Length;
            starts.Add(token);
        }
        return ShuffleRuns(ids, starts.Where(s => s < ids.Count).Distinct().ToList(), random);
    }

    /// <summary>Turns the order of the tokens round.</summary>
    /// <param name="ids">The text.</param>
    /// <returns>The same ids from last to first.</returns>
    public static int[] Reversed(IReadOnlyList<int> ids)
    {
        ArgumentNullException.ThrowIfNull(ids);
        int[] reversed = [.. ids];
        Array.Reverse(reversed);
        return reversed;
    }

    /// <summary>
    /// What each token adds to the text behind the token before it: two neighbours are decoded together, since some tokenizers drop the space of a
    /// token that stands alone.
    /// </summary>
    private string[] Pieces(IReadOnlyList<int> ids)
    {
        ArgumentNullException.ThrowIfNull(ids);
        var pieces = new string[ids.Count];
        var before = "";
        for (var i = 0; i < pieces.Length; i++)
        {
            var alone = _tokenizer.Decode([ids[i]]);
            var pair = i == 0 ? alone : _tokenizer.Decode([ids[i - 1], ids[i]]);
            pieces[i] = pair.StartsWith(before, StringComparison.Ordinal) ? pair[before.Length..] : alone;
            before = alone;
        }
        return pieces;
    }

    private static int[] ShuffleRuns(IReadOnlyList<int> ids, List<int> starts, CounterRandom random)
    {
        ArgumentNullException.ThrowIfNull(random);
        var order = Enumerable.Range(0, starts.Count).ToArray();
        random.Shuffle<int>(order);
        var shuffled = new List<int>(ids.Count);
        foreach (var run in order)
        {
            var end = run + 1 < starts.Count ? starts[run + 1] : ids.Count;
            for (var i = starts[run]; i < end; i++)
                shuffled.Add(ids[i]);
        }
        return [.. shuffled];
    }

    private int Special(int id) => _tokenizer.SpecialIds.Contains(id)
        ? id
        : throw new ArgumentException($"Id {id} stands for no token of the tokenizer, whose ids go up to {_tokenizer.VocabularySize - 1}.", nameof(id));
}
