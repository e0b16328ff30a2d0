using FsCheck.Xunit;
using ICAE.Lab.Data;

namespace ICAE.Lab.Tests.Data;

public sealed class CounterRandomTests
{
    /// <summary>The known answers that Random123 publishes for philox4x32 with ten rounds.</summary>
    [Theory]
    [InlineData(0u, 0u, 0u, 0u, 0u, 0u, 0x6627e8d5u, 0xe169c58du, 0xbc57ac4cu, 0x9b00dbd8u)]
    [InlineData(0xffffffffu, 0xffffffffu, 0xffffffffu, 0xffffffffu, 0xffffffffu, 0xffffffffu, 0x408f276du, 0x41c83b0eu, 0xa20bc7c6u, 0x6d5451fdu)]
    [InlineData(0x243f6a88u, 0x85a308d3u, 0x13198a2eu, 0x03707344u, 0xa4093822u, 0x299f31d0u, 0xd16cfe09u, 0x94fdccebu, 0x5001e420u, 0x24126ea1u)]
    public void Blocks_equal_the_published_answers(
        uint c0, uint c1, uint c2, uint c3, uint k0, uint k1, uint r0, uint r1, uint r2, uint r3)
    {
        Assert.Equal((r0, r1, r2, r3), Philox4x32.Block(c0, c1, c2, c3, k0, k1));
    }

    [Fact]
    public void Numbers_follow_from_seed_stream_step_and_draw()
    {
        var random = new CounterRandom(0x299f31d0a4093822, 0x85a308d3, 0x0370734413198a2e);
        for (var draw = 0; draw < 4; draw++)
        {
            var (r0, r1, r2, r3) = Philox4x32.Block((uint)(draw / 2), 0x85a308d3, 0x13198a2e, 0x03707344, 0xa4093822, 0x299f31d0);
            Assert.Equal(draw % 2 == 0 ? r0 | ((ulong)r1 << 32) : r2 | ((ulong)r3 << 32), random.NextUInt64());
        }
        var first = new CounterRandom(0);
        Assert.Equal(0xe169c58d6627e8d5, first.NextUInt64());
        Assert.Equal(0x9b00dbd8bc57ac4c, first.NextUInt64());
    }

    [Fact]
    public void Neighbouring_seeds_streams_and_steps_differ()
    {
        CounterRandom[] generators = [new(1), new(2), new(1, 1), new(1, 2), new(1, 0, 1), new(1, 1, 1), new(1, 0, 1UL << 40), new(1UL << 40)];

        Assert.Equal(generators.Length, generators.Select(g => g.NextUInt64()).Distinct().Count());
    }

    [Fact]
    public void Bounded_integers_are_uniform()
    {
        var random = new CounterRandom(7);
        var counts = new int[6];
        for (var i = 0; i < 60_000; i++)
            counts[random.NextInt(6)]++;

        // Chi-square with 5 degrees of freedom: 20.5 is passed with probability .001, and the seed is fixed.
        Assert.True(counts.Sum(c => Math.Pow(c - 10_000, 2) / 10_000) < 20.5);
    }

    [Fact]
    public void Rejection_removes_the_bias_of_large_bounds()
    {
        // Without rejection, a bound of 3/4 of the range would give the lower third twice as often as the others.
        var random = new CounterRandom(3);
        const long Bound = 3L << 61;
        var thirds = new int[3];
        for (var i = 0; i < 30_000; i++)
            thirds[random.NextInt64(Bound) / (Bound / 3)]++;

        Assert.All(thirds, count => Assert.InRange(count, 9_600, 10_400));
    }

    [Fact]
    public void Doubles_fill_the_unit_interval()
    {
        var random = new CounterRandom(11);
        var values = Enumerable.Range(0, 40_000).Select(_ => random.NextDouble()).ToArray();

        Assert.All(values, v => Assert.InRange(v, 0, 0.9999999999999999));
        Assert.InRange(values.Average(), 0.495, 0.505);
        Assert.InRange(values.Average(v => (v - 0.5) * (v - 0.5)), 0.0825, 0.0842);
        Assert.InRange(values.Max(), 0.999, 1);
    }

    [Fact]
    public void Every_order_of_three_comes_up_equally_often()
    {
        var random = new CounterRandom(5);
        var counts = new Dictionary<string, int>();
        for (var i = 0; i < 12_000; i++)
        {
            var letters = "abc".ToCharArray();
            random.Shuffle<char>(letters);
            var order = new string(letters);
            counts[order] = counts.GetValueOrDefault(order) + 1;
        }

        Assert.Equal(6, counts.Count);
        Assert.All(counts.Values, count => Assert.InRange(count, 1_850, 2_150));
    }

    [Property]
    public bool Shuffling_keeps_the_items(int[] items, ulong seed)
    {
        var shuffled = items.ToArray();
        new CounterRandom(seed).Shuffle<int>(shuffled);
        return shuffled.Order().SequenceEqual(items.Order());
    }

    [Fact]
    public void Stream_names_are_hashed_by_fnv()
    {
        Assert.Equal(2166136261u, CounterRandom.StreamOf(""));
        Assert.NotEqual(CounterRandom.StreamOf("noise"), CounterRandom.StreamOf("coin"));
        Assert.Equal(unchecked((((2166136261u ^ 'a') * 16777619u) ^ 0) * 16777619u), CounterRandom.StreamOf("a"));
    }

    [Fact]
    public void Bounds_below_one_are_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new CounterRandom(1).NextInt(0));
        Assert.Throws<ArgumentOutOfRangeException>(() => new CounterRandom(1).NextInt64(-1));
    }
}
