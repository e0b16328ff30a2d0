using System.Text.Json;
using ICAE.Lab.Formats;

namespace ICAE.Lab.Experiments.Verification;

/// <summary>A value in a reference file in JSON, with errors that name file and place.</summary>
/// <param name="Path">The file.</param>
/// <param name="Place">Where in the file; empty for the outermost value.</param>
/// <param name="Element">The value.</param>
internal readonly record struct ReferenceJson(string Path, string Place, JsonElement Element)
{
    /// <summary>The usual name of such a file.</summary>
    public const string FileName = "reference.json";

    private const int MaxBytes = 64 << 20;
    private const int MaxDepth = 32;

    /// <summary>Whether there is a value, null not counted.</summary>
    public bool HasValue => Element.ValueKind is not (JsonValueKind.Undefined or JsonValueKind.Null);

    public bool IsObject => Element.ValueKind == JsonValueKind.Object;

    public bool IsArray => Element.ValueKind == JsonValueKind.Array;

    /// <summary>A field; one without a value where the object does not have it.</summary>
    public ReferenceJson this[string name] =>
        new(Path, Place.Length == 0 ? name : $"{Place}.{name}", IsObject && Element.TryGetProperty(name, out var value) ? value : default);

    /// <summary>Reads a file.</summary>
    /// <exception cref="MalformedFileException">It is no JSON, too long, too deep, or has a key twice.</exception>
    public static ReferenceJson Read(string path)
    {
        var bytes = ByteOrderMark.Skip(FileChecks.ReadBounded(path, MaxBytes).AsMemory());
        try
        {
            using var document = JsonDocument.Parse(bytes, new JsonDocumentOptions { MaxDepth = MaxDepth, AllowDuplicateProperties = false });
            return new ReferenceJson(path, "", document.RootElement.Clone());
        }
        catch (InvalidOperationException error)
        {
            throw new MalformedFileException(path, "", "a key holds half of a surrogate pair", error);
        }
        catch (JsonException error)
        {
            throw new MalformedFileException(path, error.LineNumber is { } line ? $"line {line + 1}" : "", "this is no JSON that can be read: cut short, nested too deep, or a key twice", error);
        }
    }

    /// <summary>The names and values of an object.</summary>
    public IEnumerable<(string Name, ReferenceJson Value)> Fields()
    {
        if (!IsObject)
            throw Wrong("an object is expected");

        var (path, place) = (Path, Place);
        return Element.EnumerateObject().Select(field => (field.Name, new ReferenceJson(path, place.Length == 0 ? field.Name : $"{place}.{field.Name}", field.Value)));
    }

    /// <summary>The values of an array.</summary>
    public IReadOnlyList<ReferenceJson> Items()
    {
        if (!IsArray)
            throw Wrong("an array is expected");

        var (path, place) = (Path, Place);
        return [.. Element.EnumerateArray().Select((item, index) => new ReferenceJson(path, $"{place}[{index}]", item))];
    }

    public string Text()
    {
        try
        {
            return Element.ValueKind == JsonValueKind.String ? Element.GetString()! : throw Wrong("a text is expected");
        }
        catch (InvalidOperationException error)
        {
            throw new MalformedFileException(Path, Place, "the text holds half a surrogate pair", error);
        }
    }

    public double Number() => Element.ValueKind == JsonValueKind.Number && Element.TryGetDouble(out var number) && double.IsFinite(number)
        ? number
        : throw Wrong("a finite number is expected");

    public int Whole() => Element.ValueKind == JsonValueKind.Number && Element.TryGetInt32(out var whole) ? whole : throw Wrong("a whole number is expected");

    public bool Flag() => Element.ValueKind switch
    {
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        _ => throw Wrong("true or false is expected"),
    };

    public int[] Wholes() => [.. Items().Select(item => item.Whole())];

    public double[] Numbers() => [.. Items().Select(item => item.Number())];

    public MalformedFileException Wrong(string cause) => new(Path, Place, HasValue ? cause : "it is missing");
}
