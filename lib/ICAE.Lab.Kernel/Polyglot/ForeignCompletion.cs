using System.Text.Json.Nodes;
using ICAE.Lab.Kernel.Language;

namespace ICAE.Lab.Kernel.Polyglot;

/// <summary>Reads another kernel's <c>complete_reply</c>.</summary>
internal static class ForeignCompletion
{
    /// <summary>Reads a reply.</summary>
    /// <param name="reply">Its content.</param>
    /// <param name="code">The lines it is about.</param>
    /// <param name="position">The place in them, for a reply that names none.</param>
    public static Completion Read(JsonObject reply, string code, int position)
    {
        var known = Known(reply);
        var items = Texts(reply["matches"] as JsonArray).Select(text => known.GetValueOrDefault(text) ?? new CompletionItem(text, "", ""));
        return new Completion([.. items], Place(reply["cursor_start"], code, position), Place(reply["cursor_end"], code, position));
    }

    private static Dictionary<string, CompletionItem> Known(JsonObject reply)
    {
        var known = new Dictionary<string, CompletionItem>(StringComparer.Ordinal);
        foreach (var entry in ((reply["metadata"] as JsonObject)?["_jupyter_types_experimental"] as JsonArray ?? []).OfType<JsonObject>())
        {
            if (Text(entry["text"]) is { } text)
                known[text] = new CompletionItem(text, Text(entry["type"]) is { } kind and not "<unknown>" ? kind : "", Text(entry["signature"]) ?? "");
        }

        return known;
    }

    private static IEnumerable<string> Texts(JsonArray? texts) => (texts ?? []).Select(Text).OfType<string>();

    private static string? Text(JsonNode? node) => node is JsonValue value && value.TryGetValue<string>(out var text) ? text : null;

    private static int Place(JsonNode? node, string code, int otherwise) =>
        node is JsonValue value && value.TryGetValue<int>(out var place) ? CodePoints.ToIndex(code, place) : otherwise;
}
