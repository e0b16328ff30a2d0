namespace ICAE.Lab.Models;

/// <summary>The settings of a rotary scaling; the names are those of Hugging Face configs.</summary>
/// <param name="Kind">The rule.</param>
/// <param name="Factor">The division of frequencies, at least 1.</param>
/// <param name="LowFrequencyFactor">Llama 3: wavelengths above original length / this are scaled in full.</param>
/// <param name="HighFrequencyFactor">Llama 3: wavelengths below original length / this are not scaled.</param>
/// <param name="OriginalMaxPositions">Llama 3: the context length of pretraining, in tokens.</param>
public sealed record RotaryScaling(
    RotaryScalingKind Kind,
    double Factor = 1,
    double LowFrequencyFactor = 1,
    double HighFrequencyFactor = 4,
    int OriginalMaxPositions = 8192);
