using System.Text.Json.Nodes;

namespace ICAE.Lab.Kernel.Language;

/// <summary>One thing to show, in several forms.</summary>
/// <param name="Data">Content by MIME type: text, base64 of a picture, or JSON.</param>
internal sealed record MimeBundle(IReadOnlyDictionary<string, string> Data)
{
    public static MimeBundle Of(string mimeType, string content) => new(new Dictionary<string, string> { [mimeType] = content });

    /// <summary>The content as the protocol has it: JSON as JSON, all else as text.</summary>
    public JsonObject ToJson()
    {
        var json = new JsonObject();
        foreach (var (mimeType, content) in Data)
            json[mimeType] = IsJson(mimeType) ? Parse(content) : JsonValue.Create(content);

        return json;
    }

    private static bool IsJson(string mimeType) => mimeType == "application/json" || mimeType.EndsWith("+json", StringComparison.Ordinal);

    private static JsonNode? Parse(string content)
    {
        try
        {
            return JsonNode.Parse(content);
        }
        catch (System.Text.Json.JsonException)
        {
            return JsonValue.Create(content);
        }
    }
}
