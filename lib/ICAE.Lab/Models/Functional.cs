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

    /// <summary>Drops a share of the values and scales the rest; the mask is a function of seed, layer and target.</summary>
    public static Tensor Dropout(Tensor x, double share, long seed, int layer, string target)
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator(unchecked((ulong)seed * 1_000_003UL) + ((ulong)layer * 101) + (ulong)LoraConfig.AllTargets.ToList().IndexOf(target), x.device);
        using var mask = empty_like(x).requires_grad_(false).bernoulli_(1 - share, generator);
        return x.mul(mask).mul((float)(1 / (1 - share))).MoveToOuterDisposeScope();
    }
}
