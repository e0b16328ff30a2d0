namespace ICAE.Lab.Experiments.ContinuationEvaluation;

/// <summary>How it is measured what a memory is worth to what follows the text.</summary>
public sealed record ContinuationSettings
{
    /// <summary>N: the first N ids of each passage are the text, which is compressed.</summary>
    public int Tokens { get; init; } = 64;

    /// <summary>M: the M ids behind them are the continuation; passages of fewer than N + M ids are counted as skipped.</summary>
    public int ContinuationTokens { get; init; } = 64;

    /// <summary>Tokens on a slot, other than the autoencoder's own rate; <see langword="null"/> for its own.</summary>
    public double? TokensPerSlot { get; init; }

    /// <summary>The first tokens of the continuation, which are read but not scored, as in training.</summary>
    public int Unscored { get; init; } = 8;

    /// <summary>The most passages of a kind, spread evenly over those that are long enough; <see langword="null"/> for all.</summary>
    public int? Limit { get; init; }

    /// <summary>Passages at a time.</summary>
    public int BatchSize { get; init; } = 32;

    /// <summary>Decides the bootstrap.</summary>
    public ulong Seed { get; init; } = 1;

    /// <summary>Resamples of the bootstrap.</summary>
    public int Resamples { get; init; } = 1000;

    /// <summary>Checks every rule between the fields.</summary>
    /// <returns>These settings.</returns>
    /// <exception cref="ConfigurationException">A rule is broken; the message names field, value and rule.</exception>
    public ContinuationSettings Validate()
    {
        const int MostTokens = 1 << 20;
        Require(Tokens is >= 1 and <= MostTokens, $"{nameof(Tokens)} ({Tokens}) must lie between 1 and {MostTokens}");
        Require(ContinuationTokens is >= 1 and <= MostTokens, $"{nameof(ContinuationTokens)} ({ContinuationTokens}) must lie between 1 and {MostTokens}");
        Require(Tokens + ContinuationTokens <= MostTokens, $"{nameof(Tokens)} and {nameof(ContinuationTokens)} ({Tokens} + {ContinuationTokens}) must be at most {MostTokens} together");
        Require(Unscored >= 0 && Unscored < ContinuationTokens, $"{nameof(Unscored)} ({Unscored}) must lie between 0 and {nameof(ContinuationTokens)} - 1 ({ContinuationTokens - 1})");
        Require(TokensPerSlot is null or (> 0 and < double.PositiveInfinity), $"{nameof(TokensPerSlot)} ({TokensPerSlot}) must be a positive number");
        Require(Limit is null or >= 1, $"{nameof(Limit)} ({Limit}) must be at least 1");
        Require(BatchSize >= 1, $"{nameof(BatchSize)} ({BatchSize}) must be at least 1");
        Require(Resamples >= 1, $"{nameof(Resamples)} ({Resamples}) must be at least 1");
        return this;
    }

    private static void Require(bool holds, string rule)
    {
        if (!holds)
            throw new ConfigurationException($"Evaluation of continuations: {rule}.");
    }
}
