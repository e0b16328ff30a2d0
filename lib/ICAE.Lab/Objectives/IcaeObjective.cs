using ICAE.Lab.Autoencoder;
using ICAE.Lab.Models;
using static TorchSharp.torch;

namespace ICAE.Lab.Objectives;

/// <summary>The autoencoder's loss on a batch of examples of any length and objective.</summary>
public static class IcaeObjective
{
    /// <summary>Encodes, decodes teacher-forced, and scores the labelled tokens. Logits are computed where a label is and nowhere else.</summary>
    /// <param name="icae">The autoencoder.</param>
    /// <param name="examples">The batch.</param>
    /// <param name="reduction">How token losses are averaged.</param>
    /// <param name="withAccuracy">Whether to find the largest logits, too.</param>
    /// <param name="recomputeActivations">Trade work for memory in the backward pass.</param>
    /// <param name="slots">The slots to decode from, where they are not the texts' own (for controls).</param>
    /// <returns>The loss; its tensors belong to the caller's dispose scope.</returns>
    public static ObjectiveResult Compute(
        Icae icae,
        IReadOnlyList<IcaeExample> examples,
        LossReduction reduction = LossReduction.PerExample,
        bool withAccuracy = false,
        bool recomputeActivations = false,
        SlotBatch? slots = null)
    {
        ArgumentNullException.ThrowIfNull(icae);
        ArgumentNullException.ThrowIfNull(examples);
        using var scope = NewDisposeScope();
        var encoded = slots ?? icae.Encode([.. examples.Select(e => e.EncoderIds)], [.. examples.Select(e => e.Plan)], recomputeActivations);

        // The last id of a sequence is only a label: nothing is predicted from it.
        var states = icae.Decode(encoded, [.. examples.Select(e => e.DecoderIds[..^1])], recomputeActivations: recomputeActivations);
        var (rows, labels) = Scored(states.Layout, examples, icae.Base.Config.VocabularySize);
        var device = icae.Base.Device;
        var targets = tensor(labels, dtype: ScalarType.Int64, device: device);
        var hidden = Rows.Select(states.Hidden.view(-1, icae.Base.Config.HiddenSize), 0, tensor(rows, dtype: ScalarType.Int64, device: device));
        return TokenLoss
            .Compute(icae.Base.Logits(hidden), targets, [.. examples.Select(e => e.TargetCount)], [.. examples.Select(e => e.Kind)], reduction, withAccuracy)
            .MoveToOuterDisposeScope();
    }

    private static (long[] Rows, long[] Labels) Scored(DecoderLayout layout, IReadOnlyList<IcaeExample> examples, int vocabulary)
    {
        var count = examples.Sum(example => example.TargetCount);
        var (rows, labels) = (new long[count], new long[count]);
        var next = 0;
        for (var sequence = 0; sequence < examples.Count; sequence++)
        {
            var own = examples[sequence].Labels;
            for (var i = 1; i < own.Length; i++)
            {
                if (own[i] == IcaeExample.Ignored)
                {
                    continue;
                }

                if (own[i] < 0 || own[i] >= vocabulary)
                {
                    throw new ArgumentException($"The label {own[i]} is not in the base's vocabulary of {vocabulary}.", nameof(examples));
                }

                rows[next] = layout.Row(sequence, i - 1);
                labels[next++] = own[i];
            }
        }

        return (rows, labels);
    }
}
