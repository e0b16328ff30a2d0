using FsCheck;
using FsCheck.Xunit;
using ICAE.Lab.Data;
using ICAE.Lab.Evaluation;

namespace ICAE.Lab.Tests.Evaluation;

public sealed class BootstrapTests
{
    [Fact]
    public void Independent_values_give_the_textbook_interval()
    {
        var values = Enumerable.Range(0, 400).Select(i => (double)(i % 2)).ToArray();
        var interval = new Bootstrap(Seed: 1).Mean(values);

        // The standard error is .5 / sqrt(400) = .025.
        Assert.Equal(0.5, interval.Estimate);
        Assert.InRange(interval.Low, 0.5 - (1.96 * 0.025) - 0.006, 0.5 - (1.96 * 0.025) + 0.006);
        Assert.InRange(interval.High, 0.5 + (1.96 * 0.025) - 0.006, 0.5 + (1.96 * 0.025) + 0.006);
        Assert.Equal((0.95, 400), (interval.Confidence, interval.Units));
    }

    [Fact]
    public void Ninety_percent_intervals_hold_the_mean_about_ninety_times_in_a_hundred()
    {
        var held = 0;
        for (var trial = 0; trial < 200; trial++)
        {
            var random = new CounterRandom(99, 0, (ulong)trial);
            var values = Enumerable.Range(0, 60).Select(_ => random.NextDouble()).ToArray();
            var interval = new Bootstrap((ulong)trial, Resamples: 300, Confidence: 0.9).Mean(values);
            held += interval.Low <= 0.5 && interval.High >= 0.5 ? 1 : 0;
        }

        Assert.InRange(held, 166, 192);
    }

    [Fact]
    public void Texts_of_one_book_count_as_one_unit()
    {
        double[] values = [0, 0, 0, 0, 1, 1, 1, 1];
        string[] books = ["a", "a", "a", "a", "b", "b", "b", "b"];
        var interval = new Bootstrap().Mean(values, books);

        Assert.Equal(new ConfidenceInterval(0.5, 0, 1, 0.95, 2), interval);
    }

    [Fact]
    public void Chapters_are_drawn_inside_their_book()
    {
        // Each book has a chapter of 0s and one of 1s: with whole books drawn nothing varies, with chapters it does.
        double[] values = [0, 0, 1, 1, 0, 0, 1, 1];
        string[] books = ["a", "a", "a", "a", "b", "b", "b", "b"];
        string[] chapters = ["1", "1", "2", "2", "1", "1", "2", "2"];

        Assert.Equal(new ConfidenceInterval(0.5, 0.5, 0.5, 0.95, 2), new Bootstrap().Mean(values, books));
        var interval = new Bootstrap().Mean(values, books, chapters);
        Assert.Equal((0, 1, 2), (interval.Low, interval.High, interval.Units));
    }

    [Fact]
    public void Any_statistic_can_be_resampled()
    {
        BleuStatistics[] texts = [BleuStatistics.Of([1, 2, 3, 4], [1, 2, 3, 4]), BleuStatistics.Of([1, 2, 3, 9], [1, 2, 3, 4])];
        var interval = new Bootstrap().Interval(
            texts, sample => sample.Aggregate(BleuStatistics.Empty, (sum, text) => sum + text).ExponentiallySmoothed(false));

        Assert.Equal(Math.Pow(7 / 8.0 * (5 / 6.0) * (3 / 4.0) * (1 / 2.0), 0.25), interval.Estimate, 12);
        Assert.Equal(Math.Pow(6 / 8.0 * (4 / 6.0) * (2 / 4.0) * (0.5 / 2), 0.25), interval.Low, 12);
        Assert.Equal(1, interval.High, 12);
    }

    [Fact]
    public void A_level_with_one_cluster_is_passed_over()
    {
        double[] values = [1, 2, 3, 4];
        string[] book = ["a", "a", "a", "a"], chapters = ["1", "1", "2", "2"];

        Assert.Equal(new Bootstrap().Mean(values), new Bootstrap().Mean(values, book));
        Assert.Equal(new Bootstrap().Mean(values, chapters), new Bootstrap().Mean(values, book, chapters));
        Assert.Equal(4, new Bootstrap().Mean(values, book, book).Units);
    }

    [Property(MaxTest = 30)]
    public bool The_seed_fixes_the_interval(NonEmptyArray<byte> bytes, ulong seed)
    {
        var values = bytes.Get.Select(b => (double)b).ToArray();
        var bootstrap = new Bootstrap(seed, 50);
        var interval = bootstrap.Mean(values);
        return interval == bootstrap.Mean(values) && interval.Low <= interval.High
            && interval.Low >= values.Min() && interval.High <= values.Max();
    }

    [Fact]
    public void Wrong_use_is_refused()
    {
        Assert.Throws<ArgumentException>(() => new Bootstrap().Mean([]));
        Assert.Throws<ArgumentException>(() => new Bootstrap().Mean([1, 2], ["a"]));
        Assert.Throws<ArgumentException>(() => new Bootstrap(Confidence: 1).Mean([1]));
        Assert.Throws<ArgumentOutOfRangeException>(() => new Bootstrap(Resamples: 0).Mean([1]));
    }

    [Fact]
    public void Summaries_follow_their_definitions()
    {
        Assert.Equal(2.5, Statistics.Mean([4, 1, 3, 2]));
        Assert.Equal(Math.Sqrt(5 / 3.0), Statistics.StandardDeviation([4, 1, 3, 2]), 12);
        Assert.Equal([1, 1.75, 2.5, 3.7, 4], new[] { 0, 0.25, 0.5, 0.9, 1 }.Select(p => Math.Round(Statistics.Quantile([4, 1, 3, 2], p), 12)));
        Assert.Equal(7, Statistics.Quantile([7], 0.3));
        Assert.True(double.IsNaN(Statistics.StandardDeviation([1])));
        Assert.True(double.IsNaN(Statistics.Quantile([1, double.NaN, 2], 1)));
        Assert.Throws<ArgumentException>(() => Statistics.Mean([]));
        Assert.Throws<ArgumentOutOfRangeException>(() => Statistics.Quantile([1], double.NaN));
    }
}
