using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using ICAE.Lab.Autoencoder;
using ICAE.Lab.Formats;
using ICAE.Lab.Models;
using ICAE.Lab.Tokens;
using Spectre.Console;

namespace ICAE.Lab.Cli.Commands;

/// <summary>Says what a model file or folder holds, from its headers alone; the native library is not loaded.</summary>
internal sealed class ModelsInfoCommand : IcaeCommand
{
    private const int TensorsShown = 12;

    private readonly Argument<string> _path = new("MODEL") { Description = "A file (safetensors, GGUF, an index, a configuration or tokenizer), a folder of a model or adapter, or a name in the store." };
    private readonly Option<bool> _all = new("--tensors") { Description = $"List every tensor, not only the first {TensorsShown}." };

    public ModelsInfoCommand()
        : base(
            "info",
            "Say what a model file or folder holds. Only headers and settings are read; a malformed file is refused with the place and the cause.",
            "icae models info model.safetensors",
            "icae models info SmolLM2-135M-Instruct.Q4_1.gguf --tensors",
            "icae models info runs/english/model --json")
    {
        Add(_path);
        Add(_all);
    }

    public override Task<int> RunAsync(Invocation invocation)
    {
        var given = invocation.Arguments.GetRequiredValue(_path);
        var info = WithOwnFacts(WithTokenizer(ModelFileInfo.Read(Path.Exists(given) ? given : ModelStore.Default.FindName(given) ?? given)));
        if (invocation.Terminal.IsJson)
            invocation.Terminal.WriteJson(Describe(info));
        else
            Print(info, invocation.Terminal.Console, invocation.Arguments.GetValue(_all) ? int.MaxValue : TensorsShown);

        return Task.FromResult(ExitCodes.Ok);
    }

    /// <summary>A tokenizer is read whole, as its loader reads it: whether its parts fit each other shows nowhere else.</summary>
    private static ModelFileInfo WithTokenizer(ModelFileInfo info)
    {
        if (info.Kind != ModelFileKind.SentencePiece && Path.GetFileName(info.Path) != TokenizerFile.JsonName)
            return info;

        try
        {
            var tokenizer = TokenizerFile.Load(info.Path);
            return info with { Metadata = [.. info.Metadata, new("vocabulary", tokenizer.VocabularySize.ToString(CultureInfo.InvariantCulture)), new("fingerprint", tokenizer.Fingerprint)] };
        }
        catch (ConfigurationException unsupported)
        {
            return info with { Metadata = [.. info.Metadata, new("not supported", unsupported.Message)] };
        }
    }

    /// <summary>What this library's own file in a folder adds: how an autoencoder compresses, and what a base learned.</summary>
    private static ModelFileInfo WithOwnFacts(ModelFileInfo info) => info.Kind switch
    {
        ModelFileKind.AdapterFolder when File.Exists(Path.Combine(info.Path, ModelStore.AutoencoderMarker)) => info with { Metadata = [.. info.Metadata, .. IcaeFolder.Describe(info.Path)] },
        ModelFileKind.ModelFolder => info with { Metadata = [.. info.Metadata, .. BaseModel.Describe(info.Path)] },
        _ => info,
    };

    private static JsonObject Describe(ModelFileInfo info)
    {
        var metadata = new JsonObject();
        foreach (var (name, value) in info.Metadata)
            metadata[name] = value;

        return new JsonObject
        {
            ["path"] = info.Path,
            ["kind"] = info.Kind.ToString(),
            ["description"] = info.Description,
            ["format_version"] = info.FormatVersion,
            ["file_bytes"] = info.FileBytes,
            ["tensor_bytes"] = info.TensorBytes,
            ["parameters"] = info.ParameterCount,
            ["metadata"] = metadata,
            ["tensors"] = new JsonArray([.. info.Tensors.Select(tensor => (JsonNode)new JsonObject
            {
                ["name"] = tensor.Name,
                ["type"] = tensor.StoredType,
                ["shape"] = new JsonArray([.. tensor.Shape.Select(size => (JsonNode)size)]),
                ["bytes"] = tensor.ByteLength,
            })]),
            ["ok"] = true,
        };
    }

    // A file's names are a stranger's: none may speak to the terminal.
    private static string Shown(string name) => string.Concat(name.Select(c => char.IsControl(c) ? '\uFFFD' : c));

    private static void Print(ModelFileInfo info, IAnsiConsole console, int tensors)
    {
        console.MarkupLineInterpolated($"[bold]{info.Path}[/]: {info.Description}");
        console.MarkupLineInterpolated(
            CultureInfo.InvariantCulture, $"{info.Tensors.Count} tensors, {info.ParameterCount:N0} values, {info.TensorBytes:N0} bytes of them in {info.FileBytes:N0} bytes of files");
        if (info.Metadata.Count > 0)
        {
            var table = new Table().Border(TableBorder.Simple).AddColumn("field").AddColumn("value");
            foreach (var (name, value) in info.Metadata)
                table.AddRow(Markup.Escape(name), Markup.Escape(value));

            console.Write(table);
        }

        if (info.Tensors.Count == 0)
            return;

        var list = new Table().Border(TableBorder.Simple).AddColumn("tensor").AddColumn("type").AddColumn("shape");
        foreach (var tensor in info.Tensors.Take(tensors))
            list.AddRow(Markup.Escape(Shown(tensor.Name)), Markup.Escape(tensor.StoredType), Markup.Escape($"[{string.Join(", ", tensor.Shape)}]"));

        console.Write(list);
        if (info.Tensors.Count > tensors)
            console.MarkupLineInterpolated($"[grey]and {info.Tensors.Count - tensors} more; --tensors lists them all[/]");
    }
}
