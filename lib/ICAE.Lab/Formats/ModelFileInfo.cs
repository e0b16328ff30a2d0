using System.Globalization;
using System.Text.Json.Nodes;

namespace ICAE.Lab.Formats;

/// <summary>
/// What a model file or folder says of itself. Nothing but headers and settings is read, the native library is not loaded, and whatever is
/// unsound is refused as the loaders refuse it.
/// </summary>
public sealed record ModelFileInfo
{
    private const int MaxShownText = 200;
    private const int MaxTokenizerBytes = 48 << 20;
    private const int TokenizerDepth = 64;

    /// <summary>The file or folder.</summary>
    public required string Path { get; init; }

    /// <summary>What it is.</summary>
    public required ModelFileKind Kind { get; init; }

    /// <summary>What it is, in words, such as <c>GGUF file, version 3</c>.</summary>
    public required string Description { get; init; }

    /// <summary>The version of the format, if it has one.</summary>
    public string? FormatVersion { get; init; }

    /// <summary>Metadata or settings as text, in the file's order, long values cut.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Metadata { get; init; } = [];

    /// <summary>Every tensor.</summary>
    public IReadOnlyList<TensorDescriptor> Tensors { get; init; } = [];

    /// <summary>The length of the file, or of all files read in the folder, in bytes.</summary>
    public required long FileBytes { get; init; }

    /// <summary>The elements of all tensors together; <see cref="long.MaxValue"/> stands for more than it can count.</summary>
    public long ParameterCount => Tensors.Aggregate(0L, (sum, tensor) => Plus(sum, tensor.Shape.Aggregate(1L, Times)));

    /// <summary>The bytes of all tensors' values.</summary>
    public long TensorBytes => Tensors.Aggregate(0L, (sum, tensor) => Plus(sum, tensor.ByteLength));

    /// <summary>Finds out what a file or folder holds.</summary>
    /// <param name="path">
    /// A safetensors or GGUF file, an index, a folder with a model or a PEFT adapter, or a configuration or tokenizer file.
    /// </param>
    /// <returns>What it says of itself.</returns>
    /// <exception cref="MalformedFileException">There is no such thing, it is unsound, of no known kind, or a pickle (which could run code).</exception>
    /// <exception cref="ConfigurationException">It is an adapter that asks for something beyond plain LoRA.</exception>
    public static ModelFileInfo Read(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        if (Directory.Exists(path))
            return File.Exists(System.IO.Path.Combine(path, PeftAdapterFile.ConfigFileName)) ? ReadAdapter(path) : ReadModelFolder(path);

        return TensorSources.KindOf(path) switch
        {
            ModelFileKind.Safetensors => ReadSafetensors(path),
            ModelFileKind.SafetensorsIndex => ReadIndex(path),
            ModelFileKind.Gguf => ReadGguf(path),
            ModelFileKind.Json => ReadJson(path),
            ModelFileKind.SentencePiece => ReadSentencePiece(path),
            _ => throw new MalformedFileException(path, "", "this is no model, adapter, configuration or tokenizer file that this library knows"),
        };
    }

    private static ModelFileInfo ReadSafetensors(string path)
    {
        using var source = SafetensorsFile.Open(path);
        var version = source.Metadata.GetValueOrDefault("format_version");
        return new ModelFileInfo
        {
            Path = path,
            Kind = ModelFileKind.Safetensors,
            Description = PublishedIcaeFile.Fits(source) ? "safetensors file (an ICAE under the published keys)" : "safetensors file",
            FormatVersion = version,
            Metadata = [.. source.Metadata.Select(pair => KeyValuePair.Create(Cut(pair.Key), Cut(pair.Value)))],
            Tensors = source.Tensors,
            FileBytes = source.Length,
        };
    }

    private static ModelFileInfo ReadIndex(string path)
    {
        using var source = ShardedSafetensors.Open(path);
        return new ModelFileInfo
        {
            Path = path,
            Kind = ModelFileKind.SafetensorsIndex,
            Description = $"index of {source.Shards.Count} safetensors files",
            Tensors = source.Tensors,
            FileBytes = FileChecks.LengthOf(path) + source.Length,
        };
    }

    private static ModelFileInfo ReadGguf(string path)
    {
        using var source = GgufFile.Open(path);
        return new ModelFileInfo
        {
            Path = path,
            Kind = ModelFileKind.Gguf,
            Description = $"GGUF file, version {source.Version}",
            FormatVersion = source.Version.ToString(CultureInfo.InvariantCulture),
            Metadata = [.. source.Metadata.Entries.Select(pair => KeyValuePair.Create(Cut(pair.Key), Cut(Convert.ToString(pair.Value, CultureInfo.InvariantCulture)!)))],
            Tensors = source.Tensors,
            FileBytes = source.Length,
        };
    }

    private static ModelFileInfo ReadAdapter(string folder)
    {
        var config = PeftAdapterFile.ReadConfig(folder);
        var weights = ReadSafetensors(System.IO.Path.Combine(folder, PeftAdapterFile.WeightsFileName));
        var memoryPath = System.IO.Path.Combine(folder, MemoryTable.FileName);
        var memory = File.Exists(memoryPath) ? ReadSafetensors(memoryPath) : null;
        return weights with
        {
            Path = folder,
            Kind = ModelFileKind.AdapterFolder,
            Description = memory is null ? "folder of a LoRA adapter (PEFT)" : "folder of a LoRA adapter (PEFT) with a memory table",
            FormatVersion = memory?.FormatVersion,
            Metadata =
            [
                new("base model", config.BaseModel ?? "(not said)"),
                new("rank", config.Rank.ToString(CultureInfo.InvariantCulture)),
                new("alpha", config.Alpha.ToString(CultureInfo.InvariantCulture)),
                new("scale", config.Scale.ToString("G6", CultureInfo.InvariantCulture)),
                new("rank-stabilised", config.RankStabilised ? "yes" : "no"),
                new("dropout", config.Dropout.ToString(CultureInfo.InvariantCulture)),
                new("targets", Cut(string.Join(", ", config.Targets))),
                .. memory?.Metadata ?? [],
            ],
            Tensors = [.. weights.Tensors, .. memory?.Tensors ?? []],
            FileBytes = weights.FileBytes + (memory?.FileBytes ?? 0) + FileChecks.LengthOf(System.IO.Path.Combine(folder, PeftAdapterFile.ConfigFileName)),
        };
    }

    private static ModelFileInfo ReadModelFolder(string folder)
    {
        var weights = Read(TensorSources.Locate(folder));
        var configPath = System.IO.Path.Combine(folder, HuggingFaceConfigFile.FileName);
        var config = File.Exists(configPath) ? ReadJson(configPath) : null;
        return weights with
        {
            Path = folder,
            Kind = ModelFileKind.ModelFolder,
            Description = $"folder of a model: {System.IO.Path.GetFileName(weights.Path)} ({weights.Description})" + (config is null ? ", without config.json" : ""),
            Metadata = [.. config?.Metadata ?? [], .. weights.Metadata],
            FileBytes = weights.FileBytes + (config?.FileBytes ?? 0),
        };
    }

    private static ModelFileInfo ReadJson(string path)
    {
        var name = System.IO.Path.GetFileName(path);
        var length = FileChecks.LengthOf(path);
        if (name.StartsWith("tokenizer", StringComparison.OrdinalIgnoreCase) && length > 0)
        {
            CheckSyntax(path);
            return new ModelFileInfo { Path = path, Kind = ModelFileKind.Json, Description = "tokenizer file in JSON", FileBytes = length };
        }

        var json = BoundedJson.ReadObject(path);
        return new ModelFileInfo
        {
            Path = path,
            Kind = ModelFileKind.Json,
            Description = name == PeftAdapterFile.ConfigFileName ? "settings of a LoRA adapter (PEFT)" : json.ContainsKey("model_type") ? "settings of a model" : "JSON object",
            Metadata = [.. json.Select(pair => KeyValuePair.Create(Cut(pair.Key), Cut(Shown(pair.Value))))],
            FileBytes = length,
        };
    }

    private static ModelFileInfo ReadSentencePiece(string path)
    {
        // A SentencePiece model is a protocol buffer that opens with its first piece: field 1, a message.
        const byte FirstPiece = 0x0A;
        using var file = MappedFile.Open(path);
        using var lease = file.Borrow();
        if (lease.Slice(0, 1)[0] != FirstPiece)
            throw new MalformedFileException(path, "byte 0", "this is no SentencePiece model (it does not begin with a piece)");

        return new ModelFileInfo { Path = path, Kind = ModelFileKind.SentencePiece, Description = "SentencePiece model", FileBytes = file.Length };
    }

    private static void CheckSyntax(string path)
    {
        using var file = MappedFile.Open(path);
        if (file.Length > MaxTokenizerBytes)
            throw new MalformedFileException(path, "", $"the file has {file.Length} bytes; at most {MaxTokenizerBytes} are allowed for a file of this kind");

        using var lease = file.Borrow();
        BoundedJson.CheckSyntax(lease.Slice(0, (int)file.Length), path, TokenizerDepth);
    }

    private static string Shown(JsonNode? node) => node switch
    {
        null => "null",
        JsonValue value when value.TryGetValue(out string? text) => text,
        JsonArray { Count: > 16 } array => $"array of {array.Count}",
        JsonObject { Count: > 16 } json => $"object of {json.Count}",
        _ => node.ToJsonString(),
    };

    private static string Cut(string text)
    {
        var shown = text.Length > MaxShownText ? string.Concat(text.AsSpan(0, MaxShownText), "…") : text;
        return FileChecks.ReplaceControls(shown, ' ');
    }

    private static long Times(long a, long b) => Math.BigMul(a, b, out var low) == 0 && low >= 0 ? low : long.MaxValue;

    private static long Plus(long a, long b) => a > long.MaxValue - b ? long.MaxValue : a + b;
}
