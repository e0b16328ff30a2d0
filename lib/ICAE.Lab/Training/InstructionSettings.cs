using ICAE.Lab.Autoencoder;

namespace ICAE.Lab.Training;

/// <summary>How an autoencoder is trained to answer prompts about what it holds (sec. 2.3 of the paper).</summary>
public sealed record InstructionSettings
{
    /// <summary>Examples in a batch.</summary>
    public int Batch { get; init; } = 16;

    /// <summary>What stands around slots and prompt.</summary>
    public InstructionLayout Layout { get; init; } = InstructionLayout.Version1;

    /// <summary>The longest text that is put into memory, in tokens; of a longer one the beginning.</summary>
    public int LongestText { get; init; } = 256;

    /// <summary>The longest prompt and answer together, in tokens; a longer example ends the run before it begins.</summary>
    public int LongestExchange { get; init; } = 512;

    /// <summary>Measure accuracy with every so many-th update.</summary>
    public int AccuracyEvery { get; init; } = 4;

    /// <summary>Examples of an evaluation.</summary>
    public int EvaluationExamples { get; init; } = 64;

    /// <summary>Checks every rule between the fields.</summary>
    /// <returns>These settings.</returns>
    /// <exception cref="ConfigurationException">A rule is broken.</exception>
    public InstructionSettings Validate() =>
        Batch is < 1 or > RowSettings.MostRows || AccuracyEvery < 1 || EvaluationExamples < 0 || LongestExchange < 1 || LongestText is < 1 or > LadderSettings.LongestText
            ? throw new ConfigurationException(
                $"Instruction settings: Batch ({Batch}) must lie between 1 and {RowSettings.MostRows}, LongestText ({LongestText}) between 1 and {LadderSettings.LongestText}, AccuracyEvery ({AccuracyEvery}) and LongestExchange ({LongestExchange}) must be at least 1, EvaluationExamples ({EvaluationExamples}) at least 0.")
            : this;
}
