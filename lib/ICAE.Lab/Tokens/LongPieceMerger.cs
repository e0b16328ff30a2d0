using System.Runtime.InteropServices;

namespace ICAE.Lab.Tokens;

/// <summary>
/// Merges the symbols of one long piece in n log n steps. The package closes each gap that a merge leaves by moving all that follows,
/// which takes minutes for a piece of some hundred thousand symbols.
/// </summary>
internal sealed class LongPieceMerger
{
    private readonly Dictionary<(int Left, int Right), (int Rank, int Id)> _merges;

    /// <summary>Prepares the merges.</summary>
    public LongPieceMerger(BpeMerges merges)
    {
        _merges = new Dictionary<(int, int), (int, int)>(merges.Merges.Count);
        for (var rank = 0; rank < merges.Merges.Count; rank++)
        {
            var (left, right) = merges.Merges[rank];
            _merges.Add((merges.Vocabulary[left], merges.Vocabulary[right]), (rank, merges.Vocabulary[left + right]));
        }
    }

    /// <summary>Merges ids where they stand and leaves the result in the list.</summary>
    public void Merge(List<int> symbols)
    {
        var ids = CollectionsMarshal.AsSpan(symbols);
        var count = ids.Length;
        var next = new int[count];
        var previous = new int[count];
        var queue = new PriorityQueue<(int Position, int Id), (int Rank, int Position)>();
        for (var index = 0; index < count; index++)
        {
            next[index] = index + 1;
            previous[index] = index - 1;
            if (index + 1 < count)
                Offer(ids, index, index + 1);
        }

        while (queue.TryDequeue(out var merge, out _))
        {
            var left = merge.Position;
            var right = next[left];
            if (ids[left] < 0 || right >= count || !_merges.TryGetValue((ids[left], ids[right]), out var found) || found.Id != merge.Id)
                continue;
            ids[left] = merge.Id;
            ids[right] = -1;
            next[left] = next[right];
            if (next[left] < count)
            {
                previous[next[left]] = left;
                Offer(ids, left, next[left]);
            }

            if (previous[left] >= 0)
                Offer(ids, previous[left], left);
        }

        symbols.RemoveAll(id => id < 0);

        void Offer(ReadOnlySpan<int> current, int left, int right)
        {
            if (_merges.TryGetValue((current[left], current[right]), out var found))
                queue.Enqueue((left, found.Id), (found.Rank, left));
        }
    }
}
