using ICAE.Lab.Autoencoder;
using ICAE.Lab.Data;
using ICAE.Lab.Objectives;

namespace ICAE.Lab.Tests.Objectives;

/// <summary>How documents are cut into examples, by the rules of the published code's version 2.</summary>
public sealed class DocumentExampleTests
{
    private const int Vocabulary = 1000;

    private static readonly IcaeConfig Config = new() { Slots = 4, TokensPerSlot = 4 };
    private static readonly ExampleSettings Settings = new() { MaxLength = 40, MinContinuationTokens = 10, UnscoredContinuationTokens = 3 };
    private static readonly int[] Short = [.. Enumerable.Range(0, 30)];
    private static readonly int[] Long = [.. Enumerable.Range(0, 100)];

    [Fact]
    public void A_short_document_is_restored_whole()
    {
        var example = Builder().FromDocument(Short, 0, new CounterRandom(1));

        Assert.Equal(ObjectiveKind.Autoencoding, example.Kind);
        Assert.Equal(Short, example.EncoderIds);
    }

    [Fact]
    public void Of_a_long_document_every_window_can_be_restored()
    {
        var drawn = Draw(Long, 0, 2000);

        Assert.All(drawn, example => Assert.Equal(Enumerable.Range(example.EncoderIds[0], 40), example.EncoderIds));
        Assert.Equal(Enumerable.Range(0, 61), drawn.Select(example => example.EncoderIds[0]).Distinct().Order());
    }

    [Fact]
    public void A_short_document_is_cut_anywhere_and_what_leaves_too_little_is_restored()
    {
        var drawn = Draw(Short, 1, 1000);

        Assert.Equal(Enumerable.Range(1, 30), drawn.Select(example => example.EncoderIds.Length).Distinct().Order());
        foreach (var example in drawn)
        {
            var cut = example.EncoderIds.Length;
            Assert.Equal(Short[..cut], example.EncoderIds);
            if (30 - cut > 10)
            {
                Assert.Equal(ObjectiveKind.Continuation, example.Kind);
                Assert.Equal(Short[cut..], example.DecoderIds[^(30 - cut)..]);
                Assert.Equal(30 - cut - 3, example.TargetCount);
            }
            else
            {
                Assert.Equal(ObjectiveKind.Autoencoding, example.Kind);
                Assert.Equal([.. Short[..cut], 2], example.DecoderIds[^(cut + 1)..]);
            }
        }
    }

    [Fact]
    public void A_continuation_of_a_long_document_follows_its_window_and_is_cut()
    {
        foreach (var example in Draw(Long, 1, 500))
        {
            var after = example.EncoderIds[^1] + 1;
            Assert.Equal(40, example.EncoderIds.Length);
            Assert.Equal(100 - after > 10 ? ObjectiveKind.Continuation : ObjectiveKind.Autoencoding, example.Kind);
            if (example.Kind == ObjectiveKind.Continuation)
            {
                var length = Math.Min(40, 100 - after);
                Assert.Equal(Enumerable.Range(after, length), example.DecoderIds[example.Plan.SlotCount..]);
            }
        }
    }

    [Fact]
    public void The_coin_falls_as_it_should_and_the_generator_alone_decides()
    {
        var drawn = Draw(Long[..60], 0.3, 1000);

        // Some windows leave too little behind them, whatever the coin says.
        var possible = Draw(Long[..60], 1, 1000).Count(example => example.Kind == ObjectiveKind.Continuation);
        Assert.InRange(drawn.Count(example => example.Kind == ObjectiveKind.Continuation), 0.24 * possible, 0.36 * possible);
        Assert.Equal(drawn.Select(example => example.DecoderIds), Draw(Long[..60], 0.3, 1000).Select(example => example.DecoderIds));
    }

    [Fact]
    public void A_label_that_no_state_precedes_is_not_scored()
    {
        var example = new IcaeExample(ObjectiveKind.Autoencoding, [5], SpanPlan.For(Config, 1), [5, 6, 7], [5, 6, 7]);

        Assert.Equal(2, example.TargetCount);
    }

    private static ExampleBuilder Builder() => new(Config, Vocabulary, 2, Settings);

    private static List<IcaeExample> Draw(int[] document, double share, int count) =>
        [.. Enumerable.Range(0, count).Select(step => Builder().FromDocument(document, share, new CounterRandom(8, 0, (ulong)step)))];
}
