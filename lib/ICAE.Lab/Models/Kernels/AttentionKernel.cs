using System.Runtime.Intrinsics;
using static TorchSharp.torch;

namespace ICAE.Lab.Models.Kernels;

/// <summary>
/// Causal attention over whole rows, with or without memory slots before them, in one node of the graph: rotation and change of layout in
/// one pass each way, the softmax with its scale and mask in place, matrix products by torch. Query heads that share a key head are folded
/// into its rows.
/// </summary>
internal sealed unsafe class AttentionKernel : autograd.SingleTensorFunction<AttentionKernel>
{
    /// <summary>Longer rows would need more of the stack than a thread is sure to have.</summary>
    private const int LongestRow = 16_384;

    /// <inheritdoc/>
    public override string Name => nameof(AttentionKernel);

    /// <summary>Whether the kernel handles a pass: nothing hidden but the future, no cache, whole vectors.</summary>
    public static bool Handles(Tensor projected, IReadOnlyList<KeyValueSlots>? prefix, bool causalOnly) =>
        causalOnly
        && projected.shape[1] + (prefix?[0].Keys.shape[1] ?? 0) <= LongestRow
        && projected.shape[^1] % (2 * ILanes.Count) == 0
        && CpuKernel.Fits(projected)
        && prefix?.All(slots => slots.Keys.dtype == projected.dtype && slots.Values.dtype == projected.dtype) != false;

    /// <summary>Attends.</summary>
    /// <param name="projected">[B, T, H + 2 K, E]: queries, keys and values before the rotation.</param>
    /// <param name="cosine">[1 or B, T, 1, E/2] in the same type.</param>
    /// <param name="sine">As the cosine.</param>
    /// <param name="heads">H.</param>
    /// <param name="keyHeads">K.</param>
    /// <returns>[B, T, H E].</returns>
    public static Tensor Run(Tensor projected, Tensor cosine, Tensor sine, int heads, int keyHeads)
    {
        using var none = empty([projected.shape[0], 0, keyHeads, projected.shape[3]], dtype: projected.dtype, device: projected.device);
        return apply(projected, cosine, sine, heads, keyHeads, none, none, cosine, sine);
    }

    /// <summary>Attends to memory slots first, which every token sees.</summary>
    /// <param name="projected">[B, T, H + 2 K, E]: queries, keys and values before the rotation.</param>
    /// <param name="cosine">[1 or B, T, 1, E/2] in the same type.</param>
    /// <param name="sine">As the cosine.</param>
    /// <param name="heads">H.</param>
    /// <param name="keyHeads">K.</param>
    /// <param name="prefix">The slots of this layer, before the rotation.</param>
    /// <param name="prefixCosine">[1 or B, M, 1, E/2] of the slots' positions.</param>
    /// <param name="prefixSine">As the cosine.</param>
    /// <returns>[B, T, H E].</returns>
    public static Tensor Run(Tensor projected, Tensor cosine, Tensor sine, int heads, int keyHeads, KeyValueSlots prefix, Tensor prefixCosine, Tensor prefixSine)
    {
        using var scope = NewDisposeScope();
        return apply(projected, cosine, sine, heads, keyHeads, prefix.Keys.contiguous(), prefix.Values.contiguous(), prefixCosine, prefixSine).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public override Tensor forward(autograd.AutogradContext ctx, params object[] vars)
    {
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        var (projected, cosine, sine) = ((Tensor)vars[0], (Tensor)vars[1], (Tensor)vars[2]);
        var (slotKeys, slotValues, slotCosine, slotSine) = ((Tensor)vars[5], (Tensor)vars[6], (Tensor)vars[7], (Tensor)vars[8]);
        var shape = new Shape(projected, (int)vars[3], (int)vars[4], (int)slotKeys.shape[1]);
        var (q, k, v) = (shape.QueryRows(), shape.KeyRows(), shape.KeyRows());
        if (shape.IsBFloat16)
        {
            Split<BFloat16Lanes>(shape, projected, cosine, sine, q, k, v);
            MoveSlots<BFloat16Lanes>(shape, slotKeys, slotValues, slotCosine, slotSine, k, v, split: true);
        }
        else
        {
            Split<Float32Lanes>(shape, projected, cosine, sine, q, k, v);
            MoveSlots<Float32Lanes>(shape, slotKeys, slotValues, slotCosine, slotSine, k, v, split: true);
        }

        var weights = q.bmm(k.transpose(1, 2)); // [B K, G T, M + T]
        if (shape.IsBFloat16)
        {
            Softmax<BFloat16Lanes>(shape, weights);
        }
        else
        {
            Softmax<Float32Lanes>(shape, weights);
        }

        ctx.save_for_backward([q, k, v, weights, cosine, sine, slotCosine, slotSine]);
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
        var (q, k, v, weights, cosine, sine, slotCosine, slotSine) = (saved[0], saved[1], saved[2], saved[3], saved[4], saved[5], saved[6], saved[7]);
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
        var slots = (Keys: shape.SlotRows(), Values: shape.SlotRows());
        if (shape.IsBFloat16)
        {
            Join<BFloat16Lanes>(shape, result, cosine, sine, forQueries, forKeys, forValues);
            MoveSlots<BFloat16Lanes>(shape, slots.Keys, slots.Values, slotCosine, slotSine, forKeys, forValues, split: false);
        }
        else
        {
            Join<Float32Lanes>(shape, result, cosine, sine, forQueries, forKeys, forValues);
            MoveSlots<Float32Lanes>(shape, slots.Keys, slots.Values, slotCosine, slotSine, forKeys, forValues, split: false);
        }

        foreach (var tensor in saved)
        {
            tensor.Dispose();
        }

        return BackwardHandles.Exchange(
            [grad_output],
            result.MoveToOuterDisposeScope(), null, null, null, null, slots.Keys.MoveToOuterDisposeScope(), slots.Values.MoveToOuterDisposeScope(), null, null);
    }

    private static void Split<T>(Shape shape, Tensor projected, Tensor cosine, Tensor sine, Tensor q, Tensor k, Tensor v)
        where T : struct, ILanes
    {
        var (source, cos, sin) = ((nint)CpuKernel.Data(projected), (nint)CpuKernel.Data(cosine), (nint)CpuKernel.Data(sine));
        var targets = (Q: (nint)CpuKernel.Data(q), K: (nint)CpuKernel.Data(k), V: (nint)CpuKernel.Data(v));
        var anglesPerRow = cosine.shape[0] > 1;
        Each(shape, shape.Length, (token, batch, time) =>
        {
            var from = token * (shape.Heads + (2 * shape.KeyHeads)) * shape.Size;
            var angle = (anglesPerRow ? token : time) * shape.Size / 2;
            for (var head = 0; head < shape.Heads + shape.KeyHeads; head++)
            {
                var target = head < shape.Heads ? targets.Q : targets.K;
                var place = head < shape.Heads ? shape.QueryPlace(batch, head, time) : shape.KeyPlace(batch, head - shape.Heads, shape.Slots + time);
                Turn<T>((void*)source, from + ((nint)head * shape.Size), (void*)target, place, (void*)cos, (void*)sin, angle, shape.Size / 2, 1);
            }

            for (var head = 0; head < shape.KeyHeads; head++)
            {
                Copy<T>((void*)source, from + ((nint)(shape.Heads + shape.KeyHeads + head) * shape.Size), (void*)targets.V, shape.KeyPlace(batch, head, shape.Slots + time), shape.Size);
            }
        });
    }

    private static void Join<T>(Shape shape, Tensor result, Tensor cosine, Tensor sine, Tensor q, Tensor k, Tensor v)
        where T : struct, ILanes
    {
        var (target, cos, sin) = ((nint)CpuKernel.Data(result), (nint)CpuKernel.Data(cosine), (nint)CpuKernel.Data(sine));
        var sources = (Q: (nint)CpuKernel.Data(q), K: (nint)CpuKernel.Data(k), V: (nint)CpuKernel.Data(v));
        var anglesPerRow = cosine.shape[0] > 1;
        Each(shape, shape.Length, (token, batch, time) =>
        {
            var to = token * (shape.Heads + (2 * shape.KeyHeads)) * shape.Size;
            var angle = (anglesPerRow ? token : time) * shape.Size / 2;
            for (var head = 0; head < shape.Heads + shape.KeyHeads; head++)
            {
                var source = head < shape.Heads ? sources.Q : sources.K;
                var place = head < shape.Heads ? shape.QueryPlace(batch, head, time) : shape.KeyPlace(batch, head - shape.Heads, shape.Slots + time);
                Turn<T>((void*)source, place, (void*)target, to + ((nint)head * shape.Size), (void*)cos, (void*)sin, angle, shape.Size / 2, -1);
            }

            for (var head = 0; head < shape.KeyHeads; head++)
            {
                Copy<T>((void*)sources.V, shape.KeyPlace(batch, head, shape.Slots + time), (void*)target, to + ((nint)(shape.Heads + shape.KeyHeads + head) * shape.Size), shape.Size);
            }
        });
    }

    /// <summary>Slots [B, M, K, E] into the first rows of keys and values, rotated; or their gradients back out of them.</summary>
    private static void MoveSlots<T>(Shape shape, Tensor slotKeys, Tensor slotValues, Tensor cosine, Tensor sine, Tensor k, Tensor v, bool split)
        where T : struct, ILanes
    {
        if (shape.Slots == 0)
        {
            return;
        }

        var slots = (K: (nint)CpuKernel.Data(slotKeys), V: (nint)CpuKernel.Data(slotValues));
        var rows = (K: (nint)CpuKernel.Data(k), V: (nint)CpuKernel.Data(v));
        var (cos, sin) = ((nint)CpuKernel.Data(cosine), (nint)CpuKernel.Data(sine));
        var (source, target, direction) = split ? (slots, rows, 1f) : (rows, slots, -1f);
        var anglesPerRow = cosine.shape[0] > 1;
        Each(shape, shape.Slots, (slot, batch, time) =>
        {
            var angle = (anglesPerRow ? slot : time) * shape.Size / 2;
            for (var head = 0; head < shape.KeyHeads; head++)
            {
                var (own, row) = (((slot * shape.KeyHeads) + head) * shape.Size, shape.KeyPlace(batch, head, time));
                var (from, to) = split ? (own, row) : (row, own);
                Turn<T>((void*)source.K, from, (void*)target.K, to, (void*)cos, (void*)sin, angle, shape.Size / 2, direction);
                Copy<T>((void*)source.V, from, (void*)target.V, to, shape.Size);
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
        var (length, scale) = ((nint)shape.KeyLength, 1 / MathF.Sqrt(shape.Size));
        CpuKernel.Rows(scores.shape[0] * scores.shape[1], length, (from, to) =>
        {
            var row = stackalloc float[(int)length + ILanes.Count];
            for (var index = (nint)from; index < to; index++)
            {
                SoftmaxRow<T>((void*)data, index * length, shape.Seen(index), length, scale, row);
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
        var (length, scale) = ((nint)shape.KeyLength, 1 / MathF.Sqrt(shape.Size));
        CpuKernel.Rows(weights.shape[0] * weights.shape[1], length, (from, to) =>
        {
            for (var index = (nint)from; index < to; index++)
            {
                SoftmaxBackwardRow<T>((void*)data, (void*)target, index * length, shape.Seen(index), length, scale);
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
        var result = shape.QueryRows();
        Move(shape, (nint)CpuKernel.Data(merged), (nint)CpuKernel.Data(result), merged.dtype == ScalarType.BFloat16, merge: false);
        return result;
    }

    private static void Move(Shape shape, nint source, nint target, bool halves, bool merge)
    {
        var bytes = shape.Size * (halves ? 2 : 4);
        Each(shape, shape.Length, (token, batch, time) =>
        {
            for (var head = 0; head < shape.Heads; head++)
            {
                var apart = shape.QueryPlace(batch, head, time) / shape.Size * bytes;
                var together = ((token * shape.Heads) + head) * bytes;
                Buffer.MemoryCopy((void*)(source + (merge ? apart : together)), (void*)(target + (merge ? together : apart)), bytes, bytes);
            }
        });
    }

    /// <summary>Goes over all tokens, or all slots, of the batch.</summary>
    private static void Each(Shape shape, int length, Action<nint, nint, nint> body) =>
        CpuKernel.Rows((long)shape.Batch * length, (long)shape.Heads * shape.Size, (from, to) =>
        {
            for (var token = (nint)from; token < to; token++)
            {
                body(token, token / length, token % length);
            }
        });

    /// <summary>B, T, E, H, K and M of a pass.</summary>
    private sealed record Shape(int Batch, int Length, int Size, int Heads, int KeyHeads, int Slots, bool IsBFloat16, Device Device)
    {
        public Shape(Tensor projected, int heads, int keyHeads, int slots)
            : this((int)projected.shape[0], (int)projected.shape[1], (int)projected.shape[3], heads, keyHeads, slots, projected.dtype == ScalarType.BFloat16, projected.device)
        {
        }

        /// <summary>S = M + T.</summary>
        public int KeyLength => Slots + Length;

        /// <summary>[B K, G T, E]; the rows of a key head are those of the query heads that share it.</summary>
        public Tensor QueryRows() => Empty((long)Batch * KeyHeads, (long)Heads / KeyHeads * Length, Size);

        /// <summary>[B K, M + T, E].</summary>
        public Tensor KeyRows() => Empty((long)Batch * KeyHeads, KeyLength, Size);

        /// <summary>[B, M, K, E].</summary>
        public Tensor SlotRows() => Empty(Batch, Slots, KeyHeads, Size);

        /// <summary>Where a query head's vector begins.</summary>
        public nint QueryPlace(nint batch, nint head, nint time) => ((((batch * Heads) + head) * Length) + time) * Size;

        /// <summary>Where a key head's vector begins; the slots' come first.</summary>
        public nint KeyPlace(nint batch, nint head, nint time) => ((((batch * KeyHeads) + head) * KeyLength) + time) * Size;

        /// <summary>How many keys a row of [B K G T] sees.</summary>
        public nint Seen(nint row) => Slots + (row % Length) + 1;

        private Tensor Empty(params long[] shape) => empty(shape, dtype: IsBFloat16 ? ScalarType.BFloat16 : ScalarType.Float32, device: Device);
    }
}
