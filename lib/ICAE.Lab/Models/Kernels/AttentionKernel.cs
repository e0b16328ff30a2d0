using System.Runtime.Intrinsics;
using static TorchSharp.torch;

namespace ICAE.Lab.Models.Kernels;

/// <summary>
/// Causal attention over whole rows in one node of the graph: rotation and change of layout in one pass each way, the softmax with its
/// scale and mask in place, matrix products by torch. Query heads that share a key head are folded into its rows.
/// </summary>
internal sealed unsafe class AttentionKernel : autograd.SingleTensorFunction<AttentionKernel>
{
    /// <summary>Longer rows would need more of the stack than a thread is sure to have.</summary>
    private const int LongestRow = 16_384;

    /// <inheritdoc/>
    public override string Name => nameof(AttentionKernel);

    /// <summary>Whether the kernel handles a pass: nothing hidden but the future, no cache, no slots before the text, whole vectors.</summary>
    public static bool Handles(Tensor projected, bool causalOnly) =>
        causalOnly && projected.shape[1] <= LongestRow && projected.shape[^1] % (2 * ILanes.Count) == 0 && CpuKernel.Fits(projected);

    /// <summary>Attends.</summary>
    /// <param name="projected">[B, T, H + 2 K, E]: queries, keys and values before the rotation.</param>
    /// <param name="cosine">[1 or B, T, 1, E/2] in the same type.</param>
    /// <param name="sine">As the cosine.</param>
    /// <param name="heads">H.</param>
    /// <param name="keyHeads">K.</param>
    /// <returns>[B, T, H E].</returns>
    public static Tensor Run(Tensor projected, Tensor cosine, Tensor sine, int heads, int keyHeads) => apply(projected, cosine, sine, heads, keyHeads);

    /// <inheritdoc/>
    public override Tensor forward(autograd.AutogradContext ctx, params object[] vars)
    {
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        var (projected, cosine, sine) = ((Tensor)vars[0], (Tensor)vars[1], (Tensor)vars[2]);
        var shape = new Shape(projected, (int)vars[3], (int)vars[4], cosine.shape[0] > 1);
        var (q, k, v) = (shape.Rows(shape.Heads), shape.Rows(shape.KeyHeads), shape.Rows(shape.KeyHeads));
        var weights = shape.IsBFloat16
            ? Weigh<BFloat16Lanes>(shape, projected, cosine, sine, q, k, v)
            : Weigh<Float32Lanes>(shape, projected, cosine, sine, q, k, v);

        ctx.save_for_backward([q, k, v, weights, cosine, sine]);
        ctx.save_data("shape", shape);

        // They are taken over only after this method has returned, and must live until then.
        foreach (var saved in new[] { q, k, v, weights })
        {
            saved.MoveToOuterDisposeScope();
        }

        return Merge(shape, weights.bmm(v)).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public override List<Tensor> backward(autograd.AutogradContext ctx, Tensor grad_output)
    {
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        var shape = (Shape)ctx.get_data("shape");
        var saved = ctx.get_saved_variables();
        var (q, k, v, weights, cosine, sine) = (saved[0], saved[1], saved[2], saved[3], saved[4], saved[5]);
        var incoming = Unmerge(shape, grad_output.contiguous());
        var forWeights = incoming.bmm(v.transpose(1, 2));
        var forValues = weights.transpose(1, 2).bmm(incoming);
        if (shape.IsBFloat16)
        {
            SoftmaxBackward<BFloat16Lanes>(shape, weights, forWeights);
        }
        else
        {
            SoftmaxBackward<Float32Lanes>(shape, weights, forWeights);
        }

        var forQueries = forWeights.bmm(k);
        var forKeys = forWeights.transpose(1, 2).bmm(q);
        var result = empty([shape.Batch, shape.Length, shape.Heads + (2 * shape.KeyHeads), shape.Size], dtype: q.dtype, device: q.device);
        if (shape.IsBFloat16)
        {
            Join<BFloat16Lanes>(shape, result, cosine, sine, forQueries, forKeys, forValues);
        }
        else
        {
            Join<Float32Lanes>(shape, result, cosine, sine, forQueries, forKeys, forValues);
        }

        foreach (var tensor in saved)
        {
            tensor.Dispose();
        }

        return BackwardHandles.Exchange([grad_output], result.MoveToOuterDisposeScope(), null, null, null, null);
    }

    private static Tensor Weigh<T>(Shape shape, Tensor projected, Tensor cosine, Tensor sine, Tensor q, Tensor k, Tensor v)
        where T : struct, ILanes
    {
        Split<T>(shape, projected, cosine, sine, q, k, v);
        var weights = q.bmm(k.transpose(1, 2));
        Softmax<T>(shape, weights);
        return weights;
    }

    private static void Split<T>(Shape shape, Tensor projected, Tensor cosine, Tensor sine, Tensor q, Tensor k, Tensor v)
        where T : struct, ILanes
    {
        var (source, cos, sin) = ((nint)CpuKernel.Data(projected), (nint)CpuKernel.Data(cosine), (nint)CpuKernel.Data(sine));
        var targets = (Q: (nint)CpuKernel.Data(q), K: (nint)CpuKernel.Data(k), V: (nint)CpuKernel.Data(v));
        Each(shape, (token, batch, time) =>
        {
            var from = token * (shape.Heads + (2 * shape.KeyHeads)) * shape.Size;
            var angle = (shape.AnglesPerRow ? token : time) * shape.Size / 2;
            for (var head = 0; head < shape.Heads + shape.KeyHeads; head++)
            {
                var target = head < shape.Heads ? targets.Q : targets.K;
                var place = head < shape.Heads ? shape.Place(batch, head, shape.Heads, time) : shape.Place(batch, head - shape.Heads, shape.KeyHeads, time);
                Turn<T>((void*)source, from + ((nint)head * shape.Size), (void*)target, place, (void*)cos, (void*)sin, angle, shape.Size / 2, 1);
            }

            for (var head = 0; head < shape.KeyHeads; head++)
            {
                Copy<T>((void*)source, from + ((nint)(shape.Heads + shape.KeyHeads + head) * shape.Size), (void*)targets.V, shape.Place(batch, head, shape.KeyHeads, time), shape.Size);
            }
        });
    }

    private static void Join<T>(Shape shape, Tensor result, Tensor cosine, Tensor sine, Tensor q, Tensor k, Tensor v)
        where T : struct, ILanes
    {
        var (target, cos, sin) = ((nint)CpuKernel.Data(result), (nint)CpuKernel.Data(cosine), (nint)CpuKernel.Data(sine));
        var sources = (Q: (nint)CpuKernel.Data(q), K: (nint)CpuKernel.Data(k), V: (nint)CpuKernel.Data(v));
        Each(shape, (token, batch, time) =>
        {
            var to = token * (shape.Heads + (2 * shape.KeyHeads)) * shape.Size;
            var angle = (shape.AnglesPerRow ? token : time) * shape.Size / 2;
            for (var head = 0; head < shape.Heads + shape.KeyHeads; head++)
            {
                var source = head < shape.Heads ? sources.Q : sources.K;
                var place = head < shape.Heads ? shape.Place(batch, head, shape.Heads, time) : shape.Place(batch, head - shape.Heads, shape.KeyHeads, time);
                Turn<T>((void*)source, place, (void*)target, to + ((nint)head * shape.Size), (void*)cos, (void*)sin, angle, shape.Size / 2, -1);
            }

            for (var head = 0; head < shape.KeyHeads; head++)
            {
                Copy<T>((void*)sources.V, shape.Place(batch, head, shape.KeyHeads, time), (void*)target, to + ((nint)(shape.Heads + shape.KeyHeads + head) * shape.Size), shape.Size);
            }
        });
    }

    /// <summary>Turns the pairs of one head by its angle; backwards with the sine negated.</summary>
    private static void Turn<T>(void* source, nint from, void* target, nint to, void* cosine, void* sine, nint angle, nint half, float direction)
        where T : struct, ILanes
    {
        for (nint i = 0; i < half; i += ILanes.Count)
        {
            var (first, second) = (T.Load(source, from + i), T.Load(source, from + half + i));
            var (c, s) = (T.Load(cosine, angle + i), T.Load(sine, angle + i) * direction);
            T.Store(target, to + i, (first * c) - (second * s));
            T.Store(target, to + half + i, (second * c) + (first * s));
        }
    }

    private static void Copy<T>(void* source, nint from, void* target, nint to, nint count)
        where T : struct, ILanes
    {
        for (nint i = 0; i < count; i += ILanes.Count)
        {
            T.Store(target, to + i, T.Load(source, from + i));
        }
    }

    private static void Softmax<T>(Shape shape, Tensor scores)
        where T : struct, ILanes
    {
        var data = (nint)CpuKernel.Data(scores);
        var (length, scale) = ((nint)shape.Length, 1 / MathF.Sqrt(shape.Size));
        CpuKernel.Rows(scores.shape[0] * scores.shape[1], length, (from, to) =>
        {
            var row = stackalloc float[(int)length + ILanes.Count];
            for (var index = (nint)from; index < to; index++)
            {
                SoftmaxRow<T>((void*)data, index * length, (index % length) + 1, length, scale, row);
            }
        });
    }

    /// <summary>The softmax of the first <paramref name="seen"/> scores of a row, zeros behind them.</summary>
    private static void SoftmaxRow<T>(void* data, nint start, nint seen, nint length, float scale, float* row)
        where T : struct, ILanes
    {
        var most = float.NegativeInfinity;
        var vectors = seen / ILanes.Count * ILanes.Count;
        var largest = Vector512.Create(float.NegativeInfinity);
        var factor = Vector512.Create(scale);
        for (nint i = 0; i < vectors; i += ILanes.Count)
        {
            var value = T.Load(data, start + i) * factor;
            Vector512.Store(value, row + i);
            largest = Vector512.Max(largest, value);
        }

        for (var i = vectors; i < seen; i++)
        {
            row[i] = T.LoadOne(data, start + i) * scale;
            most = MathF.Max(most, row[i]);
        }

        // What is not seen fills up the last vector with weights of zero.
        for (var i = seen; i < vectors + ILanes.Count; i++)
        {
            row[i] = float.NegativeInfinity;
        }

        for (var i = 0; i < ILanes.Count; i++)
        {
            most = MathF.Max(most, largest[i]);
        }

        var shift = Vector512.Create(most);
        var sum = Vector512<float>.Zero;
        var all = seen == vectors ? vectors : vectors + ILanes.Count;
        for (nint i = 0; i < all; i += ILanes.Count)
        {
            var value = Vector512.Exp(Vector512.Load(row + i) - shift);
            Vector512.Store(value, row + i);
            sum += value;
        }

        var inverse = 1 / Vector512.Sum(sum);
        var normaliser = Vector512.Create(inverse);
        for (nint i = 0; i < vectors; i += ILanes.Count)
        {
            T.Store(data, start + i, Vector512.Load(row + i) * normaliser);
        }

        for (var i = vectors; i < seen; i++)
        {
            T.StoreOne(data, start + i, row[i] * inverse);
        }

        for (var i = seen; i < length; i++)
        {
            T.StoreOne(data, start + i, 0);
        }
    }

    private static void SoftmaxBackward<T>(Shape shape, Tensor weights, Tensor gradients)
        where T : struct, ILanes
    {
        var (data, target) = ((nint)CpuKernel.Data(weights), (nint)CpuKernel.Data(gradients));
        var (length, scale) = ((nint)shape.Length, 1 / MathF.Sqrt(shape.Size));
        CpuKernel.Rows(weights.shape[0] * weights.shape[1], length, (from, to) =>
        {
            for (var index = (nint)from; index < to; index++)
            {
                SoftmaxBackwardRow<T>((void*)data, (void*)target, index * length, (index % length) + 1, length, scale);
            }
        });
    }

    private static void SoftmaxBackwardRow<T>(void* data, void* target, nint start, nint seen, nint length, float scale)
        where T : struct, ILanes
    {
        var vectors = seen / ILanes.Count * ILanes.Count;
        var products = Vector512<float>.Zero;
        for (nint i = 0; i < vectors; i += ILanes.Count)
        {
            products += T.Load(data, start + i) * T.Load(target, start + i);
        }

        var mean = Vector512.Sum(products);
        for (var i = vectors; i < seen; i++)
        {
            mean += T.LoadOne(data, start + i) * T.LoadOne(target, start + i);
        }

        var (shift, factor) = (Vector512.Create(mean), Vector512.Create(scale));
        for (nint i = 0; i < vectors; i += ILanes.Count)
        {
            T.Store(target, start + i, T.Load(data, start + i) * (T.Load(target, start + i) - shift) * factor);
        }

        for (var i = vectors; i < seen; i++)
        {
            T.StoreOne(target, start + i, T.LoadOne(data, start + i) * (T.LoadOne(target, start + i) - mean) * scale);
        }

        for (var i = seen; i < length; i++)
        {
            T.StoreOne(target, start + i, 0);
        }
    }

    /// <summary>[B K, G T, E] to [B, T, H E].</summary>
    private static Tensor Merge(Shape shape, Tensor rows)
    {
        var result = empty([shape.Batch, shape.Length, (long)shape.Heads * shape.Size], dtype: rows.dtype, device: rows.device);
        Move(shape, (nint)CpuKernel.Data(rows), (nint)CpuKernel.Data(result), rows.dtype == ScalarType.BFloat16, merge: true);
        return result;
    }

    /// <summary>[B, T, H E] to [B K, G T, E].</summary>
    private static Tensor Unmerge(Shape shape, Tensor merged)
    {
        var result = empty([(long)shape.Batch * shape.KeyHeads, (long)shape.Heads / shape.KeyHeads * shape.Length, shape.Size], dtype: merged.dtype, device: merged.device);
        Move(shape, (nint)CpuKernel.Data(merged), (nint)CpuKernel.Data(result), merged.dtype == ScalarType.BFloat16, merge: false);
        return result;
    }

    private static void Move(Shape shape, nint source, nint target, bool halves, bool merge)
    {
        var bytes = shape.Size * (halves ? 2 : 4);
        Each(shape, (token, batch, time) =>
        {
            for (var head = 0; head < shape.Heads; head++)
            {
                var apart = shape.Place(batch, head, shape.Heads, time) / shape.Size * bytes;
                var together = ((token * shape.Heads) + head) * bytes;
                Buffer.MemoryCopy((void*)(source + (merge ? apart : together)), (void*)(target + (merge ? together : apart)), bytes, bytes);
            }
        });
    }

    private static void Each(Shape shape, Action<nint, nint, nint> body) =>
        CpuKernel.Rows((long)shape.Batch * shape.Length, (long)shape.Heads * shape.Size, (from, to) =>
        {
            for (var token = (nint)from; token < to; token++)
            {
                body(token, token / shape.Length, token % shape.Length);
            }
        });

    private sealed record Shape(int Batch, int Length, int Size, int Heads, int KeyHeads, bool AnglesPerRow, bool IsBFloat16, Device Device)
    {
        public Shape(Tensor projected, int heads, int keyHeads, bool anglesPerRow)
            : this((int)projected.shape[0], (int)projected.shape[1], (int)projected.shape[3], heads, keyHeads, anglesPerRow, projected.dtype == ScalarType.BFloat16, projected.device)
        {
        }

        /// <summary>[B K, rows, E] for as many heads; the rows of a key head are those of the query heads that share it.</summary>
        public Tensor Rows(int heads) =>
            empty([(long)Batch * KeyHeads, (long)heads / KeyHeads * Length, Size], dtype: IsBFloat16 ? ScalarType.BFloat16 : ScalarType.Float32, device: Device);

        /// <summary>Where a head's vector begins in [B, heads, T, E].</summary>
        public nint Place(nint batch, nint head, nint heads, nint time) => ((((batch * heads) + head) * Length) + time) * Size;
    }
}
