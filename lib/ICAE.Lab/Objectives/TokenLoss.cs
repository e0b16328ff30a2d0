using ICAE.Lab.Models.Kernels;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace ICAE.Lab.Objectives;

/// <summary>Cross-entropy of labelled tokens, kept apart by example.</summary>
internal static class TokenLoss
{
    /// <summary>Scores logits against labels.</summary>
    /// <param name="logits">[N, V] in the compute type.</param>
    /// <param name="labels">[N] int64.</param>
    /// <param name="targets">How many of the N belong to each example, in order.</param>
    /// <param name="kinds">Each example's objective.</param>
    /// <param name="reduction">How token losses are averaged.</param>
    /// <param name="withAccuracy">Whether to find the largest logits, too.</param>
    public static ObjectiveResult Compute(Tensor logits, Tensor labels, int[] targets, ObjectiveKind[] kinds, LossReduction reduction, bool withAccuracy)
    {
        using var scope = NewDisposeScope();
        var (losses, correct) = Losses(logits, labels, withAccuracy);
        var scored = targets.Where(count => count > 0).ToArray();
        var equal = reduction == LossReduction.PerToken || scored.All(count => count == scored[0]);
        var loss = equal ? losses.mean() : losses.mul(Weights(targets, scored.Length, labels.device)).sum();
        return new ObjectiveResult(loss, losses.detach(), correct, targets, kinds).MoveToOuterDisposeScope();
    }

    /// <summary>[N] float32 losses in nats, computed in float32, and [N] bool whether the label had the largest logit.</summary>
    public static (Tensor Losses, Tensor? Correct) Losses(Tensor logits, Tensor labels, bool withAccuracy)
    {
        using var scope = NewDisposeScope();
        if (CpuKernel.Fits(logits))
        {
            var right = empty([logits.shape[0]], dtype: ScalarType.Bool, device: logits.device);
            var fused = CrossEntropyKernel.Run(logits, labels, right).MoveToOuterDisposeScope();
            return (fused, withAccuracy ? right.MoveToOuterDisposeScope() : null);
        }

        // In bfloat16 a loss would come in steps of a sixteenth, and its gradient from rounded probabilities.
        var losses = F.cross_entropy(logits.to(ScalarType.Float32), labels, reduction: nn.Reduction.None).MoveToOuterDisposeScope();
        return (losses, withAccuracy ? logits.detach().argmax(-1).eq(labels).MoveToOuterDisposeScope() : null);
    }

    private static Tensor Weights(int[] targets, int examples, Device device)
    {
        var weights = targets.SelectMany(count => Enumerable.Repeat(1f / count / examples, count)).ToArray();
        return tensor(weights, dtype: ScalarType.Float32, device: device);
    }
}
