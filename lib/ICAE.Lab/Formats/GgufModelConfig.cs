using System.Text.Json.Nodes;

namespace ICAE.Lab.Formats;

/// <summary>Turns a GGUF file's metadata into a Hugging Face configuration.</summary>
internal sealed class GgufModelConfig
{
    /// <summary>The tensor that Llama 3.1's rotary scaling is stored as, in place of settings.</summary>
    public const string RotaryFactors = "rope_freqs.weight";

    private const long MaxSize = 1 << 24;
    private const long MaxLayers = 10_000;

    private readonly GgufFile _file;

    public GgufModelConfig(GgufFile file)
    {
        _file = file;
        if (file.Metadata.Whole("split.count") is > 1 and var parts)
            throw file.Metadata.Bad("split.count", $"the file is one of {parts} parts; join them first (llama-gguf-split --merge)");

        Architecture = file.Metadata.Text("general.architecture") ?? throw file.Metadata.Bad("general.architecture", "it is missing");
        if (Architecture is not ("llama" or "qwen2" or "qwen3"))
        {
            throw file.Metadata.Bad(
                "general.architecture", $"the architecture {FileChecks.Quote(Architecture)} is not supported (llama, qwen2 and qwen3 are; mistral files call themselves llama)");
        }

        if (file.Metadata.Whole($"{Architecture}.expert_count") is > 0)
            throw file.Metadata.Bad($"{Architecture}.expert_count", "mixtures of experts are not supported");

        Layers = Size("block_count", MaxLayers);
        Heads = Size("attention.head_count");
        KeyValueHeads = file.Metadata.ContainsKey(Key("attention.head_count_kv")) ? Size("attention.head_count_kv") : Heads;
    }

    public string Architecture { get; }

    public long Layers { get; }

    public long Heads { get; }

    public long KeyValueHeads { get; }

    /// <summary>The number of heads whose rows a tensor holds permuted, or <see langword="null"/> where it holds none.</summary>
    public long? PermutedHeads(string storedName) => Architecture != "llama" ? null : storedName.Split('.') switch
    {
        ["blk", _, "attn_q", _] => Heads,
        ["blk", _, "attn_k", _] => KeyValueHeads,
        _ => null,
    };

    public JsonObject ToJson()
    {
        var hidden = Size("embedding_length");
        var headDim = HeadDim(hidden);
        var window = _file.Metadata.Whole(Key("attention.sliding_window"));
        var family = Architecture == "llama" && window > 0 ? "mistral" : Architecture;
        var json = new JsonObject
        {
            ["architectures"] = new JsonArray(ClassName(family)),
            ["model_type"] = family,
            ["vocab_size"] = VocabularySize(hidden),
            ["hidden_size"] = hidden,
            ["intermediate_size"] = Size("feed_forward_length"),
            ["num_hidden_layers"] = Layers,
            ["num_attention_heads"] = Heads,
            ["num_key_value_heads"] = KeyValueHeads,
            ["head_dim"] = headDim,
            ["max_position_embeddings"] = Size("context_length", long.MaxValue),
            ["rms_norm_eps"] = Positive("attention.layer_norm_rms_epsilon") ?? throw Missing("attention.layer_norm_rms_epsilon"),
            ["rope_theta"] = Positive("rope.freq_base") ?? 10_000.0,
            ["rope_scaling"] = RotaryScaling(headDim),
            ["hidden_act"] = "silu",
            ["attention_bias"] = _file.TryDescribe("blk.0.attn_q.bias", out _),
            ["mlp_bias"] = _file.TryDescribe("blk.0.ffn_gate.bias", out _),
            ["tie_word_embeddings"] = !_file.TryDescribe("output.weight", out _),
            ["bos_token_id"] = TokenId("bos"),
            ["eos_token_id"] = TokenId("eos"),
        };
        if (window > 0)
            json["sliding_window"] = window;

        // As a file would have been read: readers ask nodes for whichever number type they want.
        return JsonNode.Parse(json.ToJsonString())!.AsObject();
    }

    private static string ClassName(string family) => family switch
    {
        "mistral" => "MistralForCausalLM",
        "qwen2" => "Qwen2ForCausalLM",
        "qwen3" => "Qwen3ForCausalLM",
        _ => "LlamaForCausalLM",
    };

    private string Key(string name) => $"{Architecture}.{name}";

    private MalformedFileException Missing(string name) => _file.Metadata.Bad(Key(name), "it is missing");

    private long Size(string name, long most = MaxSize)
    {
        var key = Key(name);
        if (_file.Metadata.TryGetValue(key, out var value) && value is GgufArray)
            throw _file.Metadata.Bad(key, "it differs from layer to layer, which is not supported");

        var size = _file.Metadata.Whole(key) ?? throw Missing(name);
        return size >= 1 && size <= most ? size : throw _file.Metadata.Bad(key, $"{size} is not between 1 and {most}");
    }

    private double? Positive(string name) => _file.Metadata.Number(Key(name)) switch
    {
        null => null,
        > 0 and var value => value,
        var value => throw _file.Metadata.Bad(Key(name), $"{value} is not above 0"),
    };

    private long HeadDim(long hidden)
    {
        long headDim;
        if (_file.Metadata.ContainsKey(Key("attention.key_length")))
            headDim = Size("attention.key_length");
        else if (hidden % Heads == 0)
            headDim = hidden / Heads;
        else
            throw _file.Metadata.Bad(Key("attention.head_count"), $"{Heads} does not divide the width {hidden}, and there is no {Key("attention.key_length")}");

        if (_file.Metadata.Whole(Key("attention.value_length")) is { } valueLength && valueLength != headDim)
            throw _file.Metadata.Bad(Key("attention.value_length"), $"{valueLength} differs from the length of the keys, {headDim}, which is not supported");

        if (_file.Metadata.Whole(Key("rope.dimension_count")) is { } rotated && rotated != headDim)
            throw _file.Metadata.Bad(Key("rope.dimension_count"), $"{rotated} of {headDim} dimensions are rotated; rotating a part of them is not supported");

        return headDim;
    }

    private long VocabularySize(long hidden)
    {
        if (!_file.TryDescribe("token_embd.weight", out var table))
            throw new MalformedFileException(_file.Path, "", "there is no tensor 'token_embd.weight'");

        if (table.Shape.Count != 2 || table.Shape[1] != hidden)
        {
            throw new MalformedFileException(
                _file.Path, "tensor 'token_embd.weight'", $"its shape is {string.Join(" x ", table.Shape)}, but the metadata give the width {hidden}");
        }

        return table.Shape[0];
    }

    private long? TokenId(string kind) => _file.Metadata.Whole($"tokenizer.ggml.{kind}_token_id");

    private JsonObject? RotaryScaling(long headDim)
    {
        if (_file.TryDescribe(RotaryFactors, out var factors))
        {
            if (factors.Shape.Count != 1 || factors.Shape[0] != headDim / 2)
                throw new MalformedFileException(_file.Path, $"tensor '{RotaryFactors}'", $"it should have {headDim / 2} values for heads of {headDim}");

            return Llama3RotaryFactors.ToSettings(_file.ReadValues(RotaryFactors), Positive("rope.freq_base") ?? 10_000.0)
                ?? throw new MalformedFileException(_file.Path, $"tensor '{RotaryFactors}'", "its values fit no rotary scaling that this library knows");
        }

        var type = _file.Metadata.Text(Key("rope.scaling.type")) ?? (_file.Metadata.ContainsKey(Key("rope.scale_linear")) ? "linear" : "none");
        if (type == "none")
            return null;

        var factor = Positive("rope.scaling.factor") ?? Positive("rope.scale_linear") ?? throw Missing("rope.scaling.factor");
        if (type == "linear" && factor == 1)
            return null;

        var json = new JsonObject { ["rope_type"] = type, ["factor"] = factor };
        if (_file.Metadata.Whole(Key("rope.scaling.original_context_length")) is { } original)
            json["original_max_position_embeddings"] = original;
        return json;
    }
}
