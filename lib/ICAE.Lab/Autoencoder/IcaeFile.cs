using System.Text.Json.Nodes;
using ICAE.Lab.Formats;
using ICAE.Lab.Models;

namespace ICAE.Lab.Autoencoder;

/// <summary>The <c>icae.json</c> of an autoencoder's folder: what it is, its base, and how it is used. LoRA's settings are in the adapter's own file.</summary>
internal sealed record IcaeFile
{
    public const string FileName = ModelStore.AutoencoderMarker;

    /// <summary>The version that is written, and the newest that is read.</summary>
    public const int FormatVersion = 1;

    private const long MostTokens = 1 << 24;

    /// <summary>The base's name and fingerprint.</summary>
    public required ModelReference Base { get; init; }

    /// <summary>The base's folder or file relative to the autoencoder's, where it lies near.</summary>
    public string? BasePath { get; init; }

    /// <summary>The config, without LoRA's settings.</summary>
    public required IcaeConfig Config { get; init; }

    public required IcaeUsage Usage { get; init; }

    /// <summary>The name of the file with constant slots, in the same folder.</summary>
    public string? ConstantSlots { get; init; }

    public IReadOnlyDictionary<string, string> Facts { get; init; } = new Dictionary<string, string>();

    public static IcaeFile Read(string folder)
    {
        var path = Path.Combine(folder, FileName);
        var fields = OwnJson.Read(path, FormatVersion, "base", "autoencoder", "usage", "constant_slots", "facts");
        var model = fields.OptionalObject("base") ?? throw fields.Missing("base");
        OwnJson.RefuseUnknown(model, "name", "path", "fingerprint");
        return new IcaeFile
        {
            Base = ReadReference(model),
            BasePath = ReadBasePath(model),
            Config = ReadConfig(fields.OptionalObject("autoencoder") ?? throw fields.Missing("autoencoder")),
            Usage = ReadUsage(fields.OptionalObject("usage")),
            ConstantSlots = ReadConstantSlots(fields),
            Facts = OwnJson.Facts(fields),
        };
    }

    public void Write(string folder) => OwnJson.Write(Path.Combine(folder, FileName), new JsonObject
    {
        ["format_version"] = FormatVersion,
        ["base"] = new JsonObject
        {
            ["name"] = Base.Name,
            ["path"] = BasePath,
            ["fingerprint"] = Base.Fingerprint,
        },
        ["autoencoder"] = new JsonObject
        {
            ["slots"] = Config.Slots,
            ["tokens_per_slot"] = Config.TokensPerSlot,
            ["budget"] = OwnJson.Name(Config.Budget),
            ["memory_tokens"] = OwnJson.Name(Config.MemoryTokens),
            ["positions"] = OwnJson.Name(Config.Positions),
            ["text_offset"] = Config.TextOffset,
            ["layout"] = OwnJson.Name(Config.Layout),
        },
        ["usage"] = new JsonObject
        {
            ["eos_id"] = Usage.EosId,
            ["continuation_token"] = Usage.ContinuationToken,
            ["add_special_tokens"] = Usage.AddSpecialTokens,
            ["instruction"] = Usage.Instruction is { } layout ? ToJson(layout) : null,
        },
        ["constant_slots"] = ConstantSlots,
        ["facts"] = OwnJson.Facts(Facts),
    });

    private static ModelReference ReadReference(JsonFields model)
    {
        var (name, fingerprint) = (model.Text("name"), model.Text("fingerprint"));
        if (name.Length is 0 or > 256 || name.Any(char.IsControl))
        {
            throw model.Bad("name", "it is no name");
        }

        return ModelFingerprint.IsOne(fingerprint) ? new ModelReference(name, fingerprint) : throw model.Bad("fingerprint", "it is not 64 hexadecimal digits");
    }

    private static string? ReadBasePath(JsonFields model)
    {
        var path = model.OptionalText("path");

        return path is null || IsSafePath(path) ? path : throw model.Bad("path", "it is not a relative path");
    }

    /// <summary>Whether a noted path is one below or beside its folder. A path on another machine, drive or share would be opened on a stranger's word.</summary>
    internal static bool IsSafePath(string path) => path.Length is > 0 and <= 1024
        && path[0] is not ('/' or '\\')
        && !(path.Length > 1 && path[1] == ':')
        && !path.Contains("://", StringComparison.Ordinal)
        && !path.Any(char.IsControl);

    private static IcaeConfig ReadConfig(JsonFields fields)
    {
        OwnJson.RefuseUnknown(fields, "slots", "tokens_per_slot", "budget", "memory_tokens", "positions", "text_offset", "layout");
        var config = new IcaeConfig
        {
            Slots = (int)fields.Whole("slots", 1, 65_536),
            TokensPerSlot = fields.Number("tokens_per_slot"),
            Budget = OwnJson.Choice(fields, "budget", SlotBudget.Fixed),
            MemoryTokens = OwnJson.Choice(fields, "memory_tokens", MemoryTokenKind.Separate),
            Positions = OwnJson.Choice(fields, "positions", MemoryPositions.Appended),
            TextOffset = (int?)fields.OptionalWhole("text_offset", 1, MostTokens),
            Layout = OwnJson.Choice(fields, "layout", SlotLayout.Embeddings),
        };
        if (config.TokensPerSlot * config.Slots > MostTokens)
        {
            throw fields.Bad("tokens_per_slot", $"a span would hold more than {MostTokens} tokens");
        }

        try
        {
            return config.Validate();
        }
        catch (ConfigurationException error)
        {
            throw new ConfigurationException($"{fields.Path}: {error.Message}", error);
        }
    }

    private static IcaeUsage ReadUsage(JsonFields? fields)
    {
        if (fields is null)
        {
            return new IcaeUsage();
        }

        OwnJson.RefuseUnknown(fields, "eos_id", "continuation_token", "add_special_tokens", "instruction");
        return new IcaeUsage
        {
            EosId = (int?)fields.OptionalWhole("eos_id", 0, int.MaxValue),
            ContinuationToken = fields.OptionalFlag("continuation_token") ?? false,
            AddSpecialTokens = fields.OptionalFlag("add_special_tokens") ?? false,
            Instruction = fields.OptionalObject("instruction") is { } layout ? ReadInstruction(layout) : null,
        };
    }

    private static InstructionLayout ReadInstruction(JsonFields fields)
    {
        OwnJson.RefuseUnknown(fields, "before", "after_prompt", "answer_end");
        return new InstructionLayout(ReadIds(fields, "before") ?? [], ReadIds(fields, "after_prompt"), (int?)fields.OptionalWhole("answer_end", 0, int.MaxValue));
    }

    private static JsonObject ToJson(InstructionLayout layout)
    {
        var json = new JsonObject { ["before"] = Ids(layout.Before), ["after_prompt"] = layout.AfterPrompt is { } after ? Ids(after) : null };
        if (layout.AnswerEnd is { } end)
            json["answer_end"] = end;

        return json;
    }

    private static int[]? ReadIds(JsonFields fields, string name)
    {
        const int Most = 1024;
        if (fields.Json[name] is null)
        {
            return null;
        }

        return fields.Json[name] is JsonArray array && array.Count <= Most && array.All(id => id is JsonValue value && value.TryGetValue<int>(out var number) && number >= 0)
            ? [.. array.Select(id => id!.GetValue<int>())]
            : throw fields.Bad(name, $"it is no list of at most {Most} ids");
    }

    private static JsonArray Ids(IReadOnlyList<int> ids) => new([.. ids.Select(id => (JsonNode)id)]);

    private static string? ReadConstantSlots(JsonFields fields)
    {
        var name = fields.OptionalText("constant_slots");
        return name is null || (name.EndsWith(".safetensors", StringComparison.Ordinal) && name.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.'))
            ? name
            : throw fields.Bad("constant_slots", "it is no name of a safetensors file in this folder");
    }
}
