using System.Text;

namespace ICAE.Lab.Tokens;

/// <summary>
/// The merges that a SentencePiece model implies: two symbols merge where their texts together are a piece, and the piece's score ranks
/// the merge.
/// </summary>
internal static class SentencePieceMerges
{
    /// <summary>The place of each score, the highest first; equal scores share one.</summary>
    public static Dictionary<float, int> Rank(IEnumerable<float> scores) =>
        scores.Distinct().OrderDescending().Select((score, rank) => KeyValuePair.Create(score, rank)).ToDictionary();

    /// <summary>Lists the merges.</summary>
    /// <param name="vocabulary">The pieces that text may become.</param>
    /// <param name="rankOf">The rank of each id.</param>
    /// <param name="firstSymbol">A number above every id.</param>
    /// <param name="otherSymbols">Code points that are in a piece but no piece themselves, with symbols from <paramref name="firstSymbol"/> on.</param>
    public static PieceMerger Build(
        Dictionary<string, int> vocabulary, Func<int, int> rankOf, int firstSymbol, out Dictionary<int, int> otherSymbols)
    {
        otherSymbols = [];
        foreach (var piece in vocabulary.Keys)
        {
            foreach (var rune in piece.EnumerateRunes())
            {
                if (!vocabulary.ContainsKey(rune.ToString()))
                    otherSymbols.TryAdd(rune.Value, firstSymbol + otherSymbols.Count);
            }
        }

        var lookup = vocabulary.GetAlternateLookup<ReadOnlySpan<char>>();
        var merges = new Dictionary<(int, int), (int, int)>();
        foreach (var (text, id) in vocabulary)
        {
            for (var cut = 1; cut < text.Length; cut++)
            {
                if (!char.IsLowSurrogate(text[cut])
                    && TrySymbol(text.AsSpan(0, cut), lookup, otherSymbols, out var left)
                    && TrySymbol(text.AsSpan(cut), lookup, otherSymbols, out var right))
                    merges.Add((left, right), (rankOf(id), id));
            }
        }

        return new PieceMerger(merges);
    }

    private static bool TrySymbol(
        ReadOnlySpan<char> text, Dictionary<string, int>.AlternateLookup<ReadOnlySpan<char>> vocabulary, Dictionary<int, int> others, out int symbol)
    {
        if (vocabulary.TryGetValue(text, out symbol))
            return true;
        return text.Length <= 2
            && Rune.DecodeFromUtf16(text, out var rune, out var length) == System.Buffers.OperationStatus.Done
            && length == text.Length
            && others.TryGetValue(rune.Value, out symbol);
    }
}
