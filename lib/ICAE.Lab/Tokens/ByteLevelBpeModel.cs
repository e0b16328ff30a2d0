using System.Buffers;
using System.Text;
using Microsoft.ML.Tokenizers;

namespace ICAE.Lab.Tokens;

/// <summary>
/// Byte-level byte-pair encoding of one piece over Microsoft.ML.Tokenizers. Bytes are mapped to their symbols here, and a byte whose
/// symbol the vocabulary lacks is left out, as the reference does it.
/// </summary>
internal sealed class ByteLevelBpeModel : IPieceModel
{
    /// <summary>
    /// Symbols from which on a piece is merged by <see cref="PieceMerger"/>: the package closes each gap that a merge leaves by moving
    /// all that follows, which takes minutes for a piece of some hundred thousand symbols.
    /// </summary>
    public const int LongPieceSymbols = 512;

    private readonly Dictionary<string, int>.AlternateLookup<ReadOnlySpan<char>> _vocabulary;
    private readonly int[] _byteIds = new int[256];
    private readonly bool _ignoreMerges;
    private readonly BpeTokenizer _package;
    private readonly Lazy<PieceMerger> _merger;

    /// <summary>Creates the model.</summary>
    /// <param name="merges">Vocabulary and merges; no token that a merge names holds a space.</param>
    /// <param name="ignoreMerges">Whether a piece that is a token as a whole is that token whatever the merges would build.</param>
    public ByteLevelBpeModel(BpeMerges merges, bool ignoreMerges)
    {
        var vocabulary = new Dictionary<string, int>(merges.Vocabulary, StringComparer.Ordinal);
        _vocabulary = vocabulary.GetAlternateLookup<ReadOnlySpan<char>>();
        _ignoreMerges = ignoreMerges;
        for (var value = 0; value < 256; value++)
        {
            _byteIds[value] = vocabulary.GetValueOrDefault(ByteSymbols.Of((byte)value).ToString(), -1);
        }

        _package = BpeTokenizer.Create(new BpeOptions(vocabulary) { Merges = merges.Merges.Select(merge => $"{merge.Left} {merge.Right}") });
        _merger = new Lazy<PieceMerger>(() => PieceMerger.FromMerges(merges));
    }

    /// <summary>Whether every byte has its symbol in the vocabulary.</summary>
    public bool HasEveryByte => !_byteIds.Contains(-1);

    public void AppendIds(ReadOnlySpan<char> piece, List<int> ids)
    {
        var most = Encoding.UTF8.GetMaxByteCount(piece.Length);
        var bytes = ArrayPool<byte>.Shared.Rent(most);
        var symbols = ArrayPool<char>.Shared.Rent(most);
        var count = 0;
        foreach (var value in bytes.AsSpan(0, Encoding.UTF8.GetBytes(piece, bytes)))
        {
            if (_byteIds[value] >= 0)
                symbols[count++] = ByteSymbols.Of(value);
        }

        AppendSymbols(symbols.AsSpan(0, count), ids);
        ArrayPool<byte>.Shared.Return(bytes);
        ArrayPool<char>.Shared.Return(symbols);
    }

    private void AppendSymbols(ReadOnlySpan<char> symbols, List<int> ids)
    {
        if (symbols.IsEmpty)
            return;
        if ((_ignoreMerges || symbols.Length == 1) && _vocabulary.TryGetValue(symbols, out var whole))
        {
            ids.Add(whole);
            return;
        }

        if (symbols.Length < LongPieceSymbols)
        {
            ids.AddRange(_package.EncodeToIds(symbols, considerPreTokenization: false, considerNormalization: false));
            return;
        }

        var merged = new int[symbols.Length];
        for (var index = 0; index < symbols.Length; index++)
        {
            merged[index] = _vocabulary[symbols.Slice(index, 1)];
        }

        _merger.Value.Merge(merged);
        ids.AddRange(merged.Where(id => id >= 0));
    }
}
