using ICAE.Lab.Models;

namespace ICAE.Lab.Benchmarks;

/// <summary>Lists the matrix products of training steps, as TransformerLayer, AttentionKernel and their derivatives do them.</summary>
internal static class StepProducts
{
    /// <summary>One autoencoder step: encoder with LoRA, frozen decoder, output layer at the labels, forward and backward.</summary>
    /// <param name="model">The base.</param>
    /// <param name="lora">The encoder's adapter, on all linear layers.</param>
    /// <param name="batch">Texts.</param>
    /// <param name="prefix">Whether slots are keys and values, which the decoder's queries see but which take no column.</param>
    public static List<MatrixProduct> Icae(TransformerConfig model, LoraConfig lora, int batch, bool prefix)
    {
        var encoded = NamedShapes.TextTokens + NamedShapes.Slots;
        var text = 1 + NamedShapes.TextTokens; // [AE] and the text; the end of the text is only a label
        var decoded = prefix ? text : NamedShapes.Slots + text;
        var scored = batch * (NamedShapes.TextTokens + 1);
        return
        [
            .. Layers(model, "encoder", batch, encoded, encoded, weightGradients: false),
            .. Adapter(model, lora, batch * encoded),
            .. Layers(model, "decoder", batch, decoded, NamedShapes.Slots + text, weightGradients: false),
            .. Linear("output layer", scored, model.HiddenSize, model.VocabularySize, 1, weightGradient: false),
        ];
    }

    /// <summary>One step of base training on rows of tokens: forward, and gradients of inputs and weights.</summary>
    public static List<MatrixProduct> Base(TransformerConfig model, int batch, int length) =>
    [
        .. Layers(model, "base", batch, length - 1, length - 1, weightGradients: true),
        .. Linear("output layer", batch * (length - 1), model.HiddenSize, model.VocabularySize, 1, weightGradient: true),
    ];

    private static List<MatrixProduct> Layers(TransformerConfig model, string name, int batch, int queries, int keys, bool weightGradients)
    {
        var (d, inner, count) = (model.HiddenSize, model.IntermediateSize, model.Layers);
        var rows = batch * queries;
        return
        [
            .. Linear($"{name} qkv", rows, d, (model.Heads + (2 * model.KeyValueHeads)) * model.HeadSize, count, weightGradients),
            .. Attention(model, name, batch, queries, keys),
            .. Linear($"{name} o", rows, model.Heads * model.HeadSize, d, count, weightGradients),
            .. Linear($"{name} gate and up", rows, d, 2 * inner, count, weightGradients),
            .. Linear($"{name} down", rows, inner, d, count, weightGradients),
        ];
    }

    /// <summary>x Wᵀ, dy W, and dyᵀ x where the weight is trained.</summary>
    private static IEnumerable<MatrixProduct> Linear(string name, long rows, long inputs, long outputs, int count, bool weightGradient)
    {
        yield return new MatrixProduct { Name = name, Rows = rows, Inner = inputs, Columns = outputs, RightTransposed = true, Count = count, OfBase = true };
        yield return new MatrixProduct { Name = $"{name}, input's gradient", Rows = rows, Inner = outputs, Columns = inputs, Count = count, OfBase = true };
        if (weightGradient)
        {
            yield return new MatrixProduct { Name = $"{name}, weight's gradient", Rows = outputs, Inner = rows, Columns = inputs, LeftTransposed = true, Count = count, OfBase = true };
        }
    }

    /// <summary>Scores and mixture, and the four products of their derivatives. Query heads that share a key head are folded into its rows.</summary>
    private static List<MatrixProduct> Attention(TransformerConfig model, string name, long batch, long queries, long keys)
    {
        var (rows, size) = (model.Heads / model.KeyValueHeads * queries, model.HeadSize);
        var shared = new MatrixProduct { Name = name, Batch = batch * model.KeyValueHeads, Rows = rows, Inner = size, Columns = keys, Count = model.Layers };
        var scores = shared with { Name = $"{name} scores", RightTransposed = true };
        var mixture = shared with { Name = $"{name} mixture", Inner = keys, Columns = size };
        var turned = shared with { Rows = keys, Inner = rows, Columns = size, LeftTransposed = true };
        return
        [
            scores,
            mixture,
            scores with { Name = $"{name} scores' gradient" },
            turned with { Name = $"{name} values' gradient" },
            mixture with { Name = $"{name} queries' gradient" },
            turned with { Name = $"{name} keys' gradient" },
        ];
    }

    /// <summary>Targets that read the same input share one product with A, and their B are one block-diagonal matrix.</summary>
    private static List<MatrixProduct> Adapter(TransformerConfig model, LoraConfig lora, long rows)
    {
        var (d, inner, rank) = (model.HiddenSize, model.IntermediateSize, lora.Rank);
        return
        [
            .. Low("qkv", d, 3 * rank, (model.Heads + (2 * model.KeyValueHeads)) * model.HeadSize),
            .. Low("o", model.Heads * model.HeadSize, rank, d),
            .. Low("gate and up", d, 2 * rank, 2 * inner),
            .. Low("down", inner, rank, d),
        ];

        IEnumerable<MatrixProduct> Low(string name, long inputs, long ranks, long outputs) =>
            Linear($"A of {name}", rows, inputs, ranks, model.Layers, weightGradient: true)
                .Concat(Linear($"B of {name}", rows, ranks, outputs, model.Layers, weightGradient: true))
                .Select(product => product with { OfBase = false });
    }
}
