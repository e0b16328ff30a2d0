using ICAE.Lab.Autoencoder;
using ICAE.Lab.Models;
using static TorchSharp.torch;

namespace ICAE.Lab.Experiments.RestorationEvaluation;

/// <summary>The base alone reads plain ids: an opening token, or the text itself and a separator.</summary>
/// <param name="model">The base.</param>
/// <param name="condition">Nothing, or the text.</param>
/// <param name="mark">The opening token or the separator; none where the tokenizer has neither.</param>
/// <param name="opening">
/// What may open every text; none where the tokenizer has no such token. Where a text begins with it, it is given and counts as right: nothing could be predicted before it.
/// </param>
/// <param name="generation">How tokens are chosen, and what ends a text.</param>
internal sealed class ContextReading(Transformer model, ReadingCondition condition, int? mark, int? opening, GenerationSettings generation) : Reading
{
    /// <inheritdoc/>
    public override ReadingCondition Condition => condition;

    /// <inheritdoc/>
    public override bool DependsOnText => condition == ReadingCondition.TextInContext;

    /// <inheritdoc/>
    public override (float[] Losses, bool[] Correct) Force(int[][] texts)
    {
        var given = texts.Select(Given).ToArray();
        return Force(model, [.. texts.Select(Prompt)], texts, given);
    }

    /// <summary>Predicts every token of texts behind their prompts, from the right tokens before it.</summary>
    /// <param name="model">The base.</param>
    /// <param name="prompts">The prompts, at least one id each.</param>
    /// <param name="texts">As many texts, none empty.</param>
    /// <param name="given">How many tokens at each text's beginning stand at its prompt's end already: they count as right.</param>
    /// <returns>For all tokens, text by text, their losses in nats, and whether each was the likeliest.</returns>
    public static (float[] Losses, bool[] Correct) Force(Transformer model, int[][] prompts, int[][] texts, int[] given)
    {
        var (losses, correct) = Force(model, prompts, [.. texts.Zip(given, (text, known) => text[known..])]);
        var (allLosses, allCorrect) = (new List<float>(), new List<bool>());
        var first = 0;
        foreach (var (text, known) in texts.Zip(given))
        {
            var rest = text.Length - known;
            allLosses.AddRange([.. Enumerable.Repeat(0f, known), .. losses.AsSpan(first, rest)]);
            allCorrect.AddRange([.. Enumerable.Repeat(true, known), .. correct.AsSpan(first, rest)]);
            first += rest;
        }

        return ([.. allLosses], [.. allCorrect]);
    }

    /// <summary>Predicts every token of texts behind their prompts, from the right tokens before it.</summary>
    /// <param name="model">The base.</param>
    /// <param name="prompts">The prompts, at least one id each.</param>
    /// <param name="texts">As many texts; of an empty one nothing is predicted.</param>
    /// <returns>For all tokens, text by text, their losses in nats, and whether each was the likeliest.</returns>
    public static (float[] Losses, bool[] Correct) Force(Transformer model, int[][] prompts, int[][] texts)
    {
        if (texts.All(text => text.Length == 0))
            return ([], []);

        using var scope = NewDisposeScope();
        using var _ = inference_mode();
        var width = prompts.Zip(texts, (prompt, text) => prompt.Length + text.Length - 1).Max();

        // Shorter rows are filled up behind their end, where a causal decoder's earlier tokens do not look.
        var ids = new long[prompts.Length * width];
        for (var row = 0; row < prompts.Length; row++)
        {
            long[] sequence = [.. prompts[row].Concat(texts[row].SkipLast(1)).Select(id => (long)id)];
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
        [.. Generation.Run(model, [.. texts.Select(Prompt)], generation, cancellation: cancellation).Zip(texts, (written, text) => written with { Ids = [.. text[..Given(text)], .. written.Ids] })];

    private int Given(int[] text) => opening is { } id && text is [var first, ..] && first == id ? 1 : 0;

    private int[] Prompt(int[] text)
    {
        int[] before = [.. DependsOnText ? text : [], .. mark is { } id ? (int[])[id] : []];
        return Given(text) == 1 && (before.Length == 0 || before[^1] != opening) ? [.. before, opening!.Value] : before;
    }
}
