namespace ICAE.Lab.Training;

/// <summary>A schedule that gets harder when the measured accuracy allows it, never by the clock.</summary>
public sealed record LadderSettings
{
    /// <summary>Longer texts than this are refused: a length that is a typing error must not be tried.</summary>
    internal const int LongestText = 1 << 20;

    /// <summary>From easy to hard; one rung for no schedule.</summary>
    public IReadOnlyList<TrainingRung> Rungs { get; init; } = [new TrainingRung([64], 4)];

    /// <summary>The running accuracy on the present rung at which the next one opens.</summary>
    public double RaiseAt { get; init; } = 0.9;

    /// <summary>The share of batches on the hardest open rung; the others are drawn evenly from those below.</summary>
    public double AtLimitShare { get; init; } = 0.6;

    /// <summary>The weight of the newest measurement in the running accuracy.</summary>
    public double Smoothing { get; init; } = 0.4;

    /// <summary>Measurements on a rung before the next one can open.</summary>
    public int LeastMeasurements { get; init; } = 5;

    /// <summary>A ladder in the rate: fixed lengths, ever more tokens on a slot.</summary>
    /// <param name="lengths">The lengths of texts, in tokens.</param>
    /// <param name="rates">Tokens per slot, rising.</param>
    /// <returns>The rungs.</returns>
    public static IReadOnlyList<TrainingRung> ByRate(IReadOnlyList<int> lengths, params double[] rates) =>
        [.. rates.Select(rate => new TrainingRung(lengths, rate))];

    /// <summary>A ladder in the length: a fixed number of slots, ever longer texts.</summary>
    /// <param name="slots">The number of slots.</param>
    /// <param name="factors">Tokens per slot, rising.</param>
    /// <returns>The rungs.</returns>
    public static IReadOnlyList<TrainingRung> ByLength(int slots, params double[] factors) =>
        [.. factors.Select(factor => (int)Math.Round(slots * factor)).Select(length => new TrainingRung([length], (double)length / slots))];

    /// <summary>A ladder that ends at a rate: those rungs that lie below it, and further ones beyond them.</summary>
    /// <param name="rungs">The ladder to start from, at least one rung.</param>
    /// <param name="tokensPerSlot">The rate to be reached.</param>
    /// <param name="continuationShare">The share of texts that are not restored; where it is 1 nothing could raise a ladder, and only its last rung is given.</param>
    /// <returns>The rungs; the last has that rate.</returns>
    public static IReadOnlyList<TrainingRung> UpTo(IReadOnlyList<TrainingRung> rungs, double tokensPerSlot, double continuationShare = 0)
    {
        ArgumentNullException.ThrowIfNull(rungs);

        // Beyond the given ladder each rung holds three fifths more than the one before. Steps of a quarter brought an autoencoder on a restoring base to eight tokens a slot after 600
        // updates, larger ones after 260 (notebooks/LOG.md).
        const double Growth = 1.6;
        var climbed = rungs.Where(rung => rung.TokensPerSlot < tokensPerSlot).ToList();
        for (var next = rungs[^1].TokensPerSlot * Growth; climbed.Count >= rungs.Count && next < tokensPerSlot; next *= Growth)
            climbed.Add(rungs[^1] with { TokensPerSlot = next });

        climbed.Add((climbed.Count < rungs.Count ? rungs[climbed.Count] : rungs[^1]) with { TokensPerSlot = tokensPerSlot });
        return continuationShare < 1 ? climbed : [climbed[^1]];
    }

    /// <summary>Checks every rule between the fields.</summary>
    /// <returns>These settings.</returns>
    /// <exception cref="ConfigurationException">A rule is broken.</exception>
    public LadderSettings Validate()
    {
        if (Rungs.Count == 0 || !Rungs.All(IsSound))
        {
            throw new ConfigurationException($"Ladder settings: at least one rung is needed, and each has lengths between 1 and {LongestText} and a positive rate.");
        }

        if (RaiseAt is not (> 0 and <= 1) || AtLimitShare is not (> 0 and <= 1) || Smoothing is not (> 0 and <= 1))
        {
            throw new ConfigurationException("Ladder settings: RaiseAt, AtLimitShare and Smoothing must lie above 0 and at most be 1.");
        }

        if (LeastMeasurements < 0)
        {
            throw new ConfigurationException($"Ladder settings: LeastMeasurements ({LeastMeasurements}) must not be negative.");
        }

        return this;
    }

    private static bool IsSound(TrainingRung? rung) =>
        rung is { Lengths: { Count: > 0 } lengths, TokensPerSlot: > 0 and < double.PositiveInfinity } && lengths.All(length => length is >= 1 and <= LongestText);
}
