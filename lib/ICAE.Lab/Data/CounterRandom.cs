namespace ICAE.Lab.Data;

/// <summary>
/// Random numbers that are a function of (seed, stream, step) and of how many were drawn, and of nothing else: Philox4x32-10 with the seed as
/// key and (draw, stream, step) as counter. A training run makes one for each step, so no generator state has to be saved, and
/// a resumed run draws what the uninterrupted one would have drawn. The values are the same on every machine and in every version.
/// </summary>
/// <remarks>One instance is for one thread. The numbers are not for cryptography.</remarks>
public sealed class CounterRandom
{
    private readonly uint _key0;
    private readonly uint _key1;
    private readonly uint _stream;
    private readonly uint _step0;
    private readonly uint _step1;
    private uint _block;
    private ulong _spare;
    private bool _hasSpare;

    /// <summary>Creates the generator at its first draw.</summary>
    /// <param name="seed">The run's seed.</param>
    /// <param name="stream">What the numbers are for, so that two uses of one seed are independent; see <see cref="StreamOf"/>.</param>
    /// <param name="step">The step, epoch or row whose numbers these are.</param>
    public CounterRandom(ulong seed, uint stream = 0, ulong step = 0)
    {
        _key0 = (uint)seed;
        _key1 = (uint)(seed >> 32);
        _stream = stream;
        _step0 = (uint)step;
        _step1 = (uint)(step >> 32);
    }

    /// <summary>The number of a stream that has a name: FNV-1a (32 bits) of the name's UTF-16 code units.</summary>
    /// <param name="name">What the stream is for, such as "decoder-noise".</param>
    /// <returns>The stream.</returns>
    public static uint StreamOf(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        var hash = 2166136261u;
        foreach (var c in name)
        {
            hash = unchecked((hash ^ (byte)c) * 16777619u);
            hash = unchecked((hash ^ (byte)(c >> 8)) * 16777619u);
        }
        return hash;
    }

    /// <summary>Draws 64 random bits.</summary>
    /// <returns>A number uniform over all of <see cref="ulong"/>.</returns>
    /// <exception cref="InvalidOperationException">2^33 numbers were drawn already: the counter is used up.</exception>
    public ulong NextUInt64()
    {
        if (_hasSpare)
        {
            _hasSpare = false;
            return _spare;
        }
        var (r0, r1, r2, r3) = Philox4x32.Block(_block, _stream, _step0, _step1, _key0, _key1);
        if (_block == uint.MaxValue)
            throw new InvalidOperationException("A counter-based generator gives at most 2^33 numbers for one seed, stream and step.");
        _block++;
        _spare = r2 | ((ulong)r3 << 32);
        _hasSpare = true;
        return r0 | ((ulong)r1 << 32);
    }

    /// <summary>Draws an integer below a bound, without bias (Lemire's method).</summary>
    /// <param name="bound">One more than the largest value; at least 1.</param>
    /// <returns>A number uniform over 0 … bound - 1.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The bound is below 1.</exception>
    public long NextInt64(long bound)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(bound, 1);
        var range = (ulong)bound;
        var high = Math.BigMul(NextUInt64(), range, out var low);
        if (low >= range)
            return (long)high;
        var threshold = unchecked(0 - range) % range;
        while (low < threshold)
            high = Math.BigMul(NextUInt64(), range, out low);
        return (long)high;
    }

    /// <summary>Draws an integer below a bound, without bias.</summary>
    /// <param name="bound">One more than the largest value; at least 1.</param>
    /// <returns>A number uniform over 0 … bound - 1.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The bound is below 1.</exception>
    public int NextInt(int bound) => (int)NextInt64(bound);

    /// <summary>Draws a number from [0, 1) with 53 random bits.</summary>
    /// <returns>The number.</returns>
    public double NextDouble() => (NextUInt64() >> 11) * (1.0 / (1UL << 53));

    /// <summary>Puts items into a random order, each order equally likely (Fisher and Yates).</summary>
    /// <typeparam name="T">The items' type.</typeparam>
    /// <param name="items">The items, reordered in place.</param>
    public void Shuffle<T>(Span<T> items)
    {
        for (var last = items.Length - 1; last > 0; last--)
        {
            var other = NextInt(last + 1);
            (items[last], items[other]) = (items[other], items[last]);
        }
    }
}
