using System.Text.Json;
using System.Text.Json.Nodes;
using static TorchSharp.torch;

namespace ICAE.Lab.Formats;

/// <summary>
/// Reads and writes LoRA adapters in PEFT's form: a folder with <c>adapter_config.json</c> and <c>adapter_model.safetensors</c>. What an
/// adapter may hold beyond plain LoRA of one rank is refused by name, because ignoring it would give another model.
/// </summary>
public static class PeftAdapterFile
{
    /// <summary>The file with the settings.</summary>
    public const string ConfigFileName = "adapter_config.json";

    /// <summary>The file with the matrices.</summary>
    public const string WeightsFileName = "adapter_model.safetensors";

    private const int MaxRank = 65_536;

    // Known settings that change nothing in what a saved adapter computes: its weights already say which layers they are for.
    private static readonly HashSet<string> Inert = new(StringComparer.Ordinal)
    {
        "auto_mapping", "base_model_name_or_path", "revision", "inference_mode", "layers_pattern", "layers_to_transform", "exclude_modules",
        "loftq_config", "eva_config", "megatron_core", "peft_version", "qalora_group_size", "runtime_config", "ensure_weight_tying",
    };

    private static readonly HashSet<string> Handled = new(StringComparer.Ordinal)
    {
        "peft_type", "task_type", "r", "lora_alpha", "lora_dropout", "use_rslora", "target_modules", "bias", "init_lora_weights",
    };

    /// <summary>Reads an adapter.</summary>
    /// <param name="folder">The adapter's folder.</param>
    /// <param name="dtype">The type wanted, or <see langword="null"/> for the stored one.</param>
    /// <param name="device">The device wanted, or <see langword="null"/> for the CPU.</param>
    /// <returns>Settings and matrices; the caller owns the matrices.</returns>
    /// <exception cref="MalformedFileException">A file is missing or unsound, or both contradict each other.</exception>
    /// <exception cref="ConfigurationException">The adapter asks for something beyond plain LoRA.</exception>
    public static PeftAdapter Read(string folder, ScalarType? dtype = null, Device? device = null)
    {
        var (config, targets) = ParseConfig(folder);
        using var source = OpenWeights(folder);
        var modules = Check(source, config, targets);
        if (targets is null)
            config = config with { Targets = [.. modules.Select(LastPart).Distinct(StringComparer.Ordinal)] };

        return new PeftAdapter(config, LoraKeys.Peft.Load(source, modules, dtype, device));
    }

    /// <summary>Reads an adapter's settings and checks them against the names and shapes of its matrices, without reading values.</summary>
    /// <param name="folder">The adapter's folder.</param>
    /// <returns>The settings.</returns>
    /// <exception cref="MalformedFileException">A file is missing or unsound, or both contradict each other.</exception>
    /// <exception cref="ConfigurationException">The adapter asks for something beyond plain LoRA.</exception>
    public static LoraFileConfig ReadConfig(string folder)
    {
        var (config, targets) = ParseConfig(folder);
        using var source = OpenWeights(folder);
        var modules = Check(source, config, targets);
        return targets is null ? config with { Targets = [.. modules.Select(LastPart).Distinct(StringComparer.Ordinal)] } : config;
    }

    /// <summary>Writes an adapter: the same files, keys and settings as PEFT 0.21 writes.</summary>
    /// <param name="folder">The folder; it is made where there is none.</param>
    /// <param name="config">The settings.</param>
    /// <param name="matrices">The matrices of each linear layer, by its path in the model.</param>
    /// <exception cref="ArgumentException">Shapes, rank and targets do not agree.</exception>
    /// <exception cref="IcaeException">A file cannot be written.</exception>
    public static void Write(string folder, LoraFileConfig config, IReadOnlyDictionary<string, LoraMatrices> matrices)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        ArgumentNullException.ThrowIfNull(config);
        var tensors = LoraKeys.Peft.ToTensors(matrices, config.Rank);
        foreach (var module in matrices.Keys)
        {
            if (!config.Targets.Contains(LastPart(module), StringComparer.Ordinal))
                throw new ArgumentException($"{module} has matrices, but {LastPart(module)} is not among the targets", nameof(matrices));
        }

        var json = PeftConfigText.Write(config);
        try
        {
            Directory.CreateDirectory(folder);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new IcaeException($"{folder}: the folder cannot be made: {error.Message}", error);
        }

        SafetensorsWriter.Write(Path.Combine(folder, WeightsFileName), tensors, new Dictionary<string, string> { ["format"] = "pt" });
        AtomicFile.WriteText(Path.Combine(folder, ConfigFileName), json);
    }

    private static SafetensorsFile OpenWeights(string folder)
    {
        var path = Path.Combine(folder, WeightsFileName);
        var pickle = Path.Combine(folder, "adapter_model.bin");
        if (!File.Exists(path) && File.Exists(pickle))
            throw Pickles.Refusal(pickle);

        return SafetensorsFile.Open(path);
    }

    private static string LastPart(string module) => module[(module.LastIndexOf('.') + 1)..];

    private static IReadOnlyList<string> Check(SafetensorsFile source, LoraFileConfig config, IReadOnlyList<string>? targets)
    {
        var (modules, rank) = LoraKeys.Peft.Sort(source);
        if (rank != config.Rank)
            throw new MalformedFileException(source.Path, "", $"the matrices have rank {rank}, but {ConfigFileName} says r = {config.Rank}");

        if (targets is null)
            return modules;

        // PEFT matches a target that has dots against the end of the whole path.
        var unmatched = targets.FirstOrDefault(
            target => !modules.Any(module => module == target || module.EndsWith("." + target, StringComparison.Ordinal)));
        if (unmatched is not null)
            throw new MalformedFileException(source.Path, "", $"{ConfigFileName} has the target {FileChecks.Quote(unmatched)}, but there are no matrices for it");

        var stranger = modules.FirstOrDefault(
            module => !targets.Any(target => module == target || module.EndsWith("." + target, StringComparison.Ordinal)));
        return stranger is null
            ? modules
            : throw new MalformedFileException(source.Path, "", $"there are matrices for {FileChecks.Quote(stranger)}, which is not among the targets in {ConfigFileName}");
    }

    /// <summary>The settings, and the targets where they are a list (a pattern is left to the matrices' names).</summary>
    private static (LoraFileConfig Config, IReadOnlyList<string>? Targets) ParseConfig(string folder)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        var path = Path.Combine(folder, ConfigFileName);
        var fields = new JsonFields(path, BoundedJson.ReadObject(path));
        RefuseUnsupported(fields);
        var targets = fields.Json["target_modules"] is JsonValue pattern && pattern.GetValueKind() == JsonValueKind.String ? null : fields.OptionalTexts("target_modules") ?? throw fields.Missing("target_modules");
        if (targets is not null && (targets.Count == 0 || targets.Any(string.IsNullOrEmpty)))
            throw fields.Bad("target_modules", "it names no layers");

        var alpha = fields.OptionalNumber("lora_alpha") ?? throw fields.Missing("lora_alpha");
        var dropout = fields.OptionalNumber("lora_dropout") ?? 0;
        if (dropout is < 0 or >= 1)
            throw fields.Bad("lora_dropout", $"{dropout} is not from 0 to below 1");

        var config = new LoraFileConfig
        {
            Rank = (int)fields.Whole("r", 1, MaxRank),
            Alpha = alpha,
            RankStabilised = fields.OptionalFlag("use_rslora") ?? false,
            Dropout = dropout,
            Targets = targets ?? [],
            BaseModel = fields.OptionalText("base_model_name_or_path"),
            TaskType = fields.OptionalText("task_type") ?? "CAUSAL_LM",
        };
        return (config, targets);
    }

    private static void RefuseUnsupported(JsonFields fields)
    {
        var type = fields.Text("peft_type");
        if (type != "LORA")
            throw Unsupported(fields, "peft_type", $"{FileChecks.Quote(type)} is not supported; LORA is");

        if (fields.OptionalText("bias") is { } bias && bias != "none")
            throw Unsupported(fields, "bias", $"trained biases ({FileChecks.Quote(bias)}) are not supported; 'none' is");

        // These starting points move the base's weights too, so that the adapter alone does not make the model.
        if (fields.Json["init_lora_weights"] is JsonValue value && value.TryGetValue(out string? start)
            && !(start is "gaussian" or "eva" or "orthogonal" or "true" or "false"))
        {
            throw Unsupported(fields, "init_lora_weights", $"{FileChecks.Quote(start)} changes the base's weights as well");
        }

        foreach (var (name, node) in fields.Json)
        {
            if (!Inert.Contains(name) && !Handled.Contains(name) && !IsOff(node))
                throw Unsupported(fields, name, "this setting is not supported unless it is off");
        }
    }

    private static bool IsOff(JsonNode? node) => node switch
    {
        null => true,
        JsonArray array => array.Count == 0,
        JsonObject json => json.Count == 0,
        JsonValue value => value.TryGetValue(out bool flag) && !flag,
        _ => false,
    };

    private static ConfigurationException Unsupported(JsonFields fields, string name, string cause) =>
        new($"{fields.Path}: field {FileChecks.Quote(name)}: {cause}");
}
