namespace ICAE.Lab.Training;

/// <summary>AdamW (arXiv 1711.05101), clipping and the schedule of the learning rate.</summary>
public sealed record OptimizerSettings
{
    /// <summary>The largest learning rate.</summary>
    public double LearningRate { get; init; } = 1e-4;

    /// <summary>The decay of the running mean of gradients.</summary>
    public double Beta1 { get; init; } = 0.9;

    /// <summary>The decay of the running mean of squared gradients.</summary>
    public double Beta2 { get; init; } = 0.95;

    /// <summary>Added to the denominator.</summary>
    public double Epsilon { get; init; } = 1e-8;

    /// <summary>The share of a weight that a learning rate of 1 would take away at each update.</summary>
    public double WeightDecay { get; init; }

    /// <summary>The largest gradient norm; not positive for no clipping. The paper has 2.</summary>
    public double ClipNorm { get; init; } = 2;

    /// <summary>Updates over which the learning rate rises from 0.</summary>
    public int WarmupSteps { get; init; } = 300;

    /// <summary>What follows the warm-up.</summary>
    public ScheduleKind Schedule { get; init; } = ScheduleKind.Cosine;

    /// <summary>The share of the learning rate that the schedule falls towards; it would be reached one update behind the last.</summary>
    public double FinalShare { get; init; } = 0.1;

    /// <summary>The learning rate of an update.</summary>
    /// <param name="step">The update, from 0.</param>
    /// <param name="steps">All updates of the run.</param>
    /// <returns>The rate.</returns>
    public double RateAt(long step, long steps)
    {
        if (step < WarmupSteps)
        {
            return LearningRate * (step + 1) / WarmupSteps;
        }

        var done = steps <= WarmupSteps ? 1 : Math.Clamp((double)(step - WarmupSteps) / (steps - WarmupSteps), 0, 1);
        var left = Schedule switch
        {
            ScheduleKind.Linear => 1 - done,
            ScheduleKind.Cosine => (1 + Math.Cos(Math.PI * done)) / 2,
            _ => 1,
        };
        return LearningRate * (FinalShare + ((1 - FinalShare) * left));
    }

    /// <summary>Checks every rule between the fields.</summary>
    /// <returns>These settings.</returns>
    /// <exception cref="ConfigurationException">A rule is broken.</exception>
    public OptimizerSettings Validate()
    {
        Require(double.IsFinite(LearningRate) && LearningRate > 0, nameof(LearningRate), LearningRate, "must be positive and finite");
        Require(Beta1 is >= 0 and < 1, nameof(Beta1), Beta1, "must lie between 0 and below 1");
        Require(Beta2 is >= 0 and < 1, nameof(Beta2), Beta2, "must lie between 0 and below 1");
        Require(double.IsFinite(Epsilon) && Epsilon > 0, nameof(Epsilon), Epsilon, "must be positive and finite");
        Require(double.IsFinite(WeightDecay) && WeightDecay >= 0, nameof(WeightDecay), WeightDecay, "must be finite and not negative");
        Require(double.IsFinite(ClipNorm), nameof(ClipNorm), ClipNorm, "must be finite");
        Require(WarmupSteps >= 0, nameof(WarmupSteps), WarmupSteps, "must not be negative");
        Require(FinalShare is >= 0 and <= 1, nameof(FinalShare), FinalShare, "must lie between 0 and 1");
        return this;
    }

    private static void Require(bool holds, string name, double value, string rule)
    {
        if (!holds)
        {
            throw new ConfigurationException($"Optimizer settings: {name} ({value}) {rule}.");
        }
    }
}
