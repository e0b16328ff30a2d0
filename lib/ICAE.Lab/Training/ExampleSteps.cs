using ICAE.Lab.Autoencoder;
using ICAE.Lab.Objectives;
using static TorchSharp.torch;

namespace ICAE.Lab.Training;

/// <summary>What every run does with a batch of an autoencoder's examples, whatever their objective.</summary>
internal static class ExampleSteps
{
    /// <summary>How many examples are evaluated at a time.</summary>
    public const int EvaluationBatch = 32;

    /// <summary>Computes a batch's loss and adds its gradients, the loss divided by the batches that share the update.</summary>
    /// <param name="icae">The autoencoder.</param>
    /// <param name="examples">The batch.</param>
    /// <param name="settings">The run's settings: the seed of dropout, and whether activations are recomputed.</param>
    /// <param name="place">The update from 0, which of its batches this is, and how many share it.</param>
    /// <param name="withAccuracy">Whether to find the largest logits, too.</param>
    /// <returns>The loss and its parts, of the caller's dispose scope.</returns>
    public static ObjectiveResult Backward(Icae icae, IReadOnlyList<IcaeExample> examples, RunSettings settings, (long Step, int Part, int Parts) place, bool withAccuracy)
    {
        icae.Adapter.DropoutSeed = unchecked((settings.Seed * 1_000_003) + (place.Step * 257) + place.Part);
        ObjectiveResult result;
        try
        {
            result = IcaeObjective.Compute(icae, examples, LossReduction.PerExample, withAccuracy, settings.RecomputeActivations);
        }
        finally
        {
            icae.Adapter.DropoutSeed = null;
        }

        result.Loss.div(place.Parts).backward();
        return result;
    }

    /// <summary>The tokens that a batch is read and written in.</summary>
    public static long Tokens(IReadOnlyList<IcaeExample> examples) => examples.Sum(example => (long)example.EncoderIds.Length + example.Plan.SlotCount + example.DecoderIds.Length);

    /// <summary>Loss in nats a token and accuracy over all scored tokens, teacher-forced.</summary>
    public static (double Loss, double Accuracy) Score(Icae icae, IEnumerable<IcaeExample> examples, CancellationToken cancellation = default)
    {
        var (loss, correct, count) = (0.0, 0L, 0L);
        foreach (var batch in examples.Chunk(EvaluationBatch))
        {
            cancellation.ThrowIfCancellationRequested();
            using var scope = NewDisposeScope();
            using var _ = no_grad();
            var result = IcaeObjective.Compute(icae, batch, LossReduction.PerToken, withAccuracy: true);
            loss += result.TokenLosses.sum().item<float>();
            correct += result.Correct!.sum().item<long>();
            count += result.Targets.Sum();
        }

        return (loss / count, (double)correct / count);
    }
}
