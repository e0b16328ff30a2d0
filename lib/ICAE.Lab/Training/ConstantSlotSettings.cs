namespace ICAE.Lab.Training;

/// <summary>How the constant slots of an autoencoder are trained.</summary>
public sealed record ConstantSlotSettings
{
    /// <summary>Updates in all.</summary>
    public long Steps { get; init; } = 1000;

    /// <summary>Texts in a batch.</summary>
    public int Batch { get; init; } = 32;

    /// <summary>The lengths of texts, in tokens; each batch has one of them. The longest decides how many slots there are.</summary>
    public IReadOnlyList<int> Lengths { get; init; } = [32, 64, 128];

    /// <summary>The optimiser. Few values are trained, and they see every text: the rate is higher than an adapter's.</summary>
    public OptimizerSettings Optimizer { get; init; } = new() { LearningRate = 0.1, ClipNorm = 1, WarmupSteps = 20 };

    /// <summary>Decides which texts are drawn.</summary>
    public long Seed { get; init; } = 1;

    /// <summary>Report every so many updates.</summary>
    public int LogEvery { get; init; } = 20;

    /// <summary>Checks every rule between the fields.</summary>
    /// <returns>These settings.</returns>
    /// <exception cref="ConfigurationException">A rule is broken.</exception>
    public ConstantSlotSettings Validate()
    {
        if (Steps < 1 || LogEvery < 1 || Batch is < 1 or > RowSettings.MostRows)
            throw new ConfigurationException($"Constant slots: Steps ({Steps}) and LogEvery ({LogEvery}) must be at least 1, Batch ({Batch}) must lie between 1 and {RowSettings.MostRows}.");

        if (Lengths.Count == 0 || Lengths.Any(length => length is < 1 or > LadderSettings.LongestText))
            throw new ConfigurationException($"Constant slots: Lengths ({string.Join(", ", Lengths)}) must lie between 1 and {LadderSettings.LongestText}, and there must be one.");

        Optimizer.Validate();
        return this;
    }
}
