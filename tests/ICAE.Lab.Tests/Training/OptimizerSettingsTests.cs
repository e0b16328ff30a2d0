using ICAE.Lab.Training;

namespace ICAE.Lab.Tests.Training;

public sealed class OptimizerSettingsTests
{
    private static readonly OptimizerSettings Settings = new() { LearningRate = 2, WarmupSteps = 4, FinalShare = 0.25 };

    [Theory]
    [InlineData(ScheduleKind.Constant)]
    [InlineData(ScheduleKind.Linear)]
    [InlineData(ScheduleKind.Cosine)]
    public void The_rate_rises_evenly_to_its_full_height(ScheduleKind kind)
    {
        var settings = Settings with { Schedule = kind };

        Assert.Equal([0.5, 1, 1.5, 2, 2], Enumerable.Range(0, 5).Select(step => settings.RateAt(step, 12)));
    }

    [Theory]
    [InlineData(ScheduleKind.Constant, 2, 2)]
    [InlineData(ScheduleKind.Linear, 1.25, 0.5)]
    [InlineData(ScheduleKind.Cosine, 1.25, 0.5)]
    public void The_rate_falls_to_its_final_share(ScheduleKind kind, double half, double end)
    {
        var settings = Settings with { Schedule = kind };

        Assert.Equal(half, settings.RateAt(8, 12), 1e-12);
        Assert.Equal(end, settings.RateAt(12, 12), 1e-12);
        Assert.Equal(end, settings.RateAt(40, 12), 1e-12);
    }

    [Fact]
    public void A_quarter_of_the_cosine_is_where_it_should_be() =>
        Assert.Equal(2 * (0.25 + (0.75 * ((1 + Math.Sqrt(0.5)) / 2))), (Settings with { Schedule = ScheduleKind.Cosine }).RateAt(6, 12), 1e-12);

    [Fact]
    public void A_run_may_be_shorter_than_its_warm_up_or_have_none()
    {
        Assert.Equal(1, Settings.RateAt(1, 2), 1e-12);
        Assert.Equal(0.5, Settings.RateAt(4, 2), 1e-12);
        Assert.Equal(2, (Settings with { WarmupSteps = 0 }).RateAt(0, 12), 1e-12);
    }

    [Fact]
    public void Each_rule_names_its_field()
    {
        (OptimizerSettings Settings, string Field)[] broken =
        [
            (Settings with { LearningRate = 0 }, "LearningRate"),
            (Settings with { LearningRate = double.NaN }, "LearningRate"),
            (Settings with { Beta1 = 1 }, "Beta1"),
            (Settings with { Beta2 = -0.1 }, "Beta2"),
            (Settings with { Epsilon = 0 }, "Epsilon"),
            (Settings with { Epsilon = double.PositiveInfinity }, "Epsilon"),
            (Settings with { WeightDecay = -1 }, "WeightDecay"),
            (Settings with { WeightDecay = double.PositiveInfinity }, "WeightDecay"),
            (Settings with { ClipNorm = double.NaN }, "ClipNorm"),
            (Settings with { WarmupSteps = -1 }, "WarmupSteps"),
            (Settings with { FinalShare = 1.5 }, "FinalShare"),
        ];

        Assert.Same(Settings, Settings.Validate());
        Assert.All(broken, entry => Assert.Contains($": {entry.Field} (", Assert.Throws<ConfigurationException>(entry.Settings.Validate).Message, StringComparison.Ordinal));
    }
}
