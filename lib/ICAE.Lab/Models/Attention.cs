using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace ICAE.Lab.Models;

/// <summary>Scaled dot-product attention with grouped queries.</summary>
internal static class Attention
{
    /// <summary>
    /// Weighs values by the softmax of scaled products. Query heads that share a key head are folded into its rows, so that keys and
    /// values are never repeated. On the CPU two batched products with a softmax between them beat the fused operator at the lengths met here
    /// (see the benchmarks); on a GPU the fused operator keeps no [T, S] scores for the backward pass, which at long texts decide what fits.
    /// </summary>
    /// <param name="queries">[B, T, H, E].</param>
    /// <param name="keys">[B, K, S, E].</param>
    /// <param name="values">[B, K, S, E].</param>
    /// <param name="bias">[1, T, S] or [B, T, S], or <see langword="null"/>.</param>
    /// <returns>[B, T, H E] of the caller's dispose scope.</returns>
    public static Tensor Attend(Tensor queries, Tensor keys, Tensor values, Tensor? bias)
    {
        using var scope = NewDisposeScope();
        if (queries.device_type == TorchSharp.DeviceType.CUDA)
        {
            return Fused(queries, keys, values, bias).MoveToOuterDisposeScope();
        }

        var (batch, length, heads, size) = (queries.shape[0], queries.shape[1], queries.shape[2], queries.shape[3]);
        var (keyHeads, keyLength) = (keys.shape[1], keys.shape[2]);
        var group = heads / keyHeads;
        var scale = 1f / MathF.Sqrt(size);

        var q = queries.transpose(1, 2).reshape(batch * keyHeads, group * length, size); // [B K, G T, E]
        var k = keys.reshape(batch * keyHeads, keyLength, size).transpose(1, 2); // [B K, E, S]
        var v = values.reshape(batch * keyHeads, keyLength, size);
        var weights = Scores(q, k, bias, scale, batch, keyHeads, group).softmax(-1); // [B K, G T, S]
        return weights.bmm(v) // [B K, G T, E]
            .view(batch, heads, length, size)
            .transpose(1, 2)
            .reshape(batch, length, heads * size)
            .MoveToOuterDisposeScope();
    }

    /// <summary>The same by the native library's own operator, which chooses its way by device, type and shape; keys and values are repeated for the query heads that share them.</summary>
    internal static Tensor Fused(Tensor queries, Tensor keys, Tensor values, Tensor? bias)
    {
        using var scope = NewDisposeScope();
        var (batch, length, heads, size) = (queries.shape[0], queries.shape[1], queries.shape[2], queries.shape[3]);
        var (keyHeads, keyLength) = (keys.shape[1], keys.shape[2]);
        Tensor Repeated(Tensor shared) => heads == keyHeads
            ? shared
            : shared.unsqueeze(2).expand(batch, keyHeads, heads / keyHeads, keyLength, size).reshape(batch, heads, keyLength, size);

        // Not expanded to all heads: the library may copy it to a padded one, as it is given.
        return F.scaled_dot_product_attention(queries.transpose(1, 2), Repeated(keys), Repeated(values), bias?.unsqueeze(1))
            .transpose(1, 2)
            .reshape(batch, length, heads * size)
            .MoveToOuterDisposeScope();
    }

    private static Tensor Scores(Tensor q, Tensor k, Tensor? bias, float scale, long batch, long keyHeads, long group)
    {
        if (bias is null)
        {
            return q.bmm(k).mul_(scale);
        }

        var (rows, length, keyLength) = (bias.shape[0], bias.shape[1], bias.shape[2]);
        if (rows == 1)
        {
            var tiled = group == 1 ? bias : bias.expand(group, length, keyLength).reshape(1, group * length, keyLength);
            return ScaledProductPlus(tiled, q, k, scale);
        }

        var perHead = bias.view(batch, 1, 1, length, keyLength)
            .expand(batch, keyHeads, group, length, keyLength)
            .reshape(batch * keyHeads, group * length, keyLength);
        return ScaledProductPlus(perHead, q, k, scale);
    }

    /// <summary>
    /// bias + scale · q k in one operation. TorchSharp 0.107 hands the three tensors of baddbmm on in another order than its parameter
    /// names say: the factors come first, the summand last.
    /// </summary>
    private static Tensor ScaledProductPlus(Tensor bias, Tensor q, Tensor k, float scale) => q.baddbmm(k, bias, 1, scale);
}
