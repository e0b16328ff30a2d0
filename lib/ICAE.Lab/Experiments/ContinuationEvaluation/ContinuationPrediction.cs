using ICAE.Lab.Autoencoder;
using ICAE.Lab.Experiments.RestorationEvaluation;
using static TorchSharp.torch;

namespace ICAE.Lab.Experiments.ContinuationEvaluation;

/// <summary>Predicts the second parts of passages behind what a condition makes of the first.</summary>
/// <param name="model">The autoencoder.</param>
/// <param name="settings">How passages are parted, and how many are read at a time.</param>
internal sealed class ContinuationPrediction(IcaeModel model, ContinuationSettings settings)
{
    private readonly SpanPlan _plan = model.Plan(settings.Tokens, settings.TokensPerSlot);

    private readonly int _opening = model.OpeningId
        ?? throw new ConfigurationException($"{model.Name}: its tokenizer has no token that opens or ends a text, so there is nothing behind which to predict without context.");

    /// <summary>Slots of each text.</summary>
    public int Slots => _plan.SlotCount;

    /// <summary>Predicts under a condition.</summary>
    /// <param name="condition">The condition.</param>
    /// <param name="passages">Passages of one kind.</param>
    /// <param name="onBatch">Told the number of passages before each batch; it may throw.</param>
    /// <returns>For each passage the mean loss of its scored tokens in nats, and the share of them that was the likeliest.</returns>
    public (double[] Losses, double[] Accuracies) Of(ContextCondition condition, EvaluationText[] passages, Action<int> onBatch)
    {
        var (losses, accuracies) = (new double[passages.Length], new double[passages.Length]);
        foreach (var batch in Enumerable.Range(0, passages.Length).Chunk(settings.BatchSize))
        {
            onBatch(batch.Length);
            int[][] rests = [.. batch.Select(index => passages[index].Ids.Skip(settings.Tokens).ToArray())];
            var (nats, right) = Force(condition, [.. batch.Select(index => passages[Source(condition, index, passages.Length)])], rests);
            for (var i = 0; i < batch.Length; i++)
            {
                var scored = ((i * settings.ContinuationTokens) + settings.Unscored)..((i + 1) * settings.ContinuationTokens);
                losses[batch[i]] = nats[scored].Average(value => (double)value);
                accuracies[batch[i]] = right[scored].Average(value => value ? 1.0 : 0.0);
            }
        }

        return (losses, accuracies);
    }

    /// <summary>Another text's memory is from half the passages on: neighbours are from one book.</summary>
    private static int Source(ContextCondition condition, int index, int count) => condition == ContextCondition.OtherMemory ? (index + (count / 2)) % count : index;

    private (float[] Losses, bool[] Correct) Force(ContextCondition condition, EvaluationText[] sources, int[][] rests)
    {
        int[][] texts = [.. sources.Select(source => source.Ids.Take(settings.Tokens).ToArray())];
        return condition switch
        {
            ContextCondition.TextInContext => ContextReading.Force(model.Base.Transformer, [.. texts.Select(Opened)], rests),
            ContextCondition.NoContext => ContextReading.Force(model.Base.Transformer, [.. texts.Select(_ => (int[])[_opening])], rests),
            _ => ForceSlots(texts, rests),
        };
    }

    /// <summary>A text as the base reads it, behind the token that opens texts where there is one, as without context.</summary>
    private int[] Opened(int[] text) => model.Base.Tokenizer.BosId is { } opening && text[0] != opening ? [opening, .. text] : text;

    private (float[] Losses, bool[] Correct) ForceSlots(int[][] texts, int[][] rests)
    {
        using var scope = NewDisposeScope();
        using var _ = inference_mode();
        var slots = model.Core.Encode(texts, [.. texts.Select(_ => _plan)]);
        int[] behind = model.ContinuesBehindToken ? [model.Core.Ids.Continue] : [];
        return SlotReading.Force(model.Core, slots, Generation.Sequence(model.Core, _plan, [], behind), rests);
    }
}
