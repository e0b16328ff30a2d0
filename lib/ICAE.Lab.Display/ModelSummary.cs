using System.Globalization;
using ICAE.Lab.Autoencoder;
using ICAE.Lab.Charts;
using ICAE.Lab.Experiments.RestorationEvaluation;
using ICAE.Lab.Models;

namespace ICAE.Lab.Display;

/// <summary>What a notebook shows of a model: its shape, what it stands on, and its parameters part by part.</summary>
/// <param name="Heading">What it is.</param>
/// <param name="Facts">What is to be known of it, a sentence each.</param>
/// <param name="Parts">Its parts with their parameters.</param>
public sealed record ModelSummary(string Heading, IReadOnlyList<string> Facts, IReadOnlyList<ModelPart> Parts)
{
    /// <summary>Parameters of all parts.</summary>
    public long Parameters => Parts.Sum(part => part.Parameters);

    /// <summary>Looks at a transformer.</summary>
    /// <param name="model">The model.</param>
    /// <returns>The summary.</returns>
    public static ModelSummary Of(Transformer model)
    {
        ArgumentNullException.ThrowIfNull(model);
        return new ModelSummary($"Transformer, {Shape(model.Config)}", [Held(model)], BaseParts(model.Config));
    }

    /// <summary>Looks at a base.</summary>
    /// <param name="model">The base.</param>
    /// <returns>The summary.</returns>
    public static ModelSummary Of(BaseModel model)
    {
        ArgumentNullException.ThrowIfNull(model);
        return new ModelSummary(
            $"Base {model.Name}, {Shape(model.Transformer.Config)}",
            [$"Kind of base: {OwnName(model.Kind)}.", Held(model.Transformer)],
            BaseParts(model.Transformer.Config));
    }

    /// <summary>Looks at an autoencoder with its base.</summary>
    /// <param name="model">The autoencoder.</param>
    /// <returns>The summary; the base's parts come first.</returns>
    public static ModelSummary Of(IcaeModel model)
    {
        ArgumentNullException.ThrowIfNull(model);
        var (config, core) = (model.Config, model.Core);
        ModelPart[] added =
        [
            new($"LoRA, rank {config.Lora.Rank}, on {string.Join(", ", config.Lora.Targets)}", core.Adapter.Weights.Sum(weight => weight.Value.NumberOfElements), IsAdded: true),
            new($"memory table: {config.MemoryRows} memory {(config.MemoryRows == 1 ? "token" : "tokens")}, [AE], [LM], [FT]", core.MemoryTable.Value.NumberOfElements, IsAdded: true),
        ];
        var all = BaseParts(core.Base.Config);
        var share = 100.0 * added.Sum(part => part.Parameters) / all.Sum(part => part.Parameters);
        var slot = config.Layout == SlotLayout.Embeddings ? "an input embedding" : "every layer's keys and values";
        return new ModelSummary(
            $"Autoencoder {model.Name} on {model.Base.Name}, {Shape(core.Base.Config)}",
            [
                Invariant($"A slot is {slot}; at most {config.TokensPerSlot:0.##} tokens a slot, {config.Slots} slots a span."),
                Invariant($"The adapter and the memory table add {share:0.#} % to the base, which stays frozen and is the decoder."),
                RestorationReport.StateBase(model),
                Held(core.Base),
            ],
            [.. all, .. added]);
    }

    /// <summary>The summary as an HTML fragment.</summary>
    /// <returns>HTML without scripts.</returns>
    public string ToHtml()
    {
        var facts = string.Concat(Facts.Select(fact => $"<div class=\"faint\">{HtmlText.Escape(fact)}</div>"));
        return $"<div class=\"icae\"><div><b>{HtmlText.Escape(Heading)}</b></div>{facts}{Html.Table(["part", "parameters", "share"], Rows(), numbers: true)}</div>";
    }

    /// <summary>The summary as lines of text.</summary>
    public override string ToString() => string.Join('\n', Facts.Prepend(Heading).Append(Html.Lines(Rows())));

    private IEnumerable<IReadOnlyList<string>> Rows() => Parts.Select(part => Row(part.Name, part.Parameters)).Append(Row("all", Parameters));

    private string[] Row(string name, long parameters) => [name, Html.Whole(parameters), Invariant($"{100.0 * parameters / Parameters:0.0} %")];

    private static ModelPart[] BaseParts(TransformerConfig config)
    {
        var layers = config.Layers == 1 ? "1 layer" : $"{config.Layers} layers";
        return
        [
            .. config.TensorShapes().GroupBy(tensor => Part(tensor.Name, layers, config.TieEmbeddings))
                .Select(part => new ModelPart(part.Key, part.Sum(tensor => tensor.Shape.Aggregate(1L, (product, size) => product * size)), IsAdded: false)),
        ];
    }

    private static string Part(string tensor, string layers, bool tied) => tensor switch
    {
        "model.embed_tokens.weight" => tied ? "embedding, also the output layer" : "embedding",
        "lm_head.weight" => "output layer",
        _ when tensor.Contains(".self_attn.", StringComparison.Ordinal) => $"attention, {layers}",
        _ when tensor.Contains(".mlp.", StringComparison.Ordinal) => $"feed-forward, {layers}",
        _ => "norms",
    };

    private static string Shape(TransformerConfig config) => Invariant(
        $"{config.Family}: {config.Layers} layers, width {config.HiddenSize}, {config.Heads} heads of {config.HeadSize}{(config.KeyValueHeads == config.Heads ? "" : $" ({config.KeyValueHeads} for keys and values)")}, feed-forward {config.IntermediateSize}, vocabulary {config.VocabularySize:N0}");

    private static string Held(Transformer model) => $"Computed in {model.ComputeType.ToString().ToLowerInvariant()} on {model.Device}.";

    private static string OwnName(BaseKind kind) => kind.ToString().ToLowerInvariant();

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
