using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace ICAE.Lab.Notebooks;

/// <summary>Writes notebooks byte for byte as Jupyter does: keys in order, one space a level, long texts as lists of lines.</summary>
internal static class NotebookWriter
{
    public const int Minor = 5;

    public static string Write(NotebookDocument document)
    {
        NotebookReader.GiveIds(document);
        var root = (JsonObject)document.OtherFields.DeepClone();
        root["cells"] = new JsonArray([.. document.Cells.Select(Cell)]);
        root["metadata"] = document.Metadata.DeepClone();
        root["nbformat"] = 4;
        root["nbformat_minor"] = Math.Max(Minor, document.Minor);
        var text = new StringBuilder();
        Append(text, root, 0);
        return text.Append('\n').ToString();
    }

    private static JsonObject Cell(NotebookCell cell)
    {
        var json = (JsonObject)cell.OtherFields.DeepClone();
        json["cell_type"] = cell.Kind switch { NotebookCellKind.Code => "code", NotebookCellKind.Markdown => "markdown", _ => "raw" };
        json["id"] = cell.Id;
        json["metadata"] = cell.Metadata.DeepClone();
        json["source"] = Lines(cell.Source);
        if (cell.Kind == NotebookCellKind.Code)
        {
            json["execution_count"] = cell.ExecutionCount;
            json["outputs"] = new JsonArray([.. cell.Outputs.Select(Output)]);
        }

        return json;
    }

    private static JsonObject Output(JsonObject output)
    {
        var json = (JsonObject)output.DeepClone();
        if (json["text"] is JsonValue text && text.GetValueKind() == JsonValueKind.String)
            json["text"] = Lines(text.GetValue<string>());

        if (json["data"] is not JsonObject data)
            return json;

        foreach (var (mime, value) in data.ToArray())
        {
            var isText = mime.StartsWith("text/", StringComparison.Ordinal) || mime is "application/javascript" or "image/svg+xml";
            if (isText && value?.GetValueKind() == JsonValueKind.String)
                data[mime] = Lines(value.GetValue<string>());
        }

        return json;
    }

    private static JsonArray Lines(string text)
    {
        var lines = new JsonArray();
        for (var start = 0; start < text.Length;)
        {
            var end = text.IndexOf('\n', start);
            var next = end < 0 ? text.Length : end + 1;
            lines.Add(text[start..next]);
            start = next;
        }

        return lines;
    }

    private static void Append(StringBuilder text, JsonNode? node, int depth)
    {
        switch (node)
        {
            case JsonObject json:
                AppendItems(text, json.OrderBy(field => field.Key, StringComparer.Ordinal), '{', '}', depth, field =>
                {
                    AppendText(text, field.Key);
                    text.Append(": ");
                    Append(text, field.Value, depth + 1);
                });
                break;
            case JsonArray list:
                AppendItems(text, list, '[', ']', depth, item => Append(text, item, depth + 1));
                break;
            case null:
                text.Append("null");
                break;
            case var value when value.GetValueKind() == JsonValueKind.String:
                AppendText(text, value.GetValue<string>());
                break;
            default:
                text.Append(node.ToJsonString());
                break;
        }
    }

    private static void AppendItems<T>(StringBuilder text, IEnumerable<T> items, char open, char close, int depth, Action<T> append)
    {
        text.Append(open);
        var first = true;
        foreach (var item in items)
        {
            text.Append(first ? "\n" : ",\n").Append(' ', depth + 1);
            append(item);
            first = false;
        }

        if (!first)
            text.Append('\n').Append(' ', depth);

        text.Append(close);
    }

    private static void AppendText(StringBuilder text, string value)
    {
        text.Append('"');
        foreach (var character in value)
        {
            _ = character switch
            {
                '"' => text.Append("\\\""),
                '\\' => text.Append("\\\\"),
                '\n' => text.Append("\\n"),
                '\r' => text.Append("\\r"),
                '\t' => text.Append("\\t"),
                '\b' => text.Append("\\b"),
                '\f' => text.Append("\\f"),
                < ' ' => text.Append(CultureInfo.InvariantCulture, $"\\u{(int)character:x4}"),
                _ => text.Append(character),
            };
        }

        text.Append('"');
    }
}
