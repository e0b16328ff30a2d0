using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace ICAE.Lab.Jupyter;

/// <summary>How a kernel is started: the file <c>kernel.json</c> in a folder that has the kernel's name.</summary>
public sealed record KernelSpec
{
    /// <summary>The name of the file.</summary>
    public const string FileName = "kernel.json";

    private const string What = "the kernel spec";
    private const string ConnectionFilePlace = "{connection_file}";
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, IndentSize = 1, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The program and its arguments; <c>{connection_file}</c> and <c>{resource_dir}</c> stand for paths.</summary>
    public required IReadOnlyList<string> Arguments { get; init; }

    /// <summary>What a front end shows.</summary>
    public required string DisplayName { get; init; }

    /// <summary>The language, as <c>C#</c>.</summary>
    public required string Language { get; init; }

    /// <summary>How it is interrupted.</summary>
    public InterruptMode InterruptMode { get; init; }

    /// <summary>Environment variables it is started with, besides those of the starting process.</summary>
    public IReadOnlyDictionary<string, string> Environment { get; init; } = new Dictionary<string, string>();

    /// <summary>Whatever else is said about it.</summary>
    public JsonObject Metadata { get; init; } = [];

    /// <summary>The folder the spec was read from, where logos lie; empty for one that was not read.</summary>
    public string Folder { get; init; } = "";

    /// <summary>Who installed it, if it says so: the entry <c>origin</c> of its metadata.</summary>
    public string? Origin => Metadata["origin"] is JsonValue value && value.TryGetValue<string>(out var origin) ? origin : null;

    /// <summary>Reads a spec.</summary>
    /// <param name="folder">The folder of <c>kernel.json</c>.</param>
    /// <returns>The spec.</returns>
    /// <exception cref="JupyterException">There is none, or it is malformed.</exception>
    public static KernelSpec Read(string folder)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        var path = Path.Combine(folder, FileName);
        var json = SmallFile.Read(path, What);
        if (json["argv"] is not JsonArray argv || argv.Count == 0 || !argv.All(IsText))
            throw Bad(path, "\"argv\" is no list of texts");

        return new KernelSpec
        {
            Arguments = [.. argv.Select(item => item!.GetValue<string>())],
            DisplayName = Text(json, path, "display_name"),
            Language = Text(json, path, "language"),
            InterruptMode = Interrupt(json, path),
            Environment = Variables(json, path),
            Metadata = json["metadata"] is JsonObject metadata ? (JsonObject)metadata.DeepClone() : [],
            Folder = Path.GetFullPath(folder),
        };
    }

    /// <summary>Writes <c>kernel.json</c>.</summary>
    /// <param name="folder">The folder; it must exist.</param>
    /// <exception cref="JupyterException">It cannot be written.</exception>
    public void Write(string folder)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        var json = new JsonObject
        {
            ["argv"] = new JsonArray([.. Arguments.Select(argument => JsonValue.Create(argument))]),
            ["display_name"] = DisplayName,
            ["language"] = Language,
            ["interrupt_mode"] = InterruptMode == InterruptMode.Message ? "message" : "signal",
        };
        if (Environment.Count > 0)
            json["env"] = new JsonObject(Environment.Select(variable => KeyValuePair.Create<string, JsonNode?>(variable.Key, variable.Value)));

        json["metadata"] = Metadata.DeepClone();
        SmallFile.Write(Path.Combine(folder, FileName), json.ToJsonString(Indented) + "\n", secret: false);
    }

    /// <summary>The program and its arguments for one connection.</summary>
    internal IReadOnlyList<string> CommandLine(string connectionFile)
    {
        if (!Arguments.Any(argument => argument.Contains(ConnectionFilePlace, StringComparison.Ordinal)))
            throw new JupyterException($"{What} of \"{DisplayName}\" passes no {ConnectionFilePlace} to the program.");

        return [.. Arguments.Select(argument => argument
            .Replace(ConnectionFilePlace, connectionFile, StringComparison.Ordinal)
            .Replace("{resource_dir}", Folder, StringComparison.Ordinal))];
    }

    private static InterruptMode Interrupt(JsonObject json, string path) => json["interrupt_mode"] switch
    {
        null => InterruptMode.Signal,
        JsonValue value when value.TryGetValue<string>(out var mode) && mode == "signal" => InterruptMode.Signal,
        JsonValue value when value.TryGetValue<string>(out var mode) && mode == "message" => InterruptMode.Message,
        _ => throw Bad(path, "\"interrupt_mode\" is neither \"signal\" nor \"message\""),
    };

    private static Dictionary<string, string> Variables(JsonObject json, string path)
    {
        if (json["env"] is null)
            return [];

        if (json["env"] is not JsonObject variables || !variables.All(variable => IsText(variable.Value)))
            throw Bad(path, "\"env\" is no object of texts");

        return variables.ToDictionary(variable => variable.Key, variable => variable.Value!.GetValue<string>());
    }

    private static bool IsText(JsonNode? node) => node is JsonValue value && value.GetValueKind() == JsonValueKind.String;

    private static string Text(JsonObject json, string path, string name) =>
        IsText(json[name]) ? json[name]!.GetValue<string>() : throw Bad(path, $"\"{name}\" is no text");

    private static JupyterException Bad(string path, string cause) => new($"{path}: {What} cannot be used: {cause}.");
}
