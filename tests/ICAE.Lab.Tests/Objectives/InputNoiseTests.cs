using ICAE.Lab.Autoencoder;
using ICAE.Lab.Data;
using ICAE.Lab.Objectives;

namespace ICAE.Lab.Tests.Objectives;

public sealed class InputNoiseTests
{
    private const int Vocabulary = 1000;
    private const int Length = 200;

    private static readonly IcaeConfig Config = new() { Slots = 50, TokensPerSlot = 4 };

    [Fact]
    public void Labels_texts_and_special_ids_stay()
    {
        var examples = Examples(12);
        var special = SpecialIds.Of(Config, Vocabulary);

        var noisy = InputNoise.Apply(examples, 1, Vocabulary, new CounterRandom(1));

        Assert.Equal(examples.Count, noisy.Count);
        foreach (var (before, after) in examples.Zip(noisy))
        {
            Assert.Same(before.Labels, after.Labels);
            Assert.Same(before.EncoderIds, after.EncoderIds);
            Assert.Equal(before.Plan, after.Plan);
            for (var i = 0; i < before.DecoderIds.Length; i++)
            {
                if (before.DecoderIds[i] >= Vocabulary || before.Labels[i] == IcaeExample.Ignored)
                {
                    Assert.Equal(before.DecoderIds[i], after.DecoderIds[i]);
                }
                else
                {
                    Assert.InRange(after.DecoderIds[i], 0, Vocabulary - 1);
                }
            }

            Assert.Equal(before.DecoderIds.Count(special.IsMemory), after.DecoderIds.Count(special.IsMemory));
        }
    }

    [Fact]
    public void The_examples_given_are_left_as_they_were()
    {
        var examples = Examples(4);
        var before = examples.Select(example => (int[])example.DecoderIds.Clone()).ToList();

        InputNoise.Apply(examples, 1, Vocabulary, new CounterRandom(1));

        Assert.Equal(before, examples.Select(example => example.DecoderIds));
        Assert.Same(examples, InputNoise.Apply(examples, 0, Vocabulary, new CounterRandom(1)));
    }

    [Theory]
    [InlineData(0.3)]
    [InlineData(1.0)]
    public void Each_text_draws_its_own_share_up_to_the_largest(double most)
    {
        var examples = Examples(300);

        var shares = examples.Zip(InputNoise.Apply(examples, most, Vocabulary, new CounterRandom(2))).Select(pair => Changed(pair.First, pair.Second)).ToList();

        // Three standard deviations of a share of 201 drawn tokens, EOS among them.
        Assert.All(shares, share => Assert.InRange(share, 0, most + (3 * Math.Sqrt(most * (1 - most) / Length))));
        Assert.InRange(shares.Average(), 0.45 * most, 0.55 * most);
        Assert.Contains(shares, share => share < 0.15 * most);
        Assert.Contains(shares, share => share > 0.85 * most);
    }

    [Fact]
    public void What_is_put_in_comes_from_the_batchs_texts()
    {
        // Each text has one id of its own.
        var builder = new ExampleBuilder(Config, Vocabulary, 2);
        IcaeExample[] examples = [.. Enumerable.Range(10, 5).Select(id => builder.Autoencoding([.. Enumerable.Repeat(id, Length)]))];

        var put = InputNoise.Apply(examples, 1, Vocabulary, new CounterRandom(3))
            .SelectMany((example, row) => example.DecoderIds.Where(id => id < Vocabulary && id != 10 + row && id != 2))
            .ToHashSet();

        Assert.Equal([10, 11, 12, 13, 14], put.Order());
    }

    [Fact]
    public void Tokens_that_are_not_scored_are_not_replaced()
    {
        var builder = new ExampleBuilder(Config, Vocabulary, 2, new ExampleSettings { MinContinuationTokens = 0, UnscoredContinuationTokens = 8 });
        IcaeExample[] examples = [.. Enumerable.Range(0, 20).Select(row => builder.Continuation([.. Ids(row)], [.. Ids(row + 100)]))];

        var noisy = InputNoise.Apply(examples, 1, Vocabulary, new CounterRandom(4));

        Assert.All(noisy.Zip(examples), pair => Assert.Equal(pair.Second.DecoderIds[..58], pair.First.DecoderIds[..58]));
        Assert.Contains(noisy.Zip(examples), pair => !pair.First.DecoderIds.SequenceEqual(pair.Second.DecoderIds));
    }

    private static IReadOnlyList<IcaeExample> Examples(int count)
    {
        var builder = new ExampleBuilder(Config, Vocabulary, 2);
        return [.. Enumerable.Range(0, count).Select(row => builder.Autoencoding([.. Ids(row)]))];
    }

    private static List<int> Ids(int seed)
    {
        var random = new CounterRandom((ulong)seed, 77);
        return Enumerable.Range(0, Length).Select(_ => random.NextInt(Vocabulary)).ToList();
    }

    private static double Changed(IcaeExample before, IcaeExample after) =>
        before.DecoderIds.Zip(after.DecoderIds).Count(pair => pair.First != pair.Second) / (Length + 1.0);
}
