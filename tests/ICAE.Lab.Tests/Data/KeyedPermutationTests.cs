using FsCheck.Xunit;
using ICAE.Lab.Data;

namespace ICAE.Lab.Tests.Data;

public sealed class KeyedPermutationTests
{
    [Property(MaxTest = 200)]
    public bool It_is_a_bijection(ushort size, ulong seed, uint stream, ulong step)
    {
        var count = (size % 3000) + 1;
        var order = new KeyedPermutation(count, seed, stream, step);
        return Enumerable.Range(0, count).Select(i => order[i]).Order().SequenceEqual(Enumerable.Range(0, count).Select(i => (long)i));
    }

    [Fact]
    public void The_order_is_fixed_for_all_time()
    {
        var order = new KeyedPermutation(10, 42, 1, 2);

        Assert.Equal(Expected, Enumerable.Range(0, 10).Select(i => order[i]));
    }

    private static readonly long[] Expected = [8, 7, 0, 3, 6, 9, 2, 5, 1, 4];

    [Theory]
    [InlineData(5)]
    [InlineData(16)]
    public void Over_keys_every_item_stands_everywhere_equally_often(int count)
    {
        const int Keys = 8_000;
        var counts = new int[count, count];
        for (var key = 0; key < Keys; key++)
        {
            var order = new KeyedPermutation(count, (ulong)key);
            for (var i = 0; i < count; i++)
                counts[i, order[i]]++;
        }

        var expected = (double)Keys / count;
        foreach (var observed in counts)
            Assert.InRange(observed, expected - (5 * Math.Sqrt(expected)), expected + (5 * Math.Sqrt(expected)));
    }

    [Fact]
    public void Steps_give_unrelated_orders()
    {
        var first = new KeyedPermutation(1000, 1, 0, 0);
        var second = new KeyedPermutation(1000, 1, 0, 1);

        Assert.InRange(Enumerable.Range(0, 1000).Count(i => first[i] == second[i]), 0, 8);
    }

    [Fact]
    public void Large_counts_need_no_memory()
    {
        const long Count = (1L << 40) + 12_345;
        var order = new KeyedPermutation(Count, 9);
        var items = Enumerable.Range(0, 10_000).Select(i => order[i]).ToHashSet();

        Assert.Equal(10_000, items.Count);
        Assert.All(items, item => Assert.InRange(item, 0, Count - 1));
        Assert.InRange(items.Average() / Count, 0.48, 0.52);
    }

    [Fact]
    public void Positions_outside_are_refused()
    {
        var order = new KeyedPermutation(10, 1);

        Assert.Throws<ArgumentOutOfRangeException>(() => order[10]);
        Assert.Throws<ArgumentOutOfRangeException>(() => order[-1]);
        Assert.Throws<ArgumentOutOfRangeException>(() => new KeyedPermutation(0, 1));
    }
}
