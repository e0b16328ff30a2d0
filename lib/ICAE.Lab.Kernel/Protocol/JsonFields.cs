using System.Text.Json.Nodes;

namespace ICAE.Lab.Kernel.Protocol;

/// <summary>Fields of a message's content. A field that is absent or of another type counts as not given.</summary>
internal static class JsonFields
{
    public static string Text(this JsonObject content, string name) => content[name] is JsonValue value && value.TryGetValue<string>(out var text) ? text : "";

    public static bool Flag(this JsonObject content, string name, bool otherwise) => content[name] is JsonValue value && value.TryGetValue<bool>(out var flag) ? flag : otherwise;

    public static int? Number(this JsonObject content, string name) => content[name] is JsonValue value && value.TryGetValue<int>(out var number) ? number : null;

    public static JsonObject Ok(params (string Name, JsonNode? Value)[] fields)
    {
        var content = new JsonObject { ["status"] = "ok" };
        foreach (var (name, value) in fields)
            content[name] = value;

        return content;
    }

    public static JsonArray Texts(IEnumerable<string> texts) => [.. texts.Select(text => (JsonNode?)JsonValue.Create(text))];
}
