using System.Text.Json;
using System.Text.Json.Nodes;

namespace ICAE.Lab.Models;

/// <summary>Reads and writes the <c>config.json</c> of Hugging Face transformers, in the style of versions 4 and 5.</summary>
public static class HuggingFaceConfig
{
    private static readonly (ModelFamily Family, string ModelType, string Architecture)[] Families =
    [
        (ModelFamily.Llama, "llama", "LlamaForCausalLM"),
        (ModelFamily.Mistral, "mistral", "MistralForCausalLM"),
        (ModelFamily.Qwen2, "qwen2", "Qwen2ForCausalLM"),
        (ModelFamily.Qwen3, "qwen3", "Qwen3ForCausalLM"),
    ];

    /// <summary>Reads a config.</summary>
    /// <param name="json">The parsed file.</param>
    /// <param name="source">The file, for messages.</param>
    /// <returns>The validated config.</returns>
    /// <exception cref="MalformedFileException">A field is missing or of the wrong kind.</exception>
    /// <exception cref="ConfigurationException">The architecture, rotary type, activation or a combination is not supported.</exception>
    public static TransformerConfig Read(JsonObject json, string source)
    {
        ArgumentNullException.ThrowIfNull(json);
        var family = ReadFamily(json, source);
        RefuseUnsupported(json, family, source);
        var heads = Int(json, "num_attention_heads", source);
        var hidden = Int(json, "hidden_size", source);
        if (OptionalInt(json, "head_dim", source) is null && (heads <= 0 || hidden % heads != 0))
        {
            throw new ConfigurationException($"{source}: hidden_size ({hidden}) is no multiple of num_attention_heads ({heads}), and head_dim is not given.");
        }

        var config = new TransformerConfig
        {
            Family = family,
            VocabularySize = Int(json, "vocab_size", source),
            HiddenSize = hidden,
            IntermediateSize = Int(json, "intermediate_size", source),
            Layers = Int(json, "num_hidden_layers", source),
            Heads = heads,
            KeyValueHeads = OptionalInt(json, "num_key_value_heads", source) ?? heads,
            HeadSize = OptionalInt(json, "head_dim", source) ?? hidden / heads,
            MaxPositions = OptionalInt(json, "max_position_embeddings", source) ?? 2048,
            NormEpsilon = OptionalDouble(json, "rms_norm_eps", source) ?? 1e-6,
            RotaryBase = ReadRotaryBase(json, source),
            RotaryScaling = ReadRotaryScaling(json, source),
            SlidingWindow = ReadSlidingWindow(json, family, source),
            QueryKeyValueBias = family == ModelFamily.Qwen2,
            QueryKeyNorm = family == ModelFamily.Qwen3,
            TieEmbeddings = OptionalBool(json, "tie_word_embeddings", source) ?? false,
            BosId = OptionalInt(json, "bos_token_id", source),
            EosIds = ReadEos(json, source),
        };
        try
        {
            return config.Validate();
        }
        catch (ConfigurationException error)
        {
            throw new ConfigurationException($"{source}: {error.Message}", error);
        }
    }

    /// <summary>Writes a config in the style of transformers 4, which version 5 reads as well.</summary>
    /// <param name="config">The config.</param>
    /// <param name="dtype">The type of the weights beside it, such as <c>bfloat16</c>.</param>
    /// <returns>The JSON to store as <c>config.json</c>.</returns>
    public static JsonObject Write(TransformerConfig config, string dtype)
    {
        ArgumentNullException.ThrowIfNull(config);
        var (_, modelType, architecture) = Families.Single(entry => entry.Family == config.Family);
        var json = new JsonObject
        {
            ["architectures"] = new JsonArray(architecture),
            ["model_type"] = modelType,
            ["vocab_size"] = config.VocabularySize,
            ["hidden_size"] = config.HiddenSize,
            ["intermediate_size"] = config.IntermediateSize,
            ["num_hidden_layers"] = config.Layers,
            ["num_attention_heads"] = config.Heads,
            ["num_key_value_heads"] = config.KeyValueHeads,
            ["head_dim"] = config.HeadSize,
            ["max_position_embeddings"] = config.MaxPositions,
            ["rms_norm_eps"] = config.NormEpsilon,
            ["tie_word_embeddings"] = config.TieEmbeddings,
            ["hidden_act"] = "silu",
            ["attention_bias"] = false,
            ["mlp_bias"] = false,
            ["bos_token_id"] = config.BosId,
            ["eos_token_id"] = config.EosIds.Count switch
            {
                0 => null,
                1 => config.EosIds[0],
                _ => new JsonArray([.. config.EosIds.Select(id => (JsonNode)id)]),
            },
            ["initializer_range"] = 0.02,
            ["rope_theta"] = config.RotaryBase,
            ["rope_scaling"] = WriteScaling(config.RotaryScaling),
            ["torch_dtype"] = dtype,
        };
        if (config.Family is not ModelFamily.Llama)
        {
            json["sliding_window"] = config.SlidingWindow;
        }

        if (config.Family is ModelFamily.Qwen2 or ModelFamily.Qwen3)
        {
            json["use_sliding_window"] = config.SlidingWindow is not null;
        }

        return json;
    }

    private static JsonObject? WriteScaling(RotaryScaling scaling) => scaling.Kind switch
    {
        RotaryScalingKind.Default => null,
        RotaryScalingKind.Linear => new JsonObject { ["rope_type"] = "linear", ["factor"] = scaling.Factor },
        _ => new JsonObject
        {
            ["rope_type"] = "llama3",
            ["factor"] = scaling.Factor,
            ["low_freq_factor"] = scaling.LowFrequencyFactor,
            ["high_freq_factor"] = scaling.HighFrequencyFactor,
            ["original_max_position_embeddings"] = scaling.OriginalMaxPositions,
        },
    };

    private static ModelFamily ReadFamily(JsonObject json, string source)
    {
        var architecture = json["architectures"] is JsonArray { Count: > 0 } list ? Text(list[0], "architectures", source) : null;
        var modelType = json["model_type"] is { } node ? Text(node, "model_type", source) : null;
        foreach (var (family, type, name) in Families)
        {
            if (architecture == name || (architecture is null && modelType == type))
            {
                return family;
            }
        }

        throw new ConfigurationException(
            $"{source}: the architecture '{architecture ?? modelType ?? "(none named)"}' is not supported; supported are {string.Join(", ", Families.Select(f => f.Architecture))}.");
    }

    private static void RefuseUnsupported(JsonObject json, ModelFamily family, string source)
    {
        if (json["hidden_act"] is { } activation && Text(activation, "hidden_act", source) is var name && name is not ("silu" or "swish"))
        {
            throw new ConfigurationException($"{source}: hidden_act '{name}' is not supported; only silu is.");
        }

        if (OptionalBool(json, "mlp_bias", source) == true)
        {
            throw new ConfigurationException($"{source}: mlp_bias is not supported.");
        }

        if (OptionalBool(json, "attention_bias", source) == true && family != ModelFamily.Qwen2)
        {
            throw new ConfigurationException($"{source}: attention_bias is not supported for this architecture.");
        }

        if (OptionalDouble(json, "partial_rotary_factor", source) is { } part and not 1)
        {
            throw new ConfigurationException($"{source}: partial_rotary_factor {part} is not supported; heads are rotated in full.");
        }

        if (json["quantization_config"] is not null)
        {
            throw new ConfigurationException($"{source}: quantization_config is not supported; use unquantised safetensors or a GGUF file.");
        }
    }

    private static double ReadRotaryBase(JsonObject json, string source) =>
        (json["rope_parameters"] is JsonObject parameters ? OptionalDouble(parameters, "rope_theta", source) : null)
        ?? OptionalDouble(json, "rope_theta", source)
        ?? 10_000;

    private static RotaryScaling ReadRotaryScaling(JsonObject json, string source)
    {
        var key = json["rope_parameters"] is not null ? "rope_parameters" : "rope_scaling";
        if (json[key] is not { } node)
        {
            return new RotaryScaling(RotaryScalingKind.Default);
        }

        if (node is not JsonObject scaling)
        {
            throw new MalformedFileException(source, key, "an object is expected");
        }

        var type = scaling["rope_type"] ?? scaling["type"];
        var kind = type is null ? "default" : Text(type, key + ".rope_type", source);
        return kind switch
        {
            "default" => new RotaryScaling(RotaryScalingKind.Default),
            "linear" => new RotaryScaling(RotaryScalingKind.Linear, Double(scaling, "factor", source)),
            "llama3" => new RotaryScaling(
                RotaryScalingKind.Llama3,
                Double(scaling, "factor", source),
                Double(scaling, "low_freq_factor", source),
                Double(scaling, "high_freq_factor", source),
                Int(scaling, "original_max_position_embeddings", source)),
            _ => throw new ConfigurationException($"{source}: the rotary type '{kind}' is not supported; supported are default, linear and llama3."),
        };
    }

    private static int? ReadSlidingWindow(JsonObject json, ModelFamily family, string source)
    {
        // What MistralConfig has where the key is missing; null stands for no window.
        const int MistralWindow = 4096;
        var window = OptionalInt(json, "sliding_window", source);
        if (family == ModelFamily.Mistral)
        {
            return json.ContainsKey("sliding_window") ? window : MistralWindow;
        }

        if (family == ModelFamily.Llama || OptionalBool(json, "use_sliding_window", source) != true || window is null)
        {
            return null;
        }

        throw new ConfigurationException($"{source}: use_sliding_window is not supported for this architecture, since it holds for some of the layers only.");
    }

    private static int[] ReadEos(JsonObject json, string source) => json["eos_token_id"] switch
    {
        null => [],
        JsonArray list => [.. list.Select(node => Number<int>(node, "eos_token_id", source))],
        var node => [Number<int>(node, "eos_token_id", source)],
    };

    private static int Int(JsonObject json, string key, string source) =>
        OptionalInt(json, key, source) ?? throw new MalformedFileException(source, key, "the field is missing");

    private static double Double(JsonObject json, string key, string source) =>
        OptionalDouble(json, key, source) ?? throw new MalformedFileException(source, key, "the field is missing");

    private static int? OptionalInt(JsonObject json, string key, string source) =>
        json[key] is { } node ? Number<int>(node, key, source) : null;

    private static double? OptionalDouble(JsonObject json, string key, string source) =>
        json[key] is { } node ? Number<double>(node, key, source) : null;

    private static bool? OptionalBool(JsonObject json, string key, string source) =>
        json[key] is { } node ? Number<bool>(node, key, source) : null;

    private static T Number<T>(JsonNode? node, string key, string source)
    {
        try
        {
            return node is JsonValue value ? value.Deserialize<T>()! : throw new JsonException();
        }
        catch (Exception error) when (error is JsonException or FormatException or InvalidOperationException)
        {
            throw new MalformedFileException(source, key, $"a value of type {typeof(T).Name} is expected", error);
        }
    }

    private static string Text(JsonNode? node, string key, string source) =>
        node is JsonValue value && value.GetValueKind() == JsonValueKind.String
            ? value.GetValue<string>()
            : throw new MalformedFileException(source, key, "a text is expected");
}
