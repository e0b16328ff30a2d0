namespace ICAE.Lab.Tokens;

/// <summary>
/// Merges the symbols of one piece in n log n steps: of all neighbours that may merge, the pair of the lowest rank first, of equal
/// ranks the leftmost.
/// </summary>
/// <param name="merges">For each pair of symbols its rank and the symbol that it becomes.</param>
internal sealed class PieceMerger(IReadOnlyDictionary<(int Left, int Right), (int Rank, int Symbol)> merges)
{
    private const int Gone = -1;

    private readonly Dictionary<(int Left, int Right), (int Rank, int Symbol)> _merges = new(merges);

    /// <summary>Takes each merge's place as its rank.</summary>
    public static PieceMerger FromMerges(BpeMerges merges)
    {
        var vocabulary = merges.Vocabulary;
        return new PieceMerger(merges.Merges
            .Select((merge, rank) => KeyValuePair.Create((vocabulary[merge.Left], vocabulary[merge.Right]), (rank, vocabulary[merge.Left + merge.Right])))
            .ToDictionary());
    }

    /// <summary>Merges symbols where they stand.</summary>
    /// <param name="symbols">Symbols, none negative; a symbol that merged into the one before it becomes negative.</param>
    public void Merge(Span<int> symbols)
    {
        var count = symbols.Length;
        var next = new int[count];
        var previous = new int[count];
        var queue = new PriorityQueue<(int Position, int Symbol), (int Rank, int Position)>();
        for (var index = 0; index < count; index++)
        {
            next[index] = index + 1;
            previous[index] = index - 1;
            if (index > 0)
                Offer(queue, symbols, index - 1, index);
        }

        while (queue.TryDequeue(out var merge, out _))
        {
            var left = merge.Position;
            var right = next[left];
            if (symbols[left] == Gone || right >= count || !IsStillThere(symbols[left], symbols[right], merge.Symbol))
                continue;
            symbols[left] = merge.Symbol;
            symbols[right] = Gone;
            next[left] = next[right];
            if (next[left] < count)
            {
                previous[next[left]] = left;
                Offer(queue, symbols, left, next[left]);
            }

            if (previous[left] >= 0)
                Offer(queue, symbols, previous[left], left);
        }
    }

    private bool IsStillThere(int left, int right, int symbol) => _merges.TryGetValue((left, right), out var found) && found.Symbol == symbol;

    private void Offer(
        PriorityQueue<(int Position, int Symbol), (int Rank, int Position)> queue, ReadOnlySpan<int> symbols, int left, int right)
    {
        if (_merges.TryGetValue((symbols[left], symbols[right]), out var found))
            queue.Enqueue((left, found.Symbol), (found.Rank, left));
    }
}
