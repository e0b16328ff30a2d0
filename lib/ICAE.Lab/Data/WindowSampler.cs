namespace ICAE.Lab.Data;

/// <summary>
/// An endless sequence of windows of a shard's text, each inside one document: window number <c>cursor</c> is a function of (seed, cursor, length)
/// alone, so a training run's place in its data is one number.
/// </summary>
/// <remarks>
/// For a length L, the documents of at least L tokens are laid end to end in a ring of T tokens; an epoch cuts the ring into T / L windows
/// from a random phase and visits them in a random order. So an epoch at one length sees all text of these documents once, up to two
/// things: the T mod L tokens left over, and a window across the seam of two documents, which is moved into the one that holds more of it.
/// Phase and order change from epoch to epoch. A run that mixes lengths under one cursor draws each length's windows without
/// replacement too, but sees only the share of them that falls to that length.
/// </remarks>
public sealed class WindowSampler
{
    private const uint PhaseStream = 0;
    private const uint OrderStream = 1;
    private readonly TokenShard _shard;
    private readonly ulong _seed;
    private readonly uint _stream;
    private readonly int[] _documents;
    private readonly long[] _ends;

    /// <summary>Prepares the sampling; takes 12 bytes a document.</summary>
    /// <param name="shard">The shard; the caller keeps it open as long as it reads.</param>
    /// <param name="seed">The run's seed.</param>
    /// <param name="stream">Tells apart two samplers of one seed.</param>
    public WindowSampler(TokenShard shard, ulong seed, uint stream = 0)
    {
        ArgumentNullException.ThrowIfNull(shard);
        _shard = shard;
        _seed = seed;
        _stream = stream;
        _documents = Enumerable.Range(0, shard.DocumentCount).OrderByDescending(d => shard.Document(d).Length).ToArray();
        _ends = new long[_documents.Length];
        var end = 0L;
        for (var i = 0; i < _documents.Length; i++)
            _ends[i] = end += shard.Document(_documents[i]).Length;
    }

    /// <summary>The tokens of the longest document; 0 where there is none.</summary>
    public long LongestDocument => _documents.Length == 0 ? 0 : _shard.Document(_documents[0]).Length;

    /// <summary>How many windows of a length an epoch has.</summary>
    /// <param name="length">The windows' length in tokens; at least 1.</param>
    /// <returns>The number; 0 where no document is long enough.</returns>
    public long WindowsPerEpoch(int length) => Ring(length).Length / length;

    /// <summary>Finds the window at a position of the sequence.</summary>
    /// <param name="cursor">The position; at least 0.</param>
    /// <param name="length">The window's length in tokens; at least 1.</param>
    /// <returns>The window.</returns>
    /// <exception cref="ConfigurationException">No document has that many tokens.</exception>
    public TokenWindow Locate(long cursor, int length)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(cursor);
        var (ring, documents) = Ring(length);
        if (ring == 0)
            throw new ConfigurationException($"{_shard.Path}: no document has {length} tokens, as many as a window shall have");
        var windows = ring / length;
        var epoch = (ulong)(cursor / windows);
        var lengthSeed = new CounterRandom(_seed, _stream, (ulong)length).NextUInt64();
        var phase = new CounterRandom(lengthSeed, PhaseStream, epoch).NextInt64(ring);
        var block = new KeyedPermutation(windows, lengthSeed, OrderStream, epoch)[cursor % windows];
        return Place((phase + (block * length)) % ring, length, documents);
    }

    /// <summary>Reads the window at a position of the sequence.</summary>
    /// <param name="cursor">The position; at least 0.</param>
    /// <param name="length">The window's length in tokens; at least 1.</param>
    /// <param name="ids">Takes the ids in its first <paramref name="length"/> places.</param>
    /// <returns>Where the window lies.</returns>
    /// <exception cref="ConfigurationException">No document has that many tokens.</exception>
    /// <exception cref="ArgumentException"><paramref name="ids"/> is too short.</exception>
    public TokenWindow Read(long cursor, int length, Span<int> ids)
    {
        if (ids.Length < length)
            throw new ArgumentException($"The window has {length} tokens, but there is room for {ids.Length}.", nameof(ids));
        var window = Locate(cursor, length);
        _shard.Read(window.Start, ids[..length]);
        return window;
    }

    /// <summary>Turns a place on the ring into a window inside one document.</summary>
    private TokenWindow Place(long place, int length, int documents)
    {
        var index = Array.BinarySearch(_ends, 0, documents, place + 1);
        if (index < 0)
            index = ~index;
        var inside = place - (index == 0 ? 0 : _ends[index - 1]);
        var (start, documentLength) = _shard.Document(_documents[index]);
        var over = inside + length - documentLength;
        if (over <= 0)
            return new TokenWindow(_documents[index], start + inside, length);
        if (2 * over <= length)
            return new TokenWindow(_documents[index], start + documentLength - length, length);
        var next = _documents[(index + 1) % documents];
        return new TokenWindow(next, _shard.Document(next).Start, length);
    }

    /// <summary>The tokens and the number of the documents that are long enough; they come first in the order by length.</summary>
    private (long Length, int Documents) Ring(int length)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(length, 1);
        var (low, high) = (0, _documents.Length);
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (_shard.Document(_documents[middle]).Length >= length)
                low = middle + 1;
            else
                high = middle;
        }
        return (low == 0 ? 0 : _ends[low - 1], low);
    }
}
