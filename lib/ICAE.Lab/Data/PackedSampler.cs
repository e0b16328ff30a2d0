namespace ICAE.Lab.Data;

/// <summary>
/// An endless sequence of rows cut from all texts of a shard laid end to end, each text with its end behind it ("packing"): rows that begin and end anywhere, so that no text is too
/// short to be read, and ends are read, too. Row number <c>cursor</c> is a function of (seed, cursor, length) alone.
/// </summary>
/// <remarks>
/// An epoch lays the texts out in a random order, cuts the ring of T tokens into T / L rows of L tokens from a random phase and visits them in a random order; the T mod L tokens
/// left over are others in each epoch. <see cref="WindowSampler"/> draws stretches inside one text instead. Not for use by several threads at once.
/// </remarks>
public sealed class PackedSampler
{
    private const uint PhaseStream = 0;
    private const uint OrderStream = 1;
    private const uint TextStream = 2;
    private readonly TokenShard _shard;
    private readonly int _end;
    private readonly ulong _seed;
    private readonly uint _stream;
    private readonly int[] _texts;
    private readonly int[] _order;
    private readonly long[] _ends;
    private readonly long _ring;
    private (ulong Epoch, ulong Seed)? _laidOut;

    /// <summary>Prepares the sampling; takes 16 bytes a text.</summary>
    /// <param name="shard">The shard; the caller keeps it open as long as it reads. Empty texts are left out.</param>
    /// <param name="end">The id that ends a text.</param>
    /// <param name="seed">The run's seed.</param>
    /// <param name="stream">Tells apart two samplers of one seed.</param>
    /// <exception cref="ConfigurationException"><paramref name="end"/> is not in the shard's vocabulary.</exception>
    public PackedSampler(TokenShard shard, int end, ulong seed, uint stream = 0)
    {
        ArgumentNullException.ThrowIfNull(shard);
        if (end < 0 || end >= shard.VocabularySize)
            throw new ConfigurationException($"{shard.Path}: the id that ends a text, {end}, is not in the vocabulary of {shard.VocabularySize}");
        _shard = shard;
        _end = end;
        _seed = seed;
        _stream = stream;
        _texts = [.. Enumerable.Range(0, shard.DocumentCount).Where(text => shard.Document(text).Length > 0)];
        _order = new int[_texts.Length];
        _ends = new long[_texts.Length];
        _ring = shard.TokenCount + _texts.Length;
    }

    /// <summary>How many rows of a length an epoch has.</summary>
    /// <param name="length">The rows' length in tokens; at least 1.</param>
    /// <returns>The number; 0 where all texts together, with their ends, are shorter.</returns>
    public long RowsPerEpoch(int length)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(length, 1);
        return _ring / length;
    }

    /// <summary>Checks that there are rows of a length.</summary>
    /// <param name="length">The rows' length in tokens; at least 1.</param>
    /// <exception cref="ConfigurationException">There are none.</exception>
    public void Require(int length)
    {
        if (RowsPerEpoch(length) == 0)
            throw new ConfigurationException($"{_shard.Path}: all texts with their ends have {_ring} tokens, fewer than the {length} of a row");
    }

    /// <summary>Reads the row at a position of the sequence.</summary>
    /// <param name="cursor">The position; at least 0.</param>
    /// <param name="ids">Takes the ids; its length is the row's.</param>
    /// <exception cref="ConfigurationException">There are no rows of that length.</exception>
    public void Read(long cursor, Span<int> ids)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(cursor);
        Require(ids.Length);
        var rows = RowsPerEpoch(ids.Length);
        var epoch = (ulong)(cursor / rows);
        var seed = new CounterRandom(_seed, _stream, (ulong)ids.Length).NextUInt64();
        LayOut(epoch, seed);
        var phase = new CounterRandom(seed, PhaseStream, epoch).NextInt64(_ring);
        var block = new KeyedPermutation(rows, seed, OrderStream, epoch)[cursor % rows];
        Copy((phase + (block * ids.Length)) % _ring, ids);
    }

    /// <summary>The order of the texts in an epoch; kept until another one is asked for.</summary>
    private void LayOut(ulong epoch, ulong seed)
    {
        if (_laidOut == (epoch, seed))
            return;
        var order = new KeyedPermutation(_texts.Length, seed, TextStream, epoch);
        var end = 0L;
        for (var place = 0; place < _texts.Length; place++)
        {
            _order[place] = _texts[order[place]];
            _ends[place] = end += _shard.Document(_order[place]).Length + 1;
        }
        _laidOut = (epoch, seed);
    }

    private void Copy(long place, Span<int> ids)
    {
        var index = Array.BinarySearch(_ends, place + 1);
        if (index < 0)
            index = ~index;
        var inside = place - (index == 0 ? 0 : _ends[index - 1]);
        while (ids.Length > 0)
        {
            var (start, length) = _shard.Document(_order[index]);
            var taken = (int)Math.Min(length - inside, ids.Length);
            _shard.Read(start + inside, ids[..taken]);
            ids = ids[taken..];
            if (ids.Length > 0)
            {
                ids[0] = _end;
                ids = ids[1..];
            }
            (index, inside) = ((index + 1) % _order.Length, 0);
        }
    }
}
