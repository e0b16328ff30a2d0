namespace ICAE.Lab.Models;

/// <summary>The shape of a decoder-only transformer. Immutable; <see cref="Validate"/> holds every rule between the fields.</summary>
public sealed record TransformerConfig
{
    /// <summary>The family, which decides biases, norms on heads and file form.</summary>
    public ModelFamily Family { get; init; } = ModelFamily.Llama;

    /// <summary>V: rows of the embedding table.</summary>
    public required int VocabularySize { get; init; }

    /// <summary>D: the width of the residual stream.</summary>
    public required int HiddenSize { get; init; }

    /// <summary>The width of the gated feed-forward layer.</summary>
    public required int IntermediateSize { get; init; }

    /// <summary>Number of layers.</summary>
    public required int Layers { get; init; }

    /// <summary>H: query heads.</summary>
    public required int Heads { get; init; }

    /// <summary>Key and value heads; divides <see cref="Heads"/>.</summary>
    public required int KeyValueHeads { get; init; }

    /// <summary>E: the width of one head; even.</summary>
    public required int HeadSize { get; init; }

    /// <summary>The longest context of pretraining, in tokens. Longer inputs are computed, but were never trained.</summary>
    public int MaxPositions { get; init; } = 2048;

    /// <summary>Added to the mean square in RMS norms.</summary>
    public double NormEpsilon { get; init; } = 1e-5;

    /// <summary>The base of the rotary frequencies.</summary>
    public double RotaryBase { get; init; } = 10_000;

    /// <summary>The scaling of the rotary frequencies.</summary>
    public RotaryScaling RotaryScaling { get; init; } = new(RotaryScalingKind.Default);

    /// <summary>How many tokens a token sees, itself included; <see langword="null"/> for all before it.</summary>
    public int? SlidingWindow { get; init; }

    /// <summary>Whether queries, keys and values have biases (Qwen2).</summary>
    public bool QueryKeyValueBias { get; init; }

    /// <summary>Whether each head's queries and keys pass an RMS norm before the rotation (Qwen3).</summary>
    public bool QueryKeyNorm { get; init; }

    /// <summary>Whether the output layer is the embedding table.</summary>
    public bool TieEmbeddings { get; init; }

    /// <summary>The id that opens a text, where the config names one.</summary>
    public int? BosId { get; init; }

    /// <summary>The ids that end a text, where the config names any.</summary>
    public IReadOnlyList<int> EosIds { get; init; } = [];

    /// <summary>Parameters of the model, tied embeddings counted once.</summary>
    [System.Text.Json.Serialization.JsonIgnore]
    public long ParameterCount => TensorShapes().Sum(entry => entry.Shape.Aggregate(1L, (product, size) => product * size));

    /// <summary>Every tensor of a checkpoint in Hugging Face's names, in the order in which they are written.</summary>
    /// <returns>Names and shapes; linear weights are [out, in].</returns>
    public IEnumerable<(string Name, long[] Shape)> TensorShapes()
    {
        yield return ("model.embed_tokens.weight", [VocabularySize, HiddenSize]);
        for (var layer = 0; layer < Layers; layer++)
        {
            var prefix = $"model.layers.{layer}.";
            yield return (prefix + "self_attn.q_proj.weight", [Heads * HeadSize, HiddenSize]);
            yield return (prefix + "self_attn.k_proj.weight", [KeyValueHeads * HeadSize, HiddenSize]);
            yield return (prefix + "self_attn.v_proj.weight", [KeyValueHeads * HeadSize, HiddenSize]);
            yield return (prefix + "self_attn.o_proj.weight", [HiddenSize, Heads * HeadSize]);
            if (QueryKeyValueBias)
            {
                yield return (prefix + "self_attn.q_proj.bias", [Heads * HeadSize]);
                yield return (prefix + "self_attn.k_proj.bias", [KeyValueHeads * HeadSize]);
                yield return (prefix + "self_attn.v_proj.bias", [KeyValueHeads * HeadSize]);
            }

            if (QueryKeyNorm)
            {
                yield return (prefix + "self_attn.q_norm.weight", [HeadSize]);
                yield return (prefix + "self_attn.k_norm.weight", [HeadSize]);
            }

            yield return (prefix + "mlp.gate_proj.weight", [IntermediateSize, HiddenSize]);
            yield return (prefix + "mlp.up_proj.weight", [IntermediateSize, HiddenSize]);
            yield return (prefix + "mlp.down_proj.weight", [HiddenSize, IntermediateSize]);
            yield return (prefix + "input_layernorm.weight", [HiddenSize]);
            yield return (prefix + "post_attention_layernorm.weight", [HiddenSize]);
        }

        yield return ("model.norm.weight", [HiddenSize]);
        if (!TieEmbeddings)
        {
            yield return ("lm_head.weight", [VocabularySize, HiddenSize]);
        }
    }

    /// <summary>Checks every rule between the fields.</summary>
    /// <returns>This config.</returns>
    /// <exception cref="ConfigurationException">A rule is broken; the message names field, value and rule.</exception>
    public TransformerConfig Validate()
    {
        Positive(VocabularySize, nameof(VocabularySize), 1 << 24);
        Positive(HiddenSize, nameof(HiddenSize), 1 << 17);
        Positive(IntermediateSize, nameof(IntermediateSize), 1 << 20);
        Positive(Layers, nameof(Layers), 1 << 12);
        Positive(Heads, nameof(Heads), 1 << 12);
        Positive(KeyValueHeads, nameof(KeyValueHeads), 1 << 12);
        Positive(HeadSize, nameof(HeadSize), 1 << 14);
        Positive(MaxPositions, nameof(MaxPositions), 1 << 30);
        Require(Heads % KeyValueHeads == 0, $"{nameof(Heads)} ({Heads}) must be a multiple of {nameof(KeyValueHeads)} ({KeyValueHeads})");
        Require(HeadSize % 2 == 0, $"{nameof(HeadSize)} ({HeadSize}) must be even, since rotary embeddings turn pairs");
        Require(NormEpsilon is > 0 and < 1, $"{nameof(NormEpsilon)} ({NormEpsilon}) must lie between 0 and 1");
        Require(double.IsFinite(RotaryBase) && RotaryBase > 1, $"{nameof(RotaryBase)} ({RotaryBase}) must be finite and above 1");
        Require(SlidingWindow is null or > 0, $"{nameof(SlidingWindow)} ({SlidingWindow}) must be positive");

        // A config.json names the family alone: what it does not imply would be lost when the model is saved.
        Require(SlidingWindow is null || Family == ModelFamily.Mistral, $"{nameof(SlidingWindow)} ({SlidingWindow}) is that of the family {nameof(ModelFamily.Mistral)}, not of {Family}");
        Require(QueryKeyValueBias == (Family == ModelFamily.Qwen2), $"{nameof(QueryKeyValueBias)} ({QueryKeyValueBias}) does not go with the family {Family}: {nameof(ModelFamily.Qwen2)} has such biases, and no other");
        Require(QueryKeyNorm == (Family == ModelFamily.Qwen3), $"{nameof(QueryKeyNorm)} ({QueryKeyNorm}) does not go with the family {Family}: {nameof(ModelFamily.Qwen3)} has such norms, and no other");
        Require(
            double.IsFinite(RotaryScaling.Factor) && RotaryScaling.Factor >= 1,
            $"{nameof(RotaryScaling)}.{nameof(RotaryScaling.Factor)} ({RotaryScaling.Factor}) must be finite and at least 1");
        if (RotaryScaling.Kind == RotaryScalingKind.Llama3)
        {
            Require(
                RotaryScaling.HighFrequencyFactor > RotaryScaling.LowFrequencyFactor && RotaryScaling.LowFrequencyFactor > 0,
                $"{nameof(RotaryScaling)} of kind llama3 needs 0 < low_freq_factor ({RotaryScaling.LowFrequencyFactor}) < high_freq_factor ({RotaryScaling.HighFrequencyFactor})");
            Require(RotaryScaling.OriginalMaxPositions > 0, $"{nameof(RotaryScaling)}.{nameof(RotaryScaling.OriginalMaxPositions)} must be positive");
        }

        return this;
    }

    private static void Positive(int value, string name, int most) =>
        Require(value > 0 && value <= most, $"{name} ({value}) must lie between 1 and {most}");

    private static void Require(bool holds, string rule)
    {
        if (!holds)
        {
            throw new ConfigurationException($"Model config: {rule}.");
        }
    }
}
