using System.Text.Json;

namespace ICAE.Lab.Data;

/// <summary>One line of a JSON-lines file: an object whose fields are read with their types checked; errors name file, line and key.</summary>
internal sealed class JsonLine : IDisposable
{
    private static readonly JsonDocumentOptions Options = new() { MaxDepth = 16, AllowDuplicateProperties = false };
    private readonly JsonDocument _document;
    private readonly string _path;
    private readonly long _number;

    private JsonLine(JsonDocument document, string path, long number)
    {
        _document = document;
        _path = path;
        _number = number;
    }

    /// <summary>Reads the lines that are not blank. Each is disposed when the next one is asked for.</summary>
    public static IEnumerable<JsonLine> ReadAll(string path, int longestLine)
    {
        foreach (var (number, utf8) in LineReader.Read(path, longestLine))
        {
            if (utf8.Span.Trim(" \t"u8).IsEmpty)
                continue;
            using var line = Parse(path, number, utf8);
            yield return line;
        }
    }

    public long Number => _number;

    public void Dispose() => _document.Dispose();

    public string? Text(string key)
    {
        if (!TryGet(key, out var value))
            return null;
        if (value.ValueKind != JsonValueKind.String)
            throw Wrong($"\"{key}\" is {Describe(value)}, not a string");
        try
        {
            return value.GetString();
        }
        catch (InvalidOperationException error)
        {
            throw Wrong($"\"{key}\" holds half of a surrogate pair", error);
        }
    }

    public string RequiredText(string key) => Text(key) ?? throw Wrong($"the key \"{key}\" is missing");

    public int? Integer(string key)
    {
        if (!TryGet(key, out var value))
            return null;
        if (value.ValueKind != JsonValueKind.Number || !value.TryGetInt32(out var number))
            throw Wrong($"\"{key}\" is {Describe(value)}, not an integer");
        return number;
    }

    public int[]? Ids(string key, int? vocabularySize)
    {
        if (!TryGet(key, out var value))
            return null;
        if (value.ValueKind != JsonValueKind.Array)
            throw Wrong($"\"{key}\" is {Describe(value)}, not an array of ids");
        var ids = new int[value.GetArrayLength()];
        var count = 0;
        foreach (var item in value.EnumerateArray())
        {
            if (item.ValueKind != JsonValueKind.Number || !item.TryGetInt32(out var id) || id < 0)
                throw Wrong($"\"{key}\"[{count}] is {Describe(item)}, not an id");
            if (id >= vocabularySize)
                throw Wrong($"\"{key}\"[{count}] is {id}, outside the vocabulary of {vocabularySize}");
            ids[count++] = id;
        }
        return ids;
    }

    public MalformedFileException Wrong(string cause, Exception? inner = null) => new(_path, $"line {_number}", cause, inner);

    private static JsonLine Parse(string path, long number, ReadOnlyMemory<byte> utf8)
    {
        JsonDocument document;
        try
        {
            document = JsonDocument.Parse(utf8, Options);
        }
        catch (InvalidOperationException error)
        {
            throw new MalformedFileException(path, $"line {number}", "a key holds half of a surrogate pair", error);
        }
        catch (JsonException error)
        {
            throw new MalformedFileException(path, $"line {number}, byte {(error.BytePositionInLine ?? 0) + 1}",
                $"not valid JSON, nested deeper than {Options.MaxDepth} levels, or with a key twice", error);
        }
        var line = new JsonLine(document, path, number);
        if (document.RootElement.ValueKind == JsonValueKind.Object)
            return line;
        var wrong = line.Wrong($"the line is {Describe(document.RootElement)}, not a JSON object");
        line.Dispose();
        throw wrong;
    }

    private static string Describe(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Object => "an object",
        JsonValueKind.Array => "an array",
        JsonValueKind.String => "a string",
        JsonValueKind.Number when value.GetRawText() is { Length: <= 24 } raw => raw,
        JsonValueKind.Number => "a long number",
        JsonValueKind.True => "true",
        JsonValueKind.False => "false",
        _ => "null",
    };

    private bool TryGet(string key, out JsonElement value) =>
        _document.RootElement.TryGetProperty(key, out value) && value.ValueKind != JsonValueKind.Null;
}
