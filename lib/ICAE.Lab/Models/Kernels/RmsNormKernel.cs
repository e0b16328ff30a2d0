using System.Runtime.Intrinsics;
using static TorchSharp.torch;

namespace ICAE.Lab.Models.Kernels;

/// <summary>RMS norm over rows in one pass, forwards and backwards; the inverse root is computed again in the backward pass.</summary>
internal sealed unsafe class RmsNormKernel : autograd.SingleTensorFunction<RmsNormKernel>
{
    /// <inheritdoc/>
    public override string Name => nameof(RmsNormKernel);

    /// <summary>Norms [..., D] and scales by a float32 weight [D].</summary>
    public static Tensor Run(Tensor x, Tensor weight, float epsilon) => apply(x, weight, epsilon);

    /// <inheritdoc/>
    public override Tensor forward(autograd.AutogradContext ctx, params object[] vars)
    {
        var (x, weight, epsilon) = ((Tensor)vars[0], (Tensor)vars[1], (float)vars[2]);
        ctx.save_for_backward([x, weight]);
        ctx.save_data("epsilon", epsilon);
        ctx.save_data("weighted", weight.requires_grad);
        var result = empty_like(x).requires_grad_(false);
        if (x.dtype == ScalarType.BFloat16)
        {
            Forward<BFloat16Lanes>(x, weight, result, epsilon);
        }
        else
        {
            Forward<Float32Lanes>(x, weight, result, epsilon);
        }

        return result;
    }

    /// <inheritdoc/>
    public override List<Tensor> backward(autograd.AutogradContext ctx, Tensor grad_output)
    {
        var saved = ctx.get_saved_variables();
        using var x = saved[0];
        using var weight = saved[1];
        using var gradient = grad_output.contiguous();
        var epsilon = (float)ctx.get_data("epsilon");
        var result = empty_like(x).requires_grad_(false);
        var forWeight = (bool)ctx.get_data("weighted") ? zeros_like(weight).requires_grad_(false) : null;
        if (x.dtype == ScalarType.BFloat16)
        {
            Backward<BFloat16Lanes>(x, weight, gradient, result, forWeight, epsilon);
        }
        else
        {
            Backward<Float32Lanes>(x, weight, gradient, result, forWeight, epsilon);
        }

        return BackwardHandles.Exchange([grad_output], result, forWeight, null);
    }

    private static float InverseRoot<T>(void* x, nint start, nint width, float epsilon)
        where T : struct, ILanes
    {
        var squares = Vector512<float>.Zero;
        for (nint i = 0; i < width; i += ILanes.Count)
        {
            var value = T.Load(x, start + i);
            squares += value * value;
        }

        return 1 / MathF.Sqrt((Vector512.Sum(squares) / width) + epsilon);
    }

    private static void Forward<T>(Tensor x, Tensor weight, Tensor result, float epsilon)
        where T : struct, ILanes
    {
        var (source, scale, target) = ((nint)CpuKernel.Data(x), (nint)CpuKernel.Data(weight), (nint)CpuKernel.Data(result));
        var width = (nint)x.shape[^1];
        CpuKernel.Rows(x.numel() / width, width, (from, to) =>
        {
            for (var row = (nint)from; row < to; row++)
            {
                var start = row * width;
                var inverse = Vector512.Create(InverseRoot<T>((void*)source, start, width, epsilon));
                for (nint i = 0; i < width; i += ILanes.Count)
                {
                    T.Store((void*)target, start + i, T.Load((void*)source, start + i) * inverse * Float32Lanes.Load((void*)scale, i));
                }
            }
        });
    }

    private static void Backward<T>(Tensor x, Tensor weight, Tensor gradient, Tensor result, Tensor? forWeight, float epsilon)
        where T : struct, ILanes
    {
        var (source, scale, incoming, target) = ((nint)CpuKernel.Data(x), (nint)CpuKernel.Data(weight), (nint)CpuKernel.Data(gradient), (nint)CpuKernel.Data(result));
        var width = (nint)x.shape[^1];
        var sums = new List<(long From, float[] Values)>();
        CpuKernel.Rows(x.numel() / width, width, (from, to) =>
        {
            var own = forWeight is null ? null : new float[width];
            fixed (float* sum = own)
            {
                for (var row = (nint)from; row < to; row++)
                {
                    BackwardRow<T>((void*)source, (void*)scale, (void*)incoming, (void*)target, sum, row * width, width, epsilon);
                }
            }

            if (own is not null)
            {
                lock (sums)
                {
                    sums.Add((from, own));
                }
            }
        });
        if (forWeight is null)
        {
            return;
        }

        // Added in the order of the rows, so that the result does not depend on which thread was first.
        var total = (float*)CpuKernel.Data(forWeight);
        foreach (var (_, values) in sums.OrderBy(part => part.From))
        {
            for (var i = 0; i < values.Length; i++)
            {
                total[i] += values[i];
            }
        }
    }

    private static void BackwardRow<T>(void* source, void* scale, void* incoming, void* target, float* sum, nint start, nint width, float epsilon)
        where T : struct, ILanes
    {
        var inverse = InverseRoot<T>(source, start, width, epsilon);
        var products = Vector512<float>.Zero;
        for (nint i = 0; i < width; i += ILanes.Count)
        {
            var dy = T.Load(incoming, start + i);
            var x = T.Load(source, start + i);
            products += dy * x * Float32Lanes.Load(scale, i);
            if (sum is not null)
            {
                Float32Lanes.Store(sum, i, Float32Lanes.Load(sum, i) + (dy * x * inverse));
            }
        }

        var shared = Vector512.Create(Vector512.Sum(products) * inverse * inverse * inverse / width);
        var root = Vector512.Create(inverse);
        for (nint i = 0; i < width; i += ILanes.Count)
        {
            var dy = T.Load(incoming, start + i);
            T.Store(target, start + i, (dy * Float32Lanes.Load(scale, i) * root) - (T.Load(source, start + i) * shared));
        }
    }
}
