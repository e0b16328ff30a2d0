using FsCheck.Xunit;
using ICAE.Lab.Data;

namespace ICAE.Lab.Tests.Data;

public sealed class WindowSamplerTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Property(MaxTest = 60)]
    public bool Windows_lie_inside_one_document(byte[] lengths, byte length, ulong seed)
    {
        using var shard = Shard(lengths.Select(l => (int)l).ToArray());
        var sampler = new WindowSampler(shard, seed);
        var tokens = length + 1;
        var windows = sampler.WindowsPerEpoch(tokens);
        var ids = new int[tokens];
        return windows == lengths.Where(l => l >= tokens).Sum(l => l) / tokens
            && Enumerable.Range(0, (int)(2 * windows)).All(cursor =>
            {
                var window = sampler.Read(cursor, tokens, ids);
                var (start, documentLength) = shard.Document(window.Document);
                return window.Length == tokens
                    && window.Start >= start
                    && window.Start + tokens <= start + documentLength
                    && ids.SequenceEqual(shard.Read(window.Start, tokens));
            });
    }

    [Fact]
    public void An_epoch_sees_a_long_document_once()
    {
        using var shard = Shard(1003);
        var sampler = new WindowSampler(shard, 1);
        for (var epoch = 0; epoch < 20; epoch++)
        {
            var seen = new int[1003];
            for (var i = 0; i < 100; i++)
            {
                var window = sampler.Locate((epoch * 100) + i, 10);
                for (var t = 0; t < 10; t++)
                    seen[window.Start + t]++;
            }

            // 3 tokens are left over; the window across the seam is moved by at most half its length.
            Assert.InRange(seen.Count(n => n == 0), 3, 3 + 5);
            Assert.InRange(seen.Count(n => n > 1), 0, 5);
            Assert.DoesNotContain(seen, n => n > 2);
        }
    }

    [Fact]
    public void Documents_are_drawn_by_their_share_of_the_text()
    {
        using var shard = Shard(100, 300, 9, 600);
        var sampler = new WindowSampler(shard, 2);
        var counts = new int[4];
        for (var cursor = 0; cursor < 10_000; cursor++)
            counts[sampler.Locate(cursor, 10).Document]++;

        Assert.InRange(counts[0], 900, 1100);
        Assert.InRange(counts[1], 2900, 3100);
        Assert.Equal(0, counts[2]);
        Assert.InRange(counts[3], 5900, 6100);
    }

    [Fact]
    public void Tokens_inside_a_document_are_seen_equally_often_over_epochs()
    {
        using var shard = Shard(200);
        var sampler = new WindowSampler(shard, 3);
        var seen = new int[200];
        for (var cursor = 0; cursor < 20 * 400; cursor++)
        {
            var window = sampler.Locate(cursor, 10);
            for (var t = 0; t < 10; t++)
                seen[window.Start + t]++;
        }

        Assert.All(seen[10..190], n => Assert.Equal(400, n));
    }

    [Fact]
    public void Order_and_phase_change_from_epoch_to_epoch()
    {
        using var shard = Shard(1000);
        var sampler = new WindowSampler(shard, 4);
        var first = Enumerable.Range(0, 100).Select(c => sampler.Locate(c, 10).Start).ToArray();
        var second = Enumerable.Range(100, 100).Select(c => sampler.Locate(c, 10).Start).ToArray();

        Assert.Equal(100, first.Distinct().Count());
        Assert.InRange(first.Zip(second).Count(pair => pair.First == pair.Second), 0, 5);
        Assert.NotEqual(first[5] % 10, second[5] % 10);
        Assert.NotEqual(first.Order(), first);
    }

    [Fact]
    public void A_window_is_a_function_of_seed_stream_cursor_and_length()
    {
        using var shard = Shard(5000, 700);
        var sampler = new WindowSampler(shard, 5);
        var forward = Enumerable.Range(0, 50).Select(c => sampler.Locate(c * 31, 16)).ToArray();
        var backward = Enumerable.Range(0, 50).Reverse().Select(c => new WindowSampler(shard, 5).Locate(c * 31, 16)).Reverse().ToArray();

        Assert.Equal(forward, backward);
        Assert.NotEqual(forward, Enumerable.Range(0, 50).Select(c => new WindowSampler(shard, 6).Locate(c * 31, 16)));
        Assert.NotEqual(forward, Enumerable.Range(0, 50).Select(c => new WindowSampler(shard, 5, 1).Locate(c * 31, 16)));
        Assert.NotEqual(forward.Select(w => w.Start), Enumerable.Range(0, 50).Select(c => sampler.Locate(c * 31, 17).Start));
        Assert.Equal(FirstWindows, Enumerable.Range(0, 4).Select(c => sampler.Locate(c, 16).Start));
    }

    private static readonly long[] FirstWindows = [48, 4132, 800, 3668];

    [Fact]
    public void Documents_of_exactly_the_length_are_each_seen_once()
    {
        using var shard = Shard(10, 10, 10, 10, 10);
        var sampler = new WindowSampler(shard, 8);
        for (var epoch = 0; epoch < 10; epoch++)
            Assert.Equal([0, 1, 2, 3, 4], Enumerable.Range(epoch * 5, 5).Select(c => sampler.Locate(c, 10).Document).Order());
    }

    [Fact]
    public void A_length_that_no_document_has_is_refused()
    {
        using var shard = Shard(10, 0, 20);
        var sampler = new WindowSampler(shard, 1);

        Assert.Equal(0, sampler.WindowsPerEpoch(21));
        Assert.Equal(1, sampler.WindowsPerEpoch(20));
        var error = Assert.Throws<ConfigurationException>(() => sampler.Locate(0, 21));
        Assert.Contains("21 tokens", error.Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(() => sampler.Locate(0, 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => sampler.Locate(-1, 5));
        Assert.Throws<ArgumentException>(() => sampler.Read(0, 5, new int[4]));
        Assert.Equal(5, sampler.Read(long.MaxValue, 5, new int[5]).Length);
    }

    private TokenShard Shard(params int[] lengths)
    {
        var path = _folder.File($"{Guid.NewGuid():N}.shard");
        var token = 0;
        using (var writer = new TokenShardWriter(path, 1 << 20, new string('0', 64)))
        {
            foreach (var length in lengths)
            {
                writer.BeginDocument("d");
                writer.Append(Enumerable.Range(token, length).ToArray());
                token += length;
            }
            writer.Complete();
        }
        return TokenShard.Open(path);
    }
}
