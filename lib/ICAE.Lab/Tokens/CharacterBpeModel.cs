using System.Collections.Concurrent;
using System.Runtime.InteropServices;
using System.Text;

namespace ICAE.Lab.Tokens;

/// <summary>
/// Byte-pair encoding over characters, as SentencePiece does it: a space is the mark U+2581, characters outside the vocabulary fall
/// back to bytes. Microsoft.ML.Tokenizers is not used for it: of equal scores it merges the rightmost pair, where the reference merges
/// the leftmost ("aaa" comes out as "a aa"), and it takes control tokens written in a text for those tokens.
/// </summary>
internal sealed class CharacterBpeModel : IPieceModel
{
    /// <summary>The mark that stands for a space.</summary>
    public const char Mark = '\u2581';

    private const int NoSymbol = int.MaxValue;
    private const int MostPartsKept = 1 << 16;
    private const int MostUnitsOfPartKept = 32;

    private readonly Dictionary<string, int>.AlternateLookup<ReadOnlySpan<char>> _vocabulary;
    private readonly Dictionary<int, int> _symbols = [];
    private readonly PieceMerger _merger;
    private readonly UnknownText _unknown;
    private readonly bool _wholeFirst;
    private readonly bool _cutsBeforeMarks;
    private readonly int _idLimit;
    private readonly ConcurrentDictionary<string, int[]> _kept = new(StringComparer.Ordinal);
    private int _keptCount;

    /// <summary>Creates the model.</summary>
    /// <param name="vocabulary">The tokens that text may become, with their ids.</param>
    /// <param name="merger">The merges, by ids and by <paramref name="otherSymbols"/>.</param>
    /// <param name="unknown">What becomes of other characters.</param>
    /// <param name="wholeFirst">Whether a piece that is a token as a whole is that token whatever the merges would build.</param>
    /// <param name="otherSymbols">Code points that merge though they are no tokens, with symbols above every id.</param>
    public CharacterBpeModel(
        Dictionary<string, int> vocabulary,
        PieceMerger merger,
        UnknownText unknown,
        bool wholeFirst = false,
        IReadOnlyDictionary<int, int>? otherSymbols = null)
    {
        _vocabulary = vocabulary.GetAlternateLookup<ReadOnlySpan<char>>();
        _merger = merger;
        _unknown = unknown;
        _wholeFirst = wholeFirst;
        _idLimit = vocabulary.Values.Max() + 1;
        foreach (var (token, id) in vocabulary)
        {
            if (TrySingle(token, out var point))
                _symbols[point] = id;
        }

        foreach (var (point, symbol) in otherSymbols ?? new Dictionary<int, int>())
        {
            _symbols.Add(point, symbol);
        }

        _cutsBeforeMarks = (_symbols.ContainsKey(Mark) || unknown.ByteIds is not null) && !vocabulary.Keys.Any(HasMarkBehindText);
    }

    /// <summary>Whether what stands before a mark that follows other text, and what begins with it, have the same ids apart as together.</summary>
    public bool CutsBeforeMarks => _cutsBeforeMarks && !_wholeFirst;

    /// <summary>The one code point that a text consists of.</summary>
    public static bool TrySingle(string text, out int point)
    {
        point = 0;
        if (text.Length is 0 or > 2 || Rune.DecodeFromUtf16(text, out var rune, out var length) != System.Buffers.OperationStatus.Done || length < text.Length)
            return false;
        point = rune.Value;
        return true;
    }

    public void AppendIds(ReadOnlySpan<char> piece, List<int> ids)
    {
        if (_wholeFirst && _vocabulary.TryGetValue(piece, out var whole))
        {
            ids.Add(whole);
            return;
        }

        // No token holds a mark behind other text, so that no merge crosses that place: shorter pieces merge faster.
        var start = 0;
        for (var index = 1; _cutsBeforeMarks && index < piece.Length; index++)
        {
            if (piece[index] != Mark || piece[index - 1] == Mark)
                continue;
            AppendPart(piece[start..index], ids);
            start = index;
        }

        AppendPart(piece[start..], ids);
    }

    private static bool HasMarkBehindText(string token)
    {
        for (var index = 1; index < token.Length; index++)
        {
            if (token[index] == Mark && token[index - 1] != Mark)
                return true;
        }

        return false;
    }

    private void AppendPart(ReadOnlySpan<char> part, List<int> ids)
    {
        if (part.Length > MostUnitsOfPartKept)
        {
            EncodePart(part, ids);
            return;
        }

        if (_kept.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(part, out var known))
        {
            ids.AddRange(known);
            return;
        }

        var first = ids.Count;
        EncodePart(part, ids);
        if (Volatile.Read(ref _keptCount) < MostPartsKept && _kept.TryAdd(part.ToString(), CollectionsMarshal.AsSpan(ids)[first..].ToArray()))
            Interlocked.Increment(ref _keptCount);
    }

    private void EncodePart(ReadOnlySpan<char> part, List<int> ids)
    {
        var symbols = new int[part.Length];
        var starts = new int[part.Length];
        var count = 0;
        for (var index = 0; index < part.Length;)
        {
            Rune.DecodeFromUtf16(part[index..], out var rune, out var length);
            if (!_symbols.TryGetValue(rune.Value, out var symbol))
                symbol = _unknown.ByteIds is null && _unknown.UnknownId is null ? -1 : NoSymbol;
            if (symbol >= 0)
            {
                symbols[count] = symbol;
                starts[count++] = index;
            }

            index += length;
        }

        if (count > 1)
            _merger.Merge(symbols.AsSpan(0, count));
        var behindUnknown = false;
        for (var index = 0; index < count; index++)
        {
            if (symbols[index] < 0)
                continue;
            if (symbols[index] < _idLimit)
                ids.Add(symbols[index]);
            else
                AppendUnknown(part[starts[index]..], behindUnknown, ids);
            behindUnknown = symbols[index] >= _idLimit;
        }
    }

    private void AppendUnknown(ReadOnlySpan<char> text, bool behindUnknown, List<int> ids)
    {
        if (_unknown.ByteIds is { } byteIds)
        {
            Rune.DecodeFromUtf16(text, out var rune, out _);
            Span<byte> bytes = stackalloc byte[4];
            foreach (var value in bytes[..rune.EncodeToUtf8(bytes)])
            {
                ids.Add(byteIds[value]);
            }
        }
        else if (_unknown.UnknownId is { } id && !(behindUnknown && _unknown.Fuse))
        {
            ids.Add(id);
        }
    }
}
