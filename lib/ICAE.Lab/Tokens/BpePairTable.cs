using System.Runtime.InteropServices;

namespace ICAE.Lab.Tokens;

/// <summary>How often each pair of neighbouring tokens occurs, kept up to date while pairs are merged.</summary>
internal sealed class BpePairTable
{
    private readonly List<(int[] Ids, long Count)> _words = [];
    private readonly Dictionary<(int Left, int Right), Pair> _pairs = [];
    private readonly PriorityQueue<(int Left, int Right), (long NegativeCount, int Left, int Right)> _queue = new();
    private readonly long _minimum;

    /// <summary>Counts the pairs of all words.</summary>
    /// <param name="words">Each word's tokens and how often it occurs.</param>
    /// <param name="minimum">Pairs that occur less often are never taken.</param>
    public BpePairTable(IEnumerable<(int[] Ids, long Count)> words, long minimum)
    {
        _minimum = minimum;
        foreach (var word in words)
        {
            _words.Add(word);
            AddPairs(_words.Count - 1, word.Ids, word.Count, null, -1);
        }

        foreach (var (key, pair) in _pairs)
        {
            Offer(key, pair.Count);
        }
    }

    /// <summary>Takes out the pair that occurs most often, the smaller ids first among equals.</summary>
    public (int Left, int Right)? TakeMostFrequent()
    {
        while (_queue.TryDequeue(out var key, out var priority))
        {
            if (!_pairs.TryGetValue(key, out var pair))
                continue;
            if (pair.Count == -priority.NegativeCount)
                return key;
            Offer(key, pair.Count);
        }

        return null;
    }

    /// <summary>Puts one token in the place of a pair, in every word.</summary>
    public void Merge(int left, int right, int built)
    {
        if (!_pairs.Remove((left, right), out var merged))
            return;
        var grown = new HashSet<(int, int)>();
        foreach (var index in merged.Words)
        {
            var (old, count) = _words[index];
            var fresh = Replace(old, left, right, built);
            if (fresh.Length == old.Length)
                continue;
            for (var position = 0; position + 1 < old.Length; position++)
            {
                if (_pairs.TryGetValue((old[position], old[position + 1]), out var pair))
                    pair.Count -= count;
            }

            _words[index] = (fresh, count);
            AddPairs(index, fresh, count, grown, built);
        }

        foreach (var key in grown)
        {
            Offer(key, _pairs[key].Count);
        }
    }

    private static int[] Replace(int[] ids, int left, int right, int built)
    {
        var fresh = new int[ids.Length];
        var length = 0;
        for (var index = 0; index < ids.Length; index++)
        {
            var isPair = ids[index] == left && index + 1 < ids.Length && ids[index + 1] == right;
            fresh[length++] = isPair ? built : ids[index];
            if (isPair)
                index++;
        }

        return fresh[..length];
    }

    // A pair without the token just built was in the word before and knows of it already.
    private void AddPairs(int word, int[] ids, long count, HashSet<(int, int)>? grown, int built)
    {
        for (var index = 0; index + 1 < ids.Length; index++)
        {
            var key = (ids[index], ids[index + 1]);
            ref var pair = ref CollectionsMarshal.GetValueRefOrAddDefault(_pairs, key, out _);
            pair ??= new Pair();
            pair.Count += count;
            if (grown is not null && key.Item1 != built && key.Item2 != built)
                continue;
            if (pair.Words.Count == 0 || pair.Words[^1] != word)
                pair.Words.Add(word);
            grown?.Add(key);
        }
    }

    private void Offer((int Left, int Right) key, long count)
    {
        if (count >= _minimum)
            _queue.Enqueue(key, (-count, key.Left, key.Right));
    }

    private sealed class Pair
    {
        public long Count { get; set; }

        public List<int> Words { get; } = [];
    }
}
