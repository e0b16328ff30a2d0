using ICAE.Lab.Evaluation;

namespace ICAE.Lab.Tests.Evaluation;

public sealed class TextMetricsTests
{
    [Fact]
    public void Rouge_counts_common_words_pairs_and_sequences()
    {
        const string Hypothesis = "The CAT sat";
        const string Reference = "the cat, the dog: sat";

        Assert.Equal(new PrecisionRecall(1, 3 / 5.0), Rouge.One(Hypothesis, Reference));
        Assert.Equal(new PrecisionRecall(1 / 2.0, 1 / 4.0), Rouge.Two(Hypothesis, Reference));
        Assert.Equal(new PrecisionRecall(1, 3 / 5.0), Rouge.Longest(Hypothesis, Reference));
        Assert.Equal(0.75, Rouge.One(Hypothesis, Reference).F1, 12);
    }

    [Fact]
    public void Rouge_of_nothing_is_zero()
    {
        Assert.Equal(0, Rouge.One("", "").F1);
        Assert.Equal(0, Rouge.Two("one", "one").F1);
        Assert.Equal(0, Rouge.Longest("…", "word").F1);
    }

    [Fact]
    public void Rouge_words_are_runs_of_ascii_letters_and_digits()
    {
        Assert.Equal(["don", "t", "caf", "42nd", "a", "b"], Rouge.Split("Don’t café 42nd a_B!"));
    }

    [Fact]
    public void Chrf_weighs_recall_over_the_orders_both_texts_have()
    {
        // Orders 1 and 2: precision 1 and 1, recall 2/3 and 1/2; F2 of (1, 7/12) is 7/11.
        Assert.Equal(7 / 11.0, Chrf.Sentence("a b", "abc"), 12);
        Assert.Equal(1, Chrf.Sentence("𝄞𝄢", "𝄞 𝄢"), 12);
        Assert.Equal(0, Chrf.Sentence("xyz", "abc"));
        Assert.Equal(0, Chrf.Sentence("", ""));
    }

    [Theory]
    [InlineData(new[] { 1, 2, 3, 4 }, new[] { 1, 2, 9, 4 }, 2, 0.5)]
    [InlineData(new[] { 1, 2, 3, 4 }, new[] { 1, 2 }, 2, 1)]
    [InlineData(new[] { 1, 2 }, new[] { 1, 2, 3, 4 }, 2, 0.5)]
    [InlineData(new[] { 9 }, new[] { 1 }, 0, 0)]
    [InlineData(new int[0], new[] { 1 }, 0, 0)]
    [InlineData(new int[0], new int[0], 0, 1)]
    public void The_matching_prefix_is_a_share_of_the_reference(int[] hypothesis, int[] reference, int length, double fraction)
    {
        Assert.Equal(length, PrefixMatch.Length(hypothesis, reference));
        Assert.Equal(fraction, PrefixMatch.Fraction(hypothesis, reference));
    }

    [Fact]
    public void Accuracy_is_kept_by_position_and_by_part()
    {
        var accuracy = new TokenAccuracy(parts: 2);
        accuracy.Add([1, 2, 9, 4], [1, 2, 3, 4]);
        accuracy.Add([1, 2, 3, 4], [1, 9]);
        accuracy.Add([], [1]);

        Assert.Equal((4, 7), (accuracy.Correct, accuracy.Total));
        Assert.Equal(4 / 7.0, accuracy.Overall, 12);
        Assert.Equal(4, accuracy.Positions);
        Assert.Equal((2 / 3.0, 3), accuracy.AtPosition(0));
        Assert.Equal((0.5, 2), accuracy.AtPosition(1));
        Assert.Equal((0, 1), accuracy.AtPosition(2));
        Assert.Equal((1, 1), accuracy.AtPosition(3));
        Assert.Equal((3 / 4.0, 4), accuracy.AtPart(0));
        Assert.Equal((1 / 3.0, 3), accuracy.AtPart(1));
    }

    [Fact]
    public void Perplexity_is_the_exponential_of_the_mean_loss()
    {
        var likelihood = LogLikelihood.Of([Math.Log(0.5), Math.Log(0.125)]) + LogLikelihood.Of([(float)Math.Log(0.25)]);

        Assert.Equal(3, likelihood.Tokens);
        Assert.Equal(Math.Log(4), likelihood.MeanLoss, 6);
        Assert.Equal(4, likelihood.Perplexity, 6);
        Assert.Equal(6, likelihood.Bits, 6);
        Assert.True(double.IsNaN(default(LogLikelihood).Perplexity));
    }

    [Fact]
    public void Gains_are_measured_over_no_memory()
    {
        Assert.Equal(2, MemoryGain.Tokens([1, 2, 3, 4], [1, 2, 3, 9], [9, 9, 3, 9]));
        Assert.Equal(-1, MemoryGain.Tokens([1, 2], [9, 9], [1, 9]));
        Assert.Equal(7.5, MemoryGain.Nats(new LogLikelihood(-2.5, 4), new LogLikelihood(-10, 4)));
        Assert.Throws<ArgumentException>(() => MemoryGain.Nats(new LogLikelihood(-2.5, 4), new LogLikelihood(-10, 5)));
    }

    [Fact]
    public void The_specific_gain_takes_off_what_other_memories_tell()
    {
        var own = new LogLikelihood(Math.Log(0.5), 2);
        LogLikelihood[] others = [new(Math.Log(0.1), 2), new(Math.Log(0.3), 2)];

        Assert.Equal(Math.Log(0.5 / 0.2), MemoryGain.SpecificNats(own, others), 12);
        Assert.Equal(1000, MemoryGain.SpecificNats(new LogLikelihood(-5000, 9), [new(-6000, 9), new(-6000, 9)]), 9);
        Assert.Equal(double.PositiveInfinity, MemoryGain.SpecificNats(own, [new(double.NegativeInfinity, 2)]));
        Assert.Throws<ArgumentException>(() => MemoryGain.SpecificNats(own, []));
        Assert.Throws<ArgumentException>(() => MemoryGain.SpecificNats(own, [new(-1, 3)]));
    }
}
