using System.Runtime.Intrinsics;
using static TorchSharp.torch;

namespace ICAE.Lab.Models.Kernels;

/// <summary>Cross-entropy of each row with its label, and whether the label had the largest logit, in two passes over the logits.</summary>
internal sealed unsafe class CrossEntropyKernel : autograd.SingleTensorFunction<CrossEntropyKernel>
{
    /// <inheritdoc/>
    public override string Name => nameof(CrossEntropyKernel);

    /// <summary>Scores logits.</summary>
    /// <param name="logits">[N, V].</param>
    /// <param name="labels">[N] int64 on the CPU, each from 0 to V - 1.</param>
    /// <param name="correct">[N] bool, written: whether the label is what argmax gives, the first of the largest logits.</param>
    /// <returns>[N] float32 losses in nats.</returns>
    public static Tensor Run(Tensor logits, Tensor labels, Tensor correct) => apply(logits, labels, correct);

    /// <inheritdoc/>
    public override Tensor forward(autograd.AutogradContext ctx, params object[] vars)
    {
        var (logits, labels, correct) = ((Tensor)vars[0], (Tensor)vars[1], (Tensor)vars[2]);
        var losses = empty([logits.shape[0]], dtype: ScalarType.Float32, device: logits.device);
        var normalisers = empty([logits.shape[0]], dtype: ScalarType.Float32, device: logits.device);
        if (logits.dtype == ScalarType.BFloat16)
        {
            Forward<BFloat16Lanes>(logits, labels, losses, normalisers, correct);
        }
        else
        {
            Forward<Float32Lanes>(logits, labels, losses, normalisers, correct);
        }

        ctx.save_for_backward([logits, labels, normalisers]);
        return losses;
    }

    /// <inheritdoc/>
    public override List<Tensor> backward(autograd.AutogradContext ctx, Tensor grad_output)
    {
        var saved = ctx.get_saved_variables();
        using var logits = saved[0];
        using var labels = saved[1];
        using var normalisers = saved[2];
        using var gradient = grad_output.contiguous();
        var result = empty_like(logits).requires_grad_(false);
        if (logits.dtype == ScalarType.BFloat16)
        {
            Backward<BFloat16Lanes>(logits, labels, normalisers, gradient, result);
        }
        else
        {
            Backward<Float32Lanes>(logits, labels, normalisers, gradient, result);
        }

        return BackwardHandles.Exchange([grad_output], result, null, null);
    }

    private static void Forward<T>(Tensor logits, Tensor labels, Tensor losses, Tensor normalisers, Tensor correct)
        where T : struct, ILanes
    {
        var (source, ids, loss, normaliser, right) =
            ((nint)CpuKernel.Data(logits), (nint)CpuKernel.Data(labels), (nint)CpuKernel.Data(losses), (nint)CpuKernel.Data(normalisers), (nint)CpuKernel.Data(correct));
        var width = (nint)logits.shape[1];
        CpuKernel.Rows(logits.shape[0], width, (from, to) =>
        {
            for (var row = (nint)from; row < to; row++)
            {
                var start = row * width;
                var largest = Vector512.Create(float.NegativeInfinity);
                for (nint i = 0; i < width; i += ILanes.Count)
                {
                    largest = Vector512.Max(largest, T.Load((void*)source, start + i));
                }

                var most = Most(largest);
                var shift = Vector512.Create(most);
                var sum = Vector512<float>.Zero;
                for (nint i = 0; i < width; i += ILanes.Count)
                {
                    sum += Vector512.Exp(T.Load((void*)source, start + i) - shift);
                }

                var own = T.LoadOne((void*)source, start + (nint)((long*)ids)[row]);
                var total = most + MathF.Log(Vector512.Sum(sum));
                ((float*)normaliser)[row] = total;
                ((float*)loss)[row] = total - own;
                ((byte*)right)[row] = own.Equals(most) && !OccursBefore<T>((void*)source, start, (nint)((long*)ids)[row], most) ? (byte)1 : (byte)0;
            }
        });
    }

    /// <summary>Whether a value stands among the first <paramref name="count"/> of a row; NaN counts as equal to itself.</summary>
    private static bool OccursBefore<T>(void* source, nint start, nint count, float value)
        where T : struct, ILanes
    {
        var vectors = count / ILanes.Count * ILanes.Count;
        var wanted = Vector512.Create(value);
        for (nint i = 0; i < vectors; i += ILanes.Count)
        {
            var read = T.Load(source, start + i);
            if (float.IsNaN(value) ? !Vector512.EqualsAll(read, read) : Vector512.EqualsAny(read, wanted))
            {
                return true;
            }
        }

        for (var i = vectors; i < count; i++)
        {
            if (T.LoadOne(source, start + i).Equals(value))
            {
                return true;
            }
        }

        return false;
    }

    private static float Most(Vector512<float> values)
    {
        var most = float.NegativeInfinity;
        for (var i = 0; i < ILanes.Count; i++)
        {
            // Not Math.Max by comparison: a NaN must come through.
            most = MathF.Max(most, values[i]);
        }

        return most;
    }

    private static void Backward<T>(Tensor logits, Tensor labels, Tensor normalisers, Tensor gradient, Tensor result)
        where T : struct, ILanes
    {
        var (source, ids, normaliser, incoming, target) =
            ((nint)CpuKernel.Data(logits), (nint)CpuKernel.Data(labels), (nint)CpuKernel.Data(normalisers), (nint)CpuKernel.Data(gradient), (nint)CpuKernel.Data(result));
        var width = (nint)logits.shape[1];
        CpuKernel.Rows(logits.shape[0], width, (from, to) =>
        {
            for (var row = (nint)from; row < to; row++)
            {
                var start = row * width;
                var dy = ((float*)incoming)[row];
                var (shift, scale) = (Vector512.Create(((float*)normaliser)[row]), Vector512.Create(dy));
                for (nint i = 0; i < width; i += ILanes.Count)
                {
                    T.Store((void*)target, start + i, scale * Vector512.Exp(T.Load((void*)source, start + i) - shift));
                }

                var label = start + (nint)((long*)ids)[row];
                var share = MathF.Exp(T.LoadOne((void*)source, label) - ((float*)normaliser)[row]);
                T.StoreOne((void*)target, label, dy * (share - 1));
            }
        });
    }
}
