using ICAE.Lab.Autoencoder;
using ICAE.Lab.Models;
using static TorchSharp.torch;

namespace ICAE.Lab.Experiments.RestorationEvaluation;

/// <summary>The base alone reads plain ids: an opening token, or the text itself and a separator.</summary>
/// <param name="model">The base.</param>
/// <param name="condition">Nothing, or the text.</param>
/// <param name="mark">The opening token or the separator; none where the tokenizer has neither.</param>
/// <param name="generation">How tokens are chosen, and what ends a text.</param>
internal sealed class ContextReading(Transformer model, ReadingCondition condition, int? mark, GenerationSettings generation) : Reading
{
    /// <inheritdoc/>
    public override ReadingCondition Condition => condition;

    /// <inheritdoc/>
    public override bool DependsOnText => condition == ReadingCondition.TextInContext;

    /// <inheritdoc/>
    public override (float[] Losses, bool[] Correct) Force(int[][] texts) => Force(model, [.. texts.Select(Prompt)], texts);

    /// <summary>Predicts every token of texts behind their prompts, from the right tokens before it.</summary>
    /// <param name="model">The base.</param>
    /// <param name="prompts">The prompts, at least one id each.</param>
    /// <param name="texts">As many texts, none empty.</param>
    /// <returns>For all tokens, text by text, their losses in nats, and whether each was the likeliest.</returns>
    public static (float[] Losses, bool[] Correct) Force(Transformer model, int[][] prompts, int[][] texts)
    {
        using var scope = NewDisposeScope();
        using var _ = inference_mode();
        var width = prompts.Zip(texts, (prompt, text) => prompt.Length + text.Length - 1).Max();

        // Shorter rows are filled up behind their end, where a causal decoder's earlier tokens do not look.
        var ids = new long[prompts.Length * width];
        for (var row = 0; row < prompts.Length; row++)
        {
            long[] sequence = [.. prompts[row].Concat(texts[row][..^1]).Select(id => (long)id)];
            sequence.CopyTo(ids, row * width);
        }

        var hidden = model.Forward(new TransformerInput
        {
            Embeddings = model.Embed(tensor(ids, [prompts.Length, width], dtype: ScalarType.Int64, device: model.Device)),
        }).Hidden;
        var rows = texts.SelectMany((text, i) => text.Select((_, token) => (long)(i * width) + prompts[i].Length - 1 + token)).ToArray();
        return TeacherForcing.Score(model, hidden, rows, [.. texts.SelectMany(text => text.Select(id => (long)id))]);
    }

    /// <inheritdoc/>
    public override IReadOnlyList<GeneratedText> Write(int[][] texts, CancellationToken cancellation) =>
        Generation.Run(model, [.. texts.Select(Prompt)], generation, cancellation: cancellation);

    private int[] Prompt(int[] text) => [.. DependsOnText ? text : [], .. mark is { } id ? (int[])[id] : []];
}
