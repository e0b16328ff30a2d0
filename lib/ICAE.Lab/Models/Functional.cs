using ICAE.Lab.Models.Kernels;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace ICAE.Lab.Models;

/// <summary>The element-wise parts of a transformer: a fused kernel where one fits, ordinary tensor operations elsewhere.</summary>
internal static class Functional
{
    /// <summary>RMS norm over the last dimension (arXiv 1910.07467), computed in float32 as the reference implementations do.</summary>
    public static Tensor RmsNorm(Tensor x, Weight weight, double epsilon)
    {
        using var scope = NewDisposeScope();
        if (CpuKernel.Fits(x))
        {
            return RmsNormKernel.Run(x, weight.As(ScalarType.Float32), (float)epsilon).MoveToOuterDisposeScope();
        }

        var wide = x.to(ScalarType.Float32);
        var scaled = wide.mul(wide.square().mean([-1], true).add((float)epsilon).rsqrt());
        return scaled.to(x.dtype).mul(weight.As(x.dtype)).MoveToOuterDisposeScope();
    }

    /// <summary>silu(gate) · up of a tensor whose last dimension holds gate and up (arXiv 2002.05202).</summary>
    public static Tensor SwiGlu(Tensor gateUp)
    {
        using var scope = NewDisposeScope();
        if (CpuKernel.Fits(gateUp) && gateUp.shape[^1] % (2 * ILanes.Count) == 0)
        {
            return SwiGluKernel.Run(gateUp).MoveToOuterDisposeScope();
        }

        var parts = gateUp.chunk(2, -1);
        return F.silu(parts[0]).mul(parts[1]).MoveToOuterDisposeScope();
    }

    /// <summary>Drops a share of the values and scales the rest. The mask is a function of seed, layer, target and place, computed where the values are: the same on every device.</summary>
    /// <remarks>TorchSharp 0.107 makes no generator but the CPU's, so that nothing could be drawn on a GPU from a seed.</remarks>
    public static Tensor Dropout(Tensor x, double share, long seed, int layer, string target)
    {
        using var scope = NewDisposeScope();

        // Scaled behind the mask: in bfloat16 a mask that holds the scale would hold a rounded one.
        return x.mul(Kept(x, share, Initialisation.Mix(seed, $"dropout {layer} {target}"))).mul((float)(1 / (1 - share))).MoveToOuterDisposeScope();
    }

    /// <summary>1 for each place that is kept, 0 for the others, in the shape and type of <paramref name="x"/>.</summary>
    private static Tensor Kept(Tensor x, double share, long key)
    {
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        var (first, second) = (unchecked((int)key), (int)(key >> 32));
        var hash = Mixed(Mixed(arange(x.numel(), dtype: ScalarType.Int32, device: x.device).mul_(unchecked((int)0x9E3779B1)).add_(first)).bitwise_xor_(tensor(second, device: x.device)));
        return hash.ge((int)(int.MinValue + (long)(share * (1L << 32)))).view(x.shape).to(x.dtype).MoveToOuterDisposeScope();
    }

    /// <summary>Makes every bit of 32 depend on all others: two multiplications and three shifts, each of which can be undone, so that different numbers stay different.</summary>
    private static Tensor Mixed(Tensor hash)
    {
        Tensor Fold(Tensor bits, int shift)
        {
            // The shift repeats the sign, which the mask takes away.
            using var shifted = bits.bitwise_right_shift(tensor(shift, device: bits.device));
            return bits.bitwise_xor_(shifted.bitwise_and_(tensor((1 << (32 - shift)) - 1, device: bits.device)));
        }

        return Fold(Fold(Fold(hash, 16).mul_(unchecked((int)0x85EBCA6B)), 13).mul_(unchecked((int)0xC2B2AE35)), 16);
    }
}
