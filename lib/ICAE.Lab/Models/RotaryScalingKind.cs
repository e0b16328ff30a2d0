namespace ICAE.Lab.Models;

/// <summary>How rotary frequencies are scaled for texts longer than those of pretraining.</summary>
public enum RotaryScalingKind
{
    /// <summary>Not at all.</summary>
    Default,

    /// <summary>Every frequency divided by the factor (position interpolation).</summary>
    Linear,

    /// <summary>Llama 3.1's: long wavelengths divided by the factor, short ones kept, those between blended.</summary>
    Llama3,
}
