using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using System.Text.Unicode;
using ICAE.Lab.Formats;
using ICAE.Lab.Jupyter;

namespace ICAE.Lab.Notebooks;

/// <summary>Reads notebooks within bounds, and says what is wrong with those that are none.</summary>
internal static partial class NotebookReader
{
    private const int MaxBytes = 256 << 20;
    private const int MaxDepth = 128;
    private static readonly HashSet<string> CellFields = ["cell_type", "id", "metadata", "source", "execution_count", "outputs"];

    public static NotebookDocument Read(string path)
    {
        try
        {
            using var file = File.OpenRead(path);
            if (file.Length > MaxBytes)
                throw Bad(path, null, $"it has {file.Length} bytes; at most {MaxBytes} are read");

            var bytes = new byte[file.Length];
            file.ReadExactly(bytes);
            return Parse(bytes, path);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            throw new NotebookException($"{path}: the notebook cannot be read: {error.Message.ReplaceLineEndings(" ")}", error);
        }
    }

    public static NotebookDocument Parse(ReadOnlyMemory<byte> json, string path)
    {
        var root = ParseJson(json, path);
        CheckVersion(root, path, out var minor);
        if (root["cells"] is not JsonArray cells)
            throw Bad(path, null, "there is no list of \"cells\"");

        var document = new NotebookDocument(Object(root["metadata"], path, null, "metadata"), Others(root, ["cells", "metadata", "nbformat", "nbformat_minor"]), minor);
        for (var number = 1; number <= cells.Count; number++)
            document.Cells.Add(Cell(cells[number - 1], path, number));

        GiveIds(document);
        return document;
    }

    /// <summary>Gives an id to cells that have none, or another's: from place and text, so that the same file gives the same ids.</summary>
    public static void GiveIds(NotebookDocument document)
    {
        var taken = new HashSet<string>();
        foreach (var (cell, index) in document.Cells.Select((cell, index) => (cell, index)))
        {
            if (PossibleId().IsMatch(cell.Id) && taken.Add(cell.Id))
                continue;

            for (var attempt = 0; ; attempt++)
            {
                var text = string.Create(CultureInfo.InvariantCulture, $"{index} {attempt} {cell.Source}");
                cell.Id = Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(text)))[..8];
                if (taken.Add(cell.Id))
                    break;
            }
        }
    }

    private static JsonObject ParseJson(ReadOnlyMemory<byte> json, string path)
    {
        var bytes = ByteOrderMark.Skip(json);
        if (!Utf8.IsValid(bytes.Span))
            throw Bad(path, null, "it is not UTF-8");

        try
        {
            using var document = JsonDocument.Parse(LoneSurrogates.Replace(bytes), new JsonDocumentOptions { MaxDepth = MaxDepth, AllowDuplicateProperties = false });
            return JsonFrame.Build(document.RootElement) as JsonObject ?? throw Bad(path, "line 1", "the outermost value is no object");
        }
        catch (JsonException error)
        {
            var place = error.LineNumber is { } line ? string.Create(CultureInfo.InvariantCulture, $"line {line + 1}, byte {error.BytePositionInLine + 1}") : null;
            var cut = error.Message.IndexOf(" LineNumber:", StringComparison.Ordinal);
            throw Bad(path, place, "it is not sound JSON: " + (cut < 0 ? error.Message : error.Message[..cut]).TrimEnd('.'), error);
        }
    }

    private static void CheckVersion(JsonObject root, string path, out int minor)
    {
        if (Whole(root["nbformat"]) is not { } major)
            throw Bad(path, null, "\"nbformat\" is no whole number: it is not a notebook");

        if (major != 4)
            throw Bad(path, null, $"its format is version {major}; only version 4 is read");

        minor = Whole(root["nbformat_minor"]) ?? throw Bad(path, null, "\"nbformat_minor\" is no whole number");
    }

    private static NotebookCell Cell(JsonNode? node, string path, int number)
    {
        var place = string.Create(CultureInfo.InvariantCulture, $"cell {number}");
        if (node is not JsonObject json)
            throw Bad(path, place, "it is no object");

        var kind = Text(json["cell_type"]) switch
        {
            "code" => NotebookCellKind.Code,
            "markdown" => NotebookCellKind.Markdown,
            "raw" => NotebookCellKind.Raw,
            _ => throw Bad(path, place, "\"cell_type\" is none of code, markdown, raw"),
        };
        var cell = new NotebookCell(kind, Joined(json["source"]) ?? throw Bad(path, place, "\"source\" is neither a text nor a list of texts"), Text(json["id"]) ?? "")
        {
            Metadata = Object(json["metadata"], path, place, "metadata"),
            OtherFields = Others(json, CellFields),
        };
        if (kind != NotebookCellKind.Code)
            return cell;

        cell.ExecutionCount = Whole(json["execution_count"]);
        if (json["outputs"] is not null and not JsonArray)
            throw Bad(path, place, "\"outputs\" is no list");

        foreach (var output in json["outputs"] as JsonArray ?? [])
            cell.Outputs.Add(Output(output, path, place));

        return cell;
    }

    private static JsonObject Output(JsonNode? node, string path, string place)
    {
        if (node is not JsonObject json || Text(json["output_type"]) is not { } type)
            throw Bad(path, place, "an output has no \"output_type\"");

        var output = (JsonObject)json.DeepClone();
        switch (type)
        {
            case "stream":
                output["text"] = Joined(json["text"]) ?? throw Bad(path, place, "the \"text\" of a stream is neither a text nor a list of texts");
                break;
            case "display_data" or "execute_result":
                var data = Object(json["data"], path, place, "data");
                foreach (var (mime, value) in data.ToArray())
                {
                    if (!IsJson(mime) && Joined(value) is { } text)
                        data[mime] = text;
                }

                output["data"] = data;
                break;
            case "error":
                if (json["traceback"] is not JsonArray)
                    throw Bad(path, place, "the \"traceback\" of an error is no list");

                break;
            default:
                throw Bad(path, place, "an \"output_type\" is none of stream, display_data, execute_result, error");
        }

        return output;
    }

    /// <summary>Whether content of a type is a JSON value and no text.</summary>
    public static bool IsJson(string mime) => mime == "application/json" || (mime.StartsWith("application/", StringComparison.Ordinal) && mime.EndsWith("+json", StringComparison.Ordinal));

    private static string? Joined(JsonNode? node)
    {
        if (node is JsonArray lines)
            return lines.All(line => Text(line) is not null) ? string.Concat(lines.Select(Text)) : null;

        return Text(node);
    }

    private static JsonObject Object(JsonNode? node, string path, string? place, string name) => node switch
    {
        null => [],
        JsonObject json => (JsonObject)json.DeepClone(),
        _ => throw Bad(path, place, $"\"{name}\" is no object"),
    };

    private static JsonObject Others(JsonObject json, HashSet<string> known) =>
        new(json.Where(field => !known.Contains(field.Key)).Select(field => KeyValuePair.Create(field.Key, field.Value?.DeepClone())));

    private static string? Text(JsonNode? node) => node?.GetValueKind() == JsonValueKind.String ? node.GetValue<string>() : null;

    private static int? Whole(JsonNode? node) => node is JsonValue value && value.GetValueKind() == JsonValueKind.Number && value.TryGetValue<int>(out var number) ? number : null;

    private static NotebookException Bad(string path, string? place, string cause, Exception? inner = null) =>
        new($"{path}: {(place is null ? "" : place + ": ")}{cause}.", inner);

    [GeneratedRegex(@"\A[a-zA-Z0-9_-]{1,64}\z")]
    private static partial Regex PossibleId();
}
