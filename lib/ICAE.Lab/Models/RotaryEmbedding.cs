using static TorchSharp.torch;

namespace ICAE.Lab.Models;

/// <summary>
/// Rotary position embeddings (RoFormer, arXiv 2104.09864) in the layout of Hugging Face: the two halves of a head form the pairs.
/// The frequencies are computed once; the angles of a batch come with its positions.
/// </summary>
public sealed class RotaryEmbedding : IDisposable
{
    private readonly Tensor _inverseFrequencies;

    /// <summary>Computes the frequencies.</summary>
    /// <param name="config">The model's config.</param>
    /// <param name="device">Where the model lives.</param>
    public RotaryEmbedding(TransformerConfig config, Device device)
    {
        ArgumentNullException.ThrowIfNull(config);
        using var onCpu = tensor(InverseFrequencies(config), dtype: ScalarType.Float32, device: CPU);
        _inverseFrequencies = onCpu.to(device, copy: true).DetachFromDisposeScope();
    }

    /// <summary>The frequencies after scaling, in radians a position.</summary>
    /// <param name="config">The model's config.</param>
    /// <returns>[E/2] values.</returns>
    public static float[] InverseFrequencies(TransformerConfig config)
    {
        ArgumentNullException.ThrowIfNull(config);
        var half = config.HeadSize / 2;
        var frequencies = new float[half];
        for (var i = 0; i < half; i++)
        {
            var exponent = (float)(2 * i) / config.HeadSize;
            frequencies[i] = Scale(1f / (float)Math.Pow(config.RotaryBase, exponent), config.RotaryScaling);
        }

        return frequencies;
    }

    /// <summary>Cosines and sines for positions.</summary>
    /// <param name="positions">[T] or [B, T] int64.</param>
    /// <param name="dtype">The compute type.</param>
    /// <returns>Two tensors [1, T, 1, E/2] or [B, T, 1, E/2] of the caller's dispose scope.</returns>
    public (Tensor Cosine, Tensor Sine) Angles(Tensor positions, ScalarType dtype)
    {
        ArgumentNullException.ThrowIfNull(positions);
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        var rows = positions.dim() == 1 ? positions.unsqueeze(0) : positions;
        var angles = rows.to(ScalarType.Float32).unsqueeze(-1).mul(_inverseFrequencies).unsqueeze(2);
        return (angles.cos().to(dtype).MoveToOuterDisposeScope(), angles.sin().to(dtype).MoveToOuterDisposeScope());
    }

    /// <summary>Turns heads to their positions.</summary>
    /// <param name="heads">[B, T, H, E].</param>
    /// <param name="cosine">From <see cref="Angles"/>.</param>
    /// <param name="sine">From <see cref="Angles"/>.</param>
    /// <returns>[B, T, H, E] of the caller's dispose scope.</returns>
    public static Tensor Rotate(Tensor heads, Tensor cosine, Tensor sine)
    {
        ArgumentNullException.ThrowIfNull(heads);
        using var scope = NewDisposeScope();
        var halves = heads.chunk(2, -1);
        var (first, second) = (halves[0], halves[1]);
        return cat([first.mul(cosine).sub(second.mul(sine)), second.mul(cosine).add(first.mul(sine))], -1).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public void Dispose() => _inverseFrequencies.Dispose();

    private static float Scale(float frequency, RotaryScaling scaling)
    {
        if (scaling.Kind == RotaryScalingKind.Default)
        {
            return frequency;
        }

        if (scaling.Kind == RotaryScalingKind.Linear)
        {
            return frequency / (float)scaling.Factor;
        }

        var wavelength = 2 * Math.PI / frequency;
        if (wavelength > scaling.OriginalMaxPositions / scaling.LowFrequencyFactor)
        {
            return frequency / (float)scaling.Factor;
        }

        if (wavelength < scaling.OriginalMaxPositions / scaling.HighFrequencyFactor)
        {
            return frequency;
        }

        var kept = ((scaling.OriginalMaxPositions / wavelength) - scaling.LowFrequencyFactor) / (scaling.HighFrequencyFactor - scaling.LowFrequencyFactor);
        return (float)(((1 - kept) * frequency / scaling.Factor) + (kept * frequency));
    }
}
