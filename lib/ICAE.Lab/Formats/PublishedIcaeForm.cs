namespace ICAE.Lab.Formats;

/// <summary>The types in which published ICAE files hold their tensors.</summary>
public enum PublishedIcaeForm
{
    /// <summary>As the published checkpoints: LoRA in bfloat16, the memory table in float32.</summary>
    Released,

    /// <summary>As training code saves them: everything in float32.</summary>
    Float32,
}
