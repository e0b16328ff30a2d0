using ICAE.Lab.Data;

namespace ICAE.Lab.Tests.Data;

public sealed class NgramSamplerTests : IDisposable
{
    private static readonly HashSet<int> Special = [0];
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Unigrams_follow_the_frequencies()
    {
        using var shard = Shard([1, 1, 1, 2, 0, 3, 3, 3, 3]);
        var sampler = new NgramSampler(shard, 1, Special);
        var counts = sampler.Sample(16_000, new CounterRandom(1)).CountBy(id => id).ToDictionary();

        Assert.Equal(TextKind.Unigram, sampler.Kind);
        Assert.Equal([1, 2, 3], counts.Keys.Order());
        Assert.InRange(counts[1], 5_700, 6_300);
        Assert.InRange(counts[2], 1_850, 2_150);
        Assert.InRange(counts[3], 7_700, 8_300);
    }

    [Fact]
    public void Bigrams_follow_the_frequencies_behind_each_token()
    {
        using var shard = Shard([1, 2, 1, 2, 1, 2, 1, 3, 1]);
        var ids = new NgramSampler(shard, 2, Special).Sample(20_000, new CounterRandom(2));

        Assert.All(ids.Zip(ids.Skip(1)).Where(pair => pair.First != 1), pair => Assert.Equal(1, pair.Second));
        var behindOne = ids.Zip(ids.Skip(1)).Where(pair => pair.First == 1).Select(pair => pair.Second).ToArray();
        Assert.InRange(behindOne.Count(id => id == 2) / (double)behindOne.Length, 0.73, 0.77);
    }

    [Fact]
    public void Trigrams_of_the_sample_are_trigrams_of_the_corpus()
    {
        var random = new CounterRandom(5);
        var corpus = Enumerable.Range(0, 3_000).Select(_ => 1 + random.NextInt(6)).ToArray();
        using var shard = Shard(corpus);
        var sampler = new NgramSampler(shard, 3, Special);
        var known = Trigrams(corpus).ToHashSet();

        Assert.Equal(TextKind.Trigram, sampler.Kind);
        Assert.All(Trigrams(sampler.Sample(5_000, new CounterRandom(6))), trigram => Assert.Contains(trigram, known));
        Assert.Equal(sampler.Sample(50, new CounterRandom(7)), sampler.Sample(50, new CounterRandom(7)));
        Assert.NotEqual(sampler.Sample(50, new CounterRandom(7)), sampler.Sample(50, new CounterRandom(8)));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Any_number_of_tokens_can_be_drawn_even_past_a_dead_end(int order)
    {
        using var shard = Shard([1, 2, 3], [0, 4, 5, 6, 0]);
        var sampler = new NgramSampler(shard, order, Special);
        for (var count = 0; count < 20; count++)
            Assert.Equal(count, sampler.Sample(count, new CounterRandom((ulong)count)).Length);
        Assert.DoesNotContain(0, sampler.Sample(1_000, new CounterRandom(1)));
    }

    [Fact]
    public void Of_a_large_corpus_stretches_are_read_evenly()
    {
        using var shard = Shard([.. Enumerable.Range(0, 40).Select(document => Enumerable.Repeat(document + 1, 1_000).ToArray())]);
        var drawn = new NgramSampler(shard, 1, Special, maximumTokens: 10_000).Sample(5_000, new CounterRandom(1)).Distinct().Order().ToArray();

        Assert.Equal([1, 5, 9, 13, 17, 21, 25, 29, 33, 37], drawn);
    }

    [Fact]
    public void A_corpus_without_an_ngram_is_refused()
    {
        using var shard = Shard([1, 2, 0, 3], [4]);

        Assert.Throws<ConfigurationException>(() => new NgramSampler(shard, 3, Special));
        Assert.Throws<ArgumentOutOfRangeException>(() => new NgramSampler(shard, 4, Special));
    }

    private static IEnumerable<(int, int, int)> Trigrams(int[] ids) => ids.Zip(ids.Skip(1), ids.Skip(2));

    private TokenShard Shard(params int[][] documents)
    {
        var path = _folder.File($"{Guid.NewGuid():N}.shard");
        using (var writer = new TokenShardWriter(path, 100, new string('0', 64)))
        {
            foreach (var document in documents)
            {
                writer.BeginDocument("d");
                writer.Append(document);
            }
            writer.Complete();
        }
        return TokenShard.Open(path);
    }
}
