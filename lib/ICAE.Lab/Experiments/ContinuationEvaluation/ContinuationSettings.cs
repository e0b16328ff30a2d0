namespace ICAE.Lab.Experiments.ContinuationEvaluation;

/// <summary>How it is measured what a memory is worth to what follows the text.</summary>
public sealed record ContinuationSettings : EvaluationSettings
{
    /// <summary>N: the first N ids of each passage are the text, which is compressed.</summary>
    public int Tokens { get; init; } = 64;

    /// <summary>M: the M ids behind them are the continuation; passages of fewer than N + M ids are counted as skipped.</summary>
    public int ContinuationTokens { get; init; } = 64;

    /// <summary>The first tokens of the continuation, which are read but not scored, as in training.</summary>
    public int Unscored { get; init; } = 8;

    private protected override string Subject => "continuations";

    /// <summary>Checks every rule between the fields.</summary>
    /// <returns>These settings.</returns>
    /// <exception cref="ConfigurationException">A rule is broken; the message names field, value and rule.</exception>
    public ContinuationSettings Validate()
    {
        Require(Tokens is >= 1 and <= MostTokens, $"{nameof(Tokens)} ({Tokens}) must lie between 1 and {MostTokens}");
        Require(ContinuationTokens is >= 1 and <= MostTokens, $"{nameof(ContinuationTokens)} ({ContinuationTokens}) must lie between 1 and {MostTokens}");
        Require(Tokens + ContinuationTokens <= MostTokens, $"{nameof(Tokens)} and {nameof(ContinuationTokens)} ({Tokens} + {ContinuationTokens}) must be at most {MostTokens} together");
        Require(Unscored >= 0 && Unscored < ContinuationTokens, $"{nameof(Unscored)} ({Unscored}) must lie between 0 and {nameof(ContinuationTokens)} - 1 ({ContinuationTokens - 1})");
        RequireCommon();
        return this;
    }
}
