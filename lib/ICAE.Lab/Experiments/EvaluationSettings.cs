namespace ICAE.Lab.Experiments;

/// <summary>What every evaluation of an autoencoder can be told.</summary>
public abstract record EvaluationSettings
{
    private protected const int MostTokens = 1 << 20;

    /// <summary>Tokens on a slot, other than the autoencoder's own rate; <see langword="null"/> for its own.</summary>
    public double? TokensPerSlot { get; init; }

    /// <summary>The most texts of a kind, spread evenly over those that are long enough, or the most questions in all, drawn from those that are short enough; <see langword="null"/> for all.</summary>
    public int? Limit { get; init; }

    /// <summary>Texts or questions at a time.</summary>
    public int BatchSize { get; init; } = 32;

    /// <summary>Decides whatever is drawn: random ids, questions under a limit, the bootstrap.</summary>
    public ulong Seed { get; init; } = 1;

    /// <summary>Resamples of the bootstrap.</summary>
    public int Resamples { get; init; } = 1000;

    /// <summary>What is evaluated, as a message says it.</summary>
    private protected abstract string Subject { get; }

    /// <summary>Checks the rules of the fields that all evaluations have.</summary>
    private protected void RequireCommon()
    {
        Require(TokensPerSlot is null or (> 0 and < double.PositiveInfinity), $"{nameof(TokensPerSlot)} ({TokensPerSlot}) must be a positive number");
        Require(Limit is null or >= 1, $"{nameof(Limit)} ({Limit}) must be at least 1");
        Require(BatchSize >= 1, $"{nameof(BatchSize)} ({BatchSize}) must be at least 1");
        Require(Resamples >= 1, $"{nameof(Resamples)} ({Resamples}) must be at least 1");
    }

    /// <summary>Refuses what breaks a rule.</summary>
    private protected void Require(bool holds, string rule)
    {
        if (!holds)
            throw new ConfigurationException($"Evaluation of {Subject}: {rule}.");
    }
}
