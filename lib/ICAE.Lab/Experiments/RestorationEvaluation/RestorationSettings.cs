namespace ICAE.Lab.Experiments.RestorationEvaluation;

/// <summary>How restorations are measured.</summary>
public sealed record RestorationSettings
{
    /// <summary>N: the first N ids of each text are compressed; shorter texts are counted as skipped.</summary>
    public int Tokens { get; init; } = 64;

    /// <summary>Tokens on a slot, other than the autoencoder's own rate; <see langword="null"/> for its own.</summary>
    public double? TokensPerSlot { get; init; }

    /// <summary>The most texts of a kind, spread evenly over those that are long enough; <see langword="null"/> for all.</summary>
    public int? Limit { get; init; }

    /// <summary>Whether patterned and random texts are derived from the ordinary ones, with as many ids each.</summary>
    public bool Controls { get; init; }

    /// <summary>What is tried, in the order of the enumeration; <see langword="null"/> for everything that the model offers. What is left out is NaN in the scores.</summary>
    public IReadOnlyList<ReadingCondition>? Conditions { get; init; }

    /// <summary>Texts at a time.</summary>
    public int BatchSize { get; init; } = 32;

    /// <summary>Decides random ids and the bootstrap.</summary>
    public ulong Seed { get; init; } = 1;

    /// <summary>Resamples of the bootstrap.</summary>
    public int Resamples { get; init; } = 1000;

    /// <summary>The largest number of tokens written: one and a half times N.</summary>
    public int MaxNewTokens => Tokens + (Tokens / 2);

    /// <summary>Checks every rule between the fields.</summary>
    /// <returns>These settings.</returns>
    /// <exception cref="ConfigurationException">A rule is broken; the message names field, value and rule.</exception>
    public RestorationSettings Validate()
    {
        const int MostTokens = 1 << 20;
        Require(Tokens is >= 1 and <= MostTokens, $"{nameof(Tokens)} ({Tokens}) must lie between 1 and {MostTokens}");
        Require(TokensPerSlot is null or (> 0 and < double.PositiveInfinity), $"{nameof(TokensPerSlot)} ({TokensPerSlot}) must be a positive number");
        Require(Limit is null or >= 1, $"{nameof(Limit)} ({Limit}) must be at least 1");
        Require(Conditions is null || Conditions.Contains(ReadingCondition.Memory), $"{nameof(Conditions)} must hold {nameof(ReadingCondition.Memory)}");
        Require(BatchSize >= 1, $"{nameof(BatchSize)} ({BatchSize}) must be at least 1");
        Require(Resamples >= 1, $"{nameof(Resamples)} ({Resamples}) must be at least 1");
        return this;
    }

    private static void Require(bool holds, string rule)
    {
        if (!holds)
            throw new ConfigurationException($"Evaluation: {rule}.");
    }
}
