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

    /// <summary>Predicts every token of texts of one length behind their prompts, from the right tokens before it.</summary>
    /// <param name="model">The base.</param>
    /// <param name="prompts">B prompts of one length, at least one id each.</param>
    /// <param name="texts">B texts of N ids.</param>
    /// <returns>B N losses in nats, and whether each token was the likeliest.</returns>
    public static (float[] Losses, bool[] Correct) Force(Transformer model, int[][] prompts, int[][] texts)
    {
        using var scope = NewDisposeScope();
        using var _ = inference_mode();
        var lead = prompts[0].Length;
        long[][] ids = [.. prompts.Zip(texts, (prompt, text) => (long[])[.. prompt.Select(id => (long)id), .. text[..^1].Select(id => (long)id)])];
        var width = ids[0].Length;
        var hidden = model.Forward(new TransformerInput
        {
            Embeddings = model.Embed(tensor(ids.SelectMany(row => row).ToArray(), [ids.Length, width], dtype: ScalarType.Int64, device: model.Device)),
        }).Hidden;
        var rows = texts.SelectMany((text, i) => text.Select((_, token) => (long)(i * width) + lead - 1 + token)).ToArray();
        return TeacherForcing.Score(model, hidden, rows, [.. texts.SelectMany(text => text.Select(id => (long)id))]);
    }

    /// <inheritdoc/>
    public override IReadOnlyList<GeneratedText> Write(int[][] texts, CancellationToken cancellation) =>
        Generation.Run(model, [.. texts.Select(Prompt)], generation, cancellation: cancellation);

    private int[] Prompt(int[] text) => [.. DependsOnText ? text : [], .. mark is { } id ? (int[])[id] : []];
}
