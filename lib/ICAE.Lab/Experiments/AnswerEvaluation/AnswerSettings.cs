using ICAE.Lab.Autoencoder;

namespace ICAE.Lab.Experiments.AnswerEvaluation;

/// <summary>How it is measured how well questions about texts are answered from their slots.</summary>
public sealed record AnswerSettings : EvaluationSettings
{
    /// <summary>The longest text in tokens; questions about longer ones, or ones that the autoencoder cannot hold, are counted as skipped.</summary>
    public int LongestText { get; init; } = 256;

    /// <summary>The longest prompt and answer together, in tokens; longer ones are counted as skipped.</summary>
    public int LongestExchange { get; init; } = 512;

    /// <summary>What stands around slots and prompt; <see langword="null"/> for what did in training, and where it was not trained to answer, for version 1.</summary>
    public InstructionLayout? Layout { get; init; }

    private protected override string Subject => "answers";

    /// <summary>Checks every rule between the fields.</summary>
    /// <returns>These settings.</returns>
    /// <exception cref="ConfigurationException">A rule is broken; the message names field, value and rule.</exception>
    public AnswerSettings Validate()
    {
        RequireCommon();
        Require(LongestText is >= 1 and <= MostTokens, $"{nameof(LongestText)} ({LongestText}) must lie between 1 and {MostTokens}");
        Require(LongestExchange is >= 1 and <= MostTokens, $"{nameof(LongestExchange)} ({LongestExchange}) must lie between 1 and {MostTokens}");
        return this;
    }
}
