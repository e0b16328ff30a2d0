namespace ICAE.Lab.Experiments.RestorationEvaluation;

/// <summary>How restorations are measured.</summary>
public sealed record RestorationSettings : EvaluationSettings
{
    /// <summary>N: the first N ids of each text are compressed; shorter texts are counted as skipped.</summary>
    public int Tokens { get; init; } = 64;

    /// <summary>Whether patterned and random texts are derived from the ordinary ones, with as many ids each.</summary>
    public bool Controls { get; init; }

    /// <summary>What is tried, in the order of the enumeration; <see langword="null"/> for everything that the model offers. What is left out is NaN in the scores.</summary>
    public IReadOnlyList<ReadingCondition>? Conditions { get; init; }

    /// <summary>The largest number of tokens written: one and a half times N.</summary>
    public int MaxNewTokens => Tokens + (Tokens / 2);

    private protected override string Subject => "restorations";

    /// <summary>Checks every rule between the fields.</summary>
    /// <returns>These settings.</returns>
    /// <exception cref="ConfigurationException">A rule is broken; the message names field, value and rule.</exception>
    public RestorationSettings Validate()
    {
        Require(Tokens is >= 1 and <= MostTokens, $"{nameof(Tokens)} ({Tokens}) must lie between 1 and {MostTokens}");
        Require(Conditions is null || Conditions.Contains(ReadingCondition.Memory), $"{nameof(Conditions)} must hold {nameof(ReadingCondition.Memory)}");
        RequireCommon();
        return this;
    }
}
