using ICAE.Lab.Models;
using ICAE.Lab.Models.Kernels;
using ICAE.Lab.Objectives;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace ICAE.Lab.Benchmarks;

/// <summary>Each fused kernel beside the tensor operations it stands for, forward and backward, at the shapes of the ICAE step.</summary>
internal static class OperationBenchmark
{
    private const long Rows = 2560;

    public static void Run(BenchmarkReport report, Machine machine)
    {
        report.Section("operations", "Operations, forward and backward, at the ICAE step's shapes for a batch of 32");
        var config = NamedShapes.Medium;
        using var norm = new Weight("norm", ones(config.HiddenSize, dtype: ScalarType.Float32, device: machine.Device));
        Compare(report, machine, "rms_norm", $"RMS norm, {Rows} x {config.HiddenSize}", [Rows, config.HiddenSize], x => Functional.RmsNorm(x, norm, 1e-5));
        Compare(report, machine, "swiglu", $"gated SiLU, {Rows} x {config.IntermediateSize}", [Rows, 2 * config.IntermediateSize], Functional.SwiGlu);
        CompareCrossEntropy(report, machine);
        foreach (var length in new[] { 80, 192, 512 })
        {
            CompareAttention(report, machine, 2560 / length, length);
        }
    }

    private static void CompareCrossEntropy(BenchmarkReport report, Machine machine)
    {
        var vocabulary = NamedShapes.Medium.VocabularySize;
        using var labels = randint(0, vocabulary, [2080], dtype: ScalarType.Int64, device: machine.Device);
        using var logits = Input(machine, [2080, vocabulary]);
        var turns = Turns.Run(
            TimeSpan.FromSeconds(2),
            5,
            Both(logits, x => TokenLoss.Losses(x, labels, withAccuracy: false).Losses),
            Plain(Both(logits, x => TokenLoss.Losses(x, labels, withAccuracy: false).Losses)),
            Both(logits, x => F.cross_entropy(x.to(ScalarType.Float32), labels, reduction: nn.Reduction.None)));
        var label = $"cross-entropy, 2080 x {vocabulary}";
        report.Value("cross_entropy_fused_ms", $"{label}: fused", turns.Median(0) * 1e3, "ms");
        report.Value("cross_entropy_plain_ms", $"{label}: plain on the logits", turns.Median(1) * 1e3, "ms");
        report.Value("cross_entropy_float32_ms", $"{label}: plain on a float32 copy", turns.Median(2) * 1e3, "ms");
    }

    private static void CompareAttention(BenchmarkReport report, Machine machine, long batch, long length)
    {
        var config = NamedShapes.Medium;
        using var scope = NewDisposeScope();
        using var rotary = new RotaryEmbedding(config, machine.Device);
        var (cosine, sine) = rotary.Angles(arange(0, length, dtype: ScalarType.Int64, device: machine.Device), machine.ComputeType);
        var bias = AttentionBias.Build(length, length, null, null, null, machine.ComputeType, machine.Device);
        var projected = Input(machine, [batch, length, config.Heads + (2 * config.KeyValueHeads), config.HeadSize]);
        var turns = Turns.Run(
            TimeSpan.FromSeconds(2),
            5,
            Both(projected, x => AttentionKernel.Run(x, cosine, sine, config.Heads, config.KeyValueHeads)),
            Both(projected, x => Attend(x, (q, k, v) => Attention.Attend(q, k.transpose(1, 2), v.transpose(1, 2), bias))),
            Both(projected, x => Attend(x, (q, k, v) => F.scaled_dot_product_attention(q.transpose(1, 2), k.transpose(1, 2), v.transpose(1, 2), is_casual: true).transpose(1, 2).reshape(batch, length, -1))));
        var label = $"rotation and attention, {batch} x {config.Heads} x {length} x {config.HeadSize}";
        report.Value($"attention_{length}_fused_ms", $"{label}: fused", turns.Median(0) * 1e3, "ms");
        report.Value($"attention_{length}_plain_ms", $"{label}: plain", turns.Median(1) * 1e3, "ms");
        report.Value($"attention_{length}_sdpa_ms", $"{label}: scaled_dot_product_attention", turns.Median(2) * 1e3, "ms");

        Tensor Attend(Tensor x, Func<Tensor, Tensor, Tensor, Tensor> attention) => attention(
            RotaryEmbedding.Rotate(x.narrow(2, 0, config.Heads), cosine, sine),
            RotaryEmbedding.Rotate(x.narrow(2, config.Heads, config.KeyValueHeads), cosine, sine),
            x.narrow(2, config.Heads + config.KeyValueHeads, config.KeyValueHeads));
    }

    private static void Compare(BenchmarkReport report, Machine machine, string key, string label, long[] shape, Func<Tensor, Tensor> function)
    {
        using var input = Input(machine, shape);
        var turns = Turns.Run(TimeSpan.FromSeconds(2), 5, Both(input, function), Plain(Both(input, function)));
        report.Value($"{key}_fused_ms", $"{label}: fused", turns.Median(0) * 1e3, "ms");
        report.Value($"{key}_plain_ms", $"{label}: plain", turns.Median(1) * 1e3, "ms");
    }

    private static Tensor Input(Machine machine, long[] shape)
    {
        using var values = randn(shape, device: machine.Device);
        return values.to(machine.ComputeType, copy: true).requires_grad_(true);
    }

    /// <summary>Forward and backward with a gradient that is neither 0 nor 1.</summary>
    private static Action Both(Tensor input, Func<Tensor, Tensor> function) => () =>
    {
        using var scope = NewDisposeScope();
        var result = function(input);
        result.backward([full_like(result, 0.5f).requires_grad_(false)]);
        input.grad!.zero_();
    };

    private static Action Plain(Action action) => () =>
    {
        CpuKernel.Enabled = false;
        try
        {
            action();
        }
        finally
        {
            CpuKernel.Enabled = true;
        }
    };
}
