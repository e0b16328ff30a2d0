using System.Numerics;

namespace ICAE.Lab.Data;

/// <summary>
/// A pseudo-random order of 0 … n - 1 that needs no memory: a balanced Feistel network over the next even power of two, walked until it lands
/// below n. Each key gives another order; each position is computed alone, in any order and from any thread.
/// </summary>
public sealed class KeyedPermutation
{
    private const int Rounds = 8;
    private readonly ulong[] _roundKeys = new ulong[Rounds];
    private readonly int _halfBits;
    private readonly ulong _halfMask;

    /// <summary>Creates the permutation.</summary>
    /// <param name="count">How many items it orders; at least 1, at most 2^62.</param>
    /// <param name="seed">The run's seed.</param>
    /// <param name="stream">What the order is for.</param>
    /// <param name="step">The epoch or row whose order this is.</param>
    /// <exception cref="ArgumentOutOfRangeException">The count is below 1 or above 2^62.</exception>
    public KeyedPermutation(long count, ulong seed, uint stream = 0, ulong step = 0)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, 1L << 62);
        Count = count;
        var bits = 64 - BitOperations.LeadingZeroCount((ulong)(count - 1));
        _halfBits = Math.Max(1, (bits + 1) / 2);
        _halfMask = (1UL << _halfBits) - 1;
        var random = new CounterRandom(seed, stream, step);
        for (var round = 0; round < Rounds; round++)
            _roundKeys[round] = random.NextUInt64();
    }

    /// <summary>How many items are ordered.</summary>
    public long Count { get; }

    /// <summary>The item at a position of the order.</summary>
    /// <param name="position">0 … <see cref="Count"/> - 1.</param>
    /// <returns>The item; no other position has the same.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The position is outside the order.</exception>
    public long this[long position]
    {
        get
        {
            ArgumentOutOfRangeException.ThrowIfNegative(position);
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(position, Count);
            var value = (ulong)position;
            do
                value = Encrypt(value);
            while (value >= (ulong)Count);
            return (long)value;
        }
    }

    private ulong Encrypt(ulong value)
    {
        var left = value >> _halfBits;
        var right = value & _halfMask;
        foreach (var key in _roundKeys)
            (left, right) = (right, left ^ (Mix(right ^ key) & _halfMask));
        return (left << _halfBits) | right;
    }

    /// <summary>The finaliser of SplitMix64: every input bit moves every output bit.</summary>
    private static ulong Mix(ulong z)
    {
        unchecked
        {
            z += 0x9E3779B97F4A7C15;
            z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
            z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
            return z ^ (z >> 31);
        }
    }
}
