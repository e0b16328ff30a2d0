using static TorchSharp.torch;

namespace ICAE.Lab.Autoencoder;

/// <summary>Chooses the next token of each row.</summary>
internal static class TokenSampler
{
    /// <summary>Chooses greedily or draws.</summary>
    /// <param name="logits">[B, V].</param>
    /// <param name="settings">Temperature, limits and seed.</param>
    /// <param name="rows">The number of each row in its batch as it was at first.</param>
    /// <param name="step">How many tokens were chosen before.</param>
    /// <returns>One id a row.</returns>
    /// <exception cref="IcaeException">The largest logit of a row is no finite number.</exception>
    public static int[] Choose(Tensor logits, GenerationSettings settings, IReadOnlyList<int> rows, int step)
    {
        using var scope = NewDisposeScope();
        var limit = Math.Min(settings.VocabularyLimit ?? int.MaxValue, logits.shape[1]);
        var allowed = logits.narrow(1, 0, limit);
        var (most, likeliest) = allowed.max(-1);
        if (most.to(ScalarType.Float32).to(CPU).data<float>().ToArray().Any(logit => !float.IsFinite(logit)))
        {
            throw new IcaeException($"The model's largest logit is no finite number ({logits.dtype}): its weights are unsound, or numbers grow too large for this type, as float16's may.");
        }

        var chosen = settings.Temperature == 0 || settings.TopK == 1
            ? likeliest
            : Draw(allowed, settings, [.. rows.Select(row => Uniform(settings.Seed, row, step))]);
        return [.. chosen.to(CPU).data<long>().Select(id => (int)id)];
    }

    /// <summary>A number from [0, 1) that is a function of its arguments alone.</summary>
    internal static double Uniform(long seed, int row, int step)
    {
        var bits = Mix(Mix(Mix((ulong)seed) + (ulong)row) + (ulong)step);
        return (bits >> 11) * (1.0 / (1UL << 53));
    }

    /// <summary>Inverts the cumulative distribution of what the limits leave, at one uniform number a row.</summary>
    private static Tensor Draw(Tensor logits, GenerationSettings settings, double[] uniforms)
    {
        // In float64, so that the sum over a large vocabulary ends at 1 and unlikely tokens keep their share. Apple's GPUs have no such type.
        if (logits.device_type == TorchSharp.DeviceType.MPS)
        {
            logits = logits.to(CPU);
        }

        var probabilities = logits.to(ScalarType.Float64).div(settings.Temperature).softmax(-1); // [B, V]
        Tensor? order = null;
        if (settings.TopK is not null || settings.TopP is not null)
        {
            (probabilities, order) = probabilities.sort(-1, descending: true, stable: true);
            var kept = Math.Min(settings.TopK ?? int.MaxValue, probabilities.shape[1]);
            probabilities = probabilities.narrow(1, 0, kept);
            if (settings.TopP is { } share)
            {
                var sum = probabilities.sum(-1, keepdim: true);
                var before = probabilities.cumsum(-1).sub(probabilities);
                probabilities = probabilities.masked_fill(before.ge(sum.mul(share)), 0);
            }
        }

        var cumulative = probabilities.cumsum(-1);
        var total = cumulative.narrow(1, cumulative.shape[1] - 1, 1);
        var threshold = tensor(uniforms, [uniforms.Length, 1], dtype: ScalarType.Float64, device: logits.device).mul(total);

        // Rounding may put the threshold on the total itself; the last token with a probability is meant then.
        var last = probabilities.gt(0).to(ScalarType.Int64).cumsum(-1).argmax(-1, keepdim: true);
        var place = cumulative.le(threshold).to(ScalarType.Int64).sum(-1, keepdim: true).minimum(last); // [B, 1]
        return (order is null ? place : order.gather(1, place)).squeeze(1);
    }

    // The finaliser of SplitMix64.
    private static ulong Mix(ulong x)
    {
        unchecked
        {
            x += 0x9E3779B97F4A7C15UL;
            x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9UL;
            x = (x ^ (x >> 27)) * 0x94D049BB133111EBUL;
            return x ^ (x >> 31);
        }
    }
}
