using ICAE.Lab.Data;
using ICAE.Lab.Training;

namespace ICAE.Lab.Tests.Training;

public sealed class LadderTests
{
    private static readonly LadderSettings Settings = new()
    {
        Rungs = [.. LadderSettings.ByRate([16, 32], 2, 4, 8)],
        RaiseAt = 0.9,
        AtLimitShare = 0.6,
        Smoothing = 0.5,
        LeastMeasurements = 3,
    };

    [Fact]
    public void It_rises_only_after_enough_measurements_of_enough_accuracy_at_the_limit()
    {
        var ladder = new Ladder(Settings);

        Assert.False(ladder.Report(0, 1));
        Assert.False(ladder.Report(0, 1));
        Assert.True(ladder.Report(0, 1));
        Assert.Equal(new LadderState(1, 0, 0), ladder.State);
        Assert.Equal(4, ladder.Limit.TokensPerSlot);

        // The rung below is mastered; that says nothing of this one.
        for (var i = 0; i < 10; i++)
        {
            Assert.False(ladder.Report(0, 1));
        }

        Assert.Equal(new LadderState(1, 0, 0), ladder.State);
    }

    [Theory]
    [InlineData(1.5, new[] { 1.5 })]
    [InlineData(2, new[] { 2.0 })]
    [InlineData(5, new[] { 2, 4, 5.0 })]
    [InlineData(8, new[] { 2, 4, 8.0 })]
    [InlineData(16, new[] { 2, 4, 8, 12.8, 16.0 })]
    public void A_ladder_can_be_cut_or_lengthened_to_end_at_a_rate(double rate, double[] rates)
    {
        var rungs = LadderSettings.UpTo(Settings.Rungs, rate);

        Assert.Equal(rates, rungs.Select(rung => rung.TokensPerSlot));
        Assert.All(rungs, rung => Assert.Equal([16, 32], rung.Lengths));

        // Where nothing is restored nothing raises a ladder.
        Assert.Equal([rates[^1]], LadderSettings.UpTo(Settings.Rungs, rate, continuationShare: 1).Select(rung => rung.TokensPerSlot));
        Assert.Equal(rates.Length, LadderSettings.UpTo(Settings.Rungs, rate, continuationShare: 0.9).Count);
    }

    [Fact]
    public void The_accuracy_runs_with_the_newest_weighted()
    {
        var ladder = new Ladder(Settings);

        ladder.Report(0, 0.4);
        Assert.Equal(0.4, ladder.State.Accuracy);
        ladder.Report(0, 0.8);
        Assert.Equal(0.6, ladder.State.Accuracy, 1e-12);
        Assert.False(ladder.Report(0, 1));
        Assert.Equal(0.8, ladder.State.Accuracy, 1e-12);
        Assert.True(ladder.Report(0, 1));
    }

    [Fact]
    public void The_last_rung_stays_and_goes_on_measuring()
    {
        var ladder = new Ladder(Settings, new LadderState(2, 0.5, 7));

        Assert.False(ladder.Report(2, 1));
        Assert.False(ladder.Report(2, 1));
        Assert.Equal(new LadderState(2, 0.875, 9), ladder.State);
    }

    [Fact]
    public void An_accuracy_that_is_no_number_opens_nothing()
    {
        var ladder = new Ladder(Settings with { LeastMeasurements = 0 });

        Assert.False(ladder.Report(0, double.NaN));
        Assert.Equal(0, ladder.State.Rung);
    }

    [Fact]
    public void A_ladder_goes_on_from_its_state_as_if_never_stopped()
    {
        var random = new Random(3);
        var (whole, resumed) = (new Ladder(Settings), new Ladder(Settings));
        for (var i = 0; i < 200; i++)
        {
            var (rung, accuracy) = (random.Next(3), random.NextDouble() * 1.2);
            Assert.Equal(whole.Report(rung, accuracy), resumed.Report(rung, accuracy));
            resumed = new Ladder(Settings, resumed.State);
            Assert.Equal(whole.State, resumed.State);
            Assert.Equal(whole.Draw(new CounterRandom(1, 2, (ulong)i)), resumed.Draw(new CounterRandom(1, 2, (ulong)i)));
        }

        Assert.True(whole.State.Rung > 0);
    }

    [Fact]
    public void Draws_keep_to_the_open_rungs_in_their_shares()
    {
        var random = new CounterRandom(9);
        var ladder = new Ladder(Settings, new LadderState(2, 0, 0));
        var counts = new int[3];
        for (var i = 0; i < 4000; i++)
        {
            counts[ladder.Draw(random)]++;
        }

        Assert.InRange(counts[2], 2280, 2520);
        Assert.InRange(counts[0], 680, 920);
        Assert.InRange(counts[1], 680, 920);
        Assert.All(Enumerable.Range(0, 100), _ => Assert.Equal(0, new Ladder(Settings).Draw(random)));
    }

    [Theory]
    [InlineData(3, 0.5, 1)]
    [InlineData(-1, 0.5, 1)]
    [InlineData(0, double.NaN, 1)]
    [InlineData(0, 1.5, 1)]
    [InlineData(0, 0.5, -1)]
    public void A_state_that_no_run_can_reach_is_refused(int rung, double accuracy, long measurements) =>
        Assert.Throws<ConfigurationException>(() => new Ladder(Settings, new LadderState(rung, accuracy, measurements)));

    [Fact]
    public void Rungs_can_be_made_from_rates_or_from_lengths()
    {
        Assert.Equal([(16, 2.0), (16, 4.0), (16, 8.0)], Settings.Rungs.Select(rung => (rung.Lengths[0], rung.TokensPerSlot)));
        var byLength = LadderSettings.ByLength(8, 1, 2.5, 4);
        Assert.Equal([(8, 1.0), (20, 2.5), (32, 4.0)], byLength.Select(rung => (Assert.Single(rung.Lengths), rung.TokensPerSlot)));
    }

    [Fact]
    public void A_broken_rule_is_refused()
    {
        LadderSettings[] broken =
        [
            Settings with { Rungs = [] },
            Settings with { Rungs = [null!] },
            Settings with { Rungs = [new TrainingRung([], 4)] },
            Settings with { Rungs = [new TrainingRung([0], 4)] },
            Settings with { Rungs = [new TrainingRung([int.MaxValue], 4)] },
            Settings with { Rungs = [new TrainingRung([8], 0)] },
            Settings with { Rungs = [new TrainingRung([8], double.NaN)] },
            Settings with { RaiseAt = 0 },
            Settings with { AtLimitShare = 1.1 },
            Settings with { Smoothing = double.NaN },
            Settings with { LeastMeasurements = -1 },
        ];

        Assert.Same(Settings, Settings.Validate());
        Assert.All(broken, settings => Assert.StartsWith("Ladder settings: ", Assert.Throws<ConfigurationException>(settings.Validate).Message, StringComparison.Ordinal));
    }
}
