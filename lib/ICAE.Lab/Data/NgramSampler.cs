namespace ICAE.Lab.Data;

/// <summary>
/// Draws texts from the n-gram frequencies of a corpus: each token by its frequency behind the one or two before it (for order 1: by its
/// frequency alone), without smoothing. Shannon's approximations to a language, in tokens.
/// </summary>
public sealed class NgramSampler
{
    private const int StretchLength = 1 << 16;
    private readonly int[] _tokens;
    private readonly ulong[] _contexts;
    private readonly int[] _places;

    /// <summary>Reads the corpus and sorts its places by what stands before them; takes 16 bytes a token.</summary>
    /// <param name="shard">The corpus.</param>
    /// <param name="order">1 for unigrams, 2 for bigrams, 3 for trigrams.</param>
    /// <param name="specialIds">Ids that are not drawn and not drawn across, such as an end of text.</param>
    /// <param name="maximumTokens">About how much of a large corpus is read, in stretches of up to 65,536 tokens spread evenly over it.</param>
    /// <exception cref="ConfigurationException">The corpus has no stretch of as many ordinary tokens as the order.</exception>
    public NgramSampler(TokenShard shard, int order, IReadOnlySet<int> specialIds, int maximumTokens = 1 << 22)
    {
        ArgumentNullException.ThrowIfNull(shard);
        ArgumentNullException.ThrowIfNull(specialIds);
        ArgumentOutOfRangeException.ThrowIfLessThan(order, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(order, 3);
        ArgumentOutOfRangeException.ThrowIfLessThan(maximumTokens, 1);
        Order = order;
        var tokens = new List<int>();
        var contexts = new List<ulong>();
        var places = new List<int>();
        foreach (var run in Runs(shard, specialIds, maximumTokens).Where(run => run.Length >= order))
        {
            for (var i = order - 1; i < run.Length; i++)
            {
                contexts.Add(Context(run, i, order));
                places.Add(tokens.Count + i);
            }
            tokens.AddRange(run);
        }
        if (places.Count == 0)
            throw new ConfigurationException($"{shard.Path}: no document has {order} ordinary tokens in a row, which n-grams of that order need");
        _tokens = [.. tokens];
        _contexts = [.. contexts];
        _places = [.. places];
        Array.Sort(_contexts, _places);
        SortPlacesOfEqualContexts();
    }

    /// <summary>The length of the n-grams: 1, 2 or 3.</summary>
    public int Order { get; }

    /// <summary>The kind of text that is drawn.</summary>
    public TextKind Kind => TextKind.Unigram + (Order - 1);

    /// <summary>Draws a text.</summary>
    /// <param name="count">How many tokens.</param>
    /// <param name="random">Where chance comes from.</param>
    /// <returns>
    /// The ids. The first ones are an n-gram of the corpus drawn whole; so are those behind a context that the corpus has at the end of a document only.
    /// </returns>
    public int[] Sample(int count, CounterRandom random)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        ArgumentNullException.ThrowIfNull(random);
        var ids = new int[count];
        for (var i = 0; i < count;)
        {
            var (low, high) = i < Order - 1 ? (0, 0) : Range(Context(ids, i, Order));
            if (low < high)
            {
                ids[i++] = _tokens[_places[low + random.NextInt(high - low)]];
                continue;
            }
            var last = _places[random.NextInt(_places.Length)];
            for (var back = Order - 1; back >= 0 && i < count; back--)
                ids[i++] = _tokens[last - back];
        }
        return ids;
    }

    /// <summary>Documents, or stretches of them, without special ids.</summary>
    private static IEnumerable<int[]> Runs(TokenShard shard, IReadOnlySet<int> specialIds, int maximumTokens)
    {
        var every = Math.Max(1, shard.TokenCount / (double)maximumTokens);
        var (due, number) = (0.0, 0L);
        for (var document = 0; document < shard.DocumentCount; document++)
        {
            var (start, length) = shard.Document(document);
            for (var at = start; at < start + length; number++)
            {
                var size = (int)Math.Min(Math.Min(StretchLength, maximumTokens), start + length - at);
                if (number >= due)
                {
                    due += every;
                    foreach (var run in Split(shard.Read(at, size), specialIds))
                        yield return run;
                }
                at += size;
            }
        }
    }

    private static IEnumerable<int[]> Split(int[] ids, IReadOnlySet<int> specialIds)
    {
        var start = 0;
        for (var i = 0; i <= ids.Length; i++)
        {
            if (i < ids.Length && !specialIds.Contains(ids[i]))
                continue;
            if (i > start)
                yield return ids[start..i];
            start = i + 1;
        }
    }

    /// <summary>The sort above leaves the order of equal contexts open; a sample must not depend on how it is implemented.</summary>
    private void SortPlacesOfEqualContexts()
    {
        var start = 0;
        for (var i = 1; i <= _contexts.Length; i++)
        {
            if (i < _contexts.Length && _contexts[i] == _contexts[start])
                continue;
            Array.Sort(_places, start, i - start);
            start = i;
        }
    }

    /// <summary>The tokens before a place, as one number.</summary>
    private static ulong Context(int[] ids, int i, int order) => order switch
    {
        1 => 0,
        2 => (ulong)ids[i - 1],
        _ => ((ulong)ids[i - 2] << 32) | (uint)ids[i - 1],
    };

    private (int Low, int High) Range(ulong context) => (Lower(context), context == ulong.MaxValue ? _contexts.Length : Lower(context + 1));

    private int Lower(ulong context)
    {
        var (low, high) = (0, _contexts.Length);
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (_contexts[middle] < context)
                low = middle + 1;
            else
                high = middle;
        }
        return low;
    }
}
