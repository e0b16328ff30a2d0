using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Unicode;

namespace ICAE.Lab.Jupyter;

/// <summary>JSON objects from and to the bytes of a frame or a small file.</summary>
internal static class JsonFrame
{
    private static readonly JsonWriterOptions WriterOptions = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true, MaxDepth = 1000 };

    /// <summary>
    /// Parses an object, all of it at once, so that what is wrong in it comes out here and several threads can read it afterwards. Half
    /// surrogate pairs, which kernels write when a program prints them, become U+FFFD.
    /// </summary>
    public static bool TryParse(ReadOnlyMemory<byte> bytes, int maxDepth, out JsonObject json, out string fault)
    {
        json = [];
        if (!Utf8.IsValid(bytes.Span))
        {
            fault = "it is not UTF-8";
            return false;
        }

        var options = new JsonDocumentOptions { MaxDepth = maxDepth, AllowDuplicateProperties = false };
        try
        {
            using var document = JsonDocument.Parse(LoneSurrogates.Replace(bytes), options);
            if (document.RootElement.ValueKind != JsonValueKind.Object)
            {
                fault = "it is no JSON object";
                return false;
            }

            json = (JsonObject)Build(document.RootElement)!;
            fault = "";
            return true;
        }
        catch (JsonException error)
        {
            fault = "it is not sound JSON: " + error.Message.ReplaceLineEndings(" ");
            return false;
        }
    }

    /// <summary>The bytes of an object, as short as they can be.</summary>
    public static byte[] Write(JsonObject json)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer, WriterOptions))
            json.WriteTo(writer);

        return buffer.WrittenSpan.ToArray();
    }

    /// <summary>The tree of an element, whole and independent of its document.</summary>
    public static JsonNode? Build(JsonElement element)
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.Object:
                var built = new JsonObject();
                foreach (var property in element.EnumerateObject())
                    built.Add(property.Name, Build(property.Value));
                return built;
            case JsonValueKind.Array:
                var list = new JsonArray();
                foreach (var item in element.EnumerateArray())
                    list.Add(Build(item));
                return list;
            case JsonValueKind.String:
                return JsonValue.Create(element.GetString());
            case JsonValueKind.Null:
                return null;
            default:
                return JsonValue.Create(element.Clone());
        }
    }
}
