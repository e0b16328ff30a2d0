using System.Runtime.Intrinsics;
using static TorchSharp.torch;

namespace ICAE.Lab.Models.Kernels;

/// <summary>silu(gate) · up in one pass, forwards and backwards.</summary>
internal sealed unsafe class SwiGluKernel : autograd.SingleTensorFunction<SwiGluKernel>
{
    /// <inheritdoc/>
    public override string Name => nameof(SwiGluKernel);

    /// <summary>[..., 2 I] to [..., I].</summary>
    public static Tensor Run(Tensor gateUp) => apply(gateUp);

    /// <inheritdoc/>
    public override Tensor forward(autograd.AutogradContext ctx, params object[] vars)
    {
        var gateUp = (Tensor)vars[0];
        ctx.save_for_backward([gateUp]);
        var shape = gateUp.shape;
        shape[^1] /= 2;
        var result = empty(shape, dtype: gateUp.dtype, device: gateUp.device);
        var (rows, width) = (result.numel() / shape[^1], (nint)shape[^1]);
        if (gateUp.dtype == ScalarType.BFloat16)
        {
            Forward<BFloat16Lanes>(gateUp, result, rows, width);
        }
        else
        {
            Forward<Float32Lanes>(gateUp, result, rows, width);
        }

        return result;
    }

    /// <inheritdoc/>
    public override List<Tensor> backward(autograd.AutogradContext ctx, Tensor grad_output)
    {
        using var gateUp = ctx.get_saved_variables()[0];
        using var gradient = grad_output.contiguous();
        var result = empty_like(gateUp).requires_grad_(false);
        var (rows, width) = (gradient.numel() / gradient.shape[^1], (nint)gradient.shape[^1]);
        if (gateUp.dtype == ScalarType.BFloat16)
        {
            Backward<BFloat16Lanes>(gateUp, gradient, result, rows, width);
        }
        else
        {
            Backward<Float32Lanes>(gateUp, gradient, result, rows, width);
        }

        return BackwardHandles.Exchange([grad_output], result);
    }

    private static Vector512<float> Sigmoid(Vector512<float> x) => Vector512<float>.One / (Vector512<float>.One + Vector512.Exp(-x));

    private static void Forward<T>(Tensor gateUp, Tensor result, long rows, nint width)
        where T : struct, ILanes
    {
        var (source, target) = ((nint)CpuKernel.Data(gateUp), (nint)CpuKernel.Data(result));
        CpuKernel.Rows(rows, width, (from, to) =>
        {
            for (var row = (nint)from; row < to; row++)
            {
                for (nint i = 0; i < width; i += ILanes.Count)
                {
                    var gate = T.Load((void*)source, (2 * row * width) + i);
                    var up = T.Load((void*)source, (2 * row * width) + width + i);
                    T.Store((void*)target, (row * width) + i, gate * Sigmoid(gate) * up);
                }
            }
        });
    }

    private static void Backward<T>(Tensor gateUp, Tensor gradient, Tensor result, long rows, nint width)
        where T : struct, ILanes
    {
        var (source, incoming, target) = ((nint)CpuKernel.Data(gateUp), (nint)CpuKernel.Data(gradient), (nint)CpuKernel.Data(result));
        CpuKernel.Rows(rows, width, (from, to) =>
        {
            for (var row = (nint)from; row < to; row++)
            {
                for (nint i = 0; i < width; i += ILanes.Count)
                {
                    var gate = T.Load((void*)source, (2 * row * width) + i);
                    var up = T.Load((void*)source, (2 * row * width) + width + i);
                    var dy = T.Load((void*)incoming, (row * width) + i);
                    var sigmoid = Sigmoid(gate);
                    var silu = gate * sigmoid;
                    T.Store((void*)target, (2 * row * width) + i, dy * up * (sigmoid + (silu * (Vector512<float>.One - sigmoid))));
                    T.Store((void*)target, (2 * row * width) + width + i, dy * silu);
                }
            }
        });
    }
}
