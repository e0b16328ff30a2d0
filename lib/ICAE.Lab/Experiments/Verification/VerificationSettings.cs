using static TorchSharp.torch;

namespace ICAE.Lab.Experiments.Verification;

/// <summary>Where and how reference values are computed again.</summary>
public sealed record VerificationSettings
{
    /// <summary>The model that adapters, autoencoders and quantised references belong to: a folder or a GGUF file.</summary>
    public string? BasePath { get; init; }

    /// <summary>The device; <see langword="null"/> for the CPU.</summary>
    public Device? Device { get; init; }

    /// <summary>
    /// Threads of the native library, where the caller has set them; <see langword="null"/> leaves them as they are for large models and
    /// takes one for small ones.
    /// </summary>
    public int? Threads { get; init; }

    /// <summary>The type of activations. The tolerances are those of float32.</summary>
    public ScalarType ComputeType { get; init; } = ScalarType.Float32;
}
