using ICAE.Lab.Autoencoder;
using static TorchSharp.torch;

namespace ICAE.Lab.Experiments.RestorationEvaluation;

/// <summary>The decoder reads slots, or their places are left out, and [AE].</summary>
/// <param name="icae">The autoencoder.</param>
/// <param name="condition">Own slots, constant ones, or none.</param>
/// <param name="constant">The constant slots, where they are read.</param>
/// <param name="plan">How each text is cut.</param>
/// <param name="generation">How tokens are chosen.</param>
internal sealed class SlotReading(Icae icae, ReadingCondition condition, ConstantSlots? constant, SpanPlan plan, GenerationSettings generation) : Reading
{
    /// <inheritdoc/>
    public override ReadingCondition Condition => condition;

    /// <inheritdoc/>
    public override bool DependsOnText => condition == ReadingCondition.Memory;

    private int[] Lead => condition == ReadingCondition.TaskToken ? [icae.Ids.Autoencode] : Generation.Sequence(icae, plan, [], [icae.Ids.Autoencode]);

    /// <inheritdoc/>
    public override (float[] Losses, bool[] Correct) Force(int[][] texts)
    {
        using var scope = NewDisposeScope();
        using var _ = inference_mode();
        return Force(icae, Slots(texts), Lead, texts);
    }

    /// <summary>Predicts every token of texts behind their slots, from the right tokens before it.</summary>
    /// <param name="icae">The autoencoder.</param>
    /// <param name="slots">The slots of each text.</param>
    /// <param name="lead">What stands before each text: the places of its slots, and [AE], [LM] or nothing more.</param>
    /// <param name="texts">The texts, none empty.</param>
    /// <returns>For all tokens, text by text, their losses in nats, and whether each was the likeliest.</returns>
    public static (float[] Losses, bool[] Correct) Force(Icae icae, SlotBatch slots, int[] lead, int[][] texts) => Force(icae, slots, [.. texts.Select(_ => lead)], texts);

    /// <summary>Predicts every token of texts behind their slots and what is their own before them, from the right tokens before it.</summary>
    /// <param name="icae">The autoencoder.</param>
    /// <param name="slots">The slots of each text.</param>
    /// <param name="leads">What stands before each text, the places of its slots among it.</param>
    /// <param name="texts">The texts, none empty.</param>
    /// <returns>For all tokens, text by text, their losses in nats, and whether each was the likeliest.</returns>
    public static (float[] Losses, bool[] Correct) Force(Icae icae, SlotBatch slots, int[][] leads, int[][] texts)
    {
        using var scope = NewDisposeScope();
        var states = icae.Decode(slots, [.. leads.Zip(texts, (lead, text) => (int[])[.. lead, .. text[..^1]])]);
        var rows = texts.SelectMany((text, i) => text.Select((_, token) => (long)states.Layout.Row(i, leads[i].Length - 1 + token))).ToArray();
        return TeacherForcing.Score(icae.Base, states.Hidden, rows, [.. texts.SelectMany(text => text.Select(id => (long)id))]);
    }

    /// <inheritdoc/>
    public override IReadOnlyList<GeneratedText> Write(int[][] texts, CancellationToken cancellation)
    {
        using var scope = NewDisposeScope();
        using var _ = inference_mode();
        return Generation.Run(icae, Slots(texts), [.. texts.Select(_ => Lead)], generation, cancellation: cancellation);
    }

    private SlotBatch Slots(int[][] texts)
    {
        SpanPlan[] plans = [.. texts.Select(_ => plan)];
        return condition switch
        {
            ReadingCondition.Memory => icae.Encode(texts, plans),
            ReadingCondition.TaskToken => SlotBatch.None(plans),
            _ => constant!.ToBatch(plans, icae.Base.ComputeType, icae.Base.Device),
        };
    }
}
