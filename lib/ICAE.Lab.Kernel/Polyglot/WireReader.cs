using System.Globalization;
using System.Numerics;
using System.Text.Json;

namespace ICAE.Lab.Kernel.Polyglot;

/// <summary>Reads the JSON of <see cref="WireWriter"/>, and JSON that users write, in which there are no marks.</summary>
internal static class WireReader
{
    private static readonly JsonDocumentOptions Options = new() { MaxDepth = 1000 };

    /// <summary>Reads a value.</summary>
    /// <exception cref="JsonException">It is no JSON.</exception>
    /// <exception cref="FormatException">A mark is not understood.</exception>
    public static SharedValue Read(string json)
    {
        using var document = JsonDocument.Parse(json, Options);
        return Node(document.RootElement, marked: true);
    }

    /// <summary>Reads JSON that a user has written.</summary>
    /// <exception cref="JsonException">It is no JSON.</exception>
    public static SharedValue ReadLiteral(string json)
    {
        using var document = JsonDocument.Parse(json, new JsonDocumentOptions { MaxDepth = SharedValue.MaxDepth });
        return Node(document.RootElement, marked: false);
    }

    private static SharedValue Node(JsonElement element, bool marked) => element.ValueKind switch
    {
        JsonValueKind.Null => new SharedScalar(null),
        JsonValueKind.True => new SharedScalar(true),
        JsonValueKind.False => new SharedScalar(false),
        JsonValueKind.String => new SharedScalar(element.GetString()),
        JsonValueKind.Number => Number(element.GetRawText()),
        JsonValueKind.Array => new SharedList([.. element.EnumerateArray().Select(item => Node(item, marked))]),
        _ => marked ? Marked(element) : Map(element),
    };

    private static SharedMap Map(JsonElement element)
    {
        // Of a name that stands there twice, the last counts, as in JavaScript.
        var entries = new Dictionary<string, SharedValue>(StringComparer.Ordinal);
        foreach (var property in element.EnumerateObject())
            entries[property.Name] = Node(property.Value, marked: false);

        return new SharedMap([.. entries]);
    }

    private static SharedScalar Number(string text) => text.AsSpan().ContainsAny('.', 'e', 'E')
        ? new SharedScalar(double.Parse(text, CultureInfo.InvariantCulture))
        : ClrReader.Whole(BigInteger.Parse(text, CultureInfo.InvariantCulture));

    private static SharedValue Marked(JsonElement element)
    {
        var kind = Text(element, WireTags.Kind);
        return kind switch
        {
            WireTags.Map => new SharedMap([.. Items(element, WireTags.Keys).Zip(Items(element, WireTags.Value), (key, item) => new KeyValuePair<string, SharedValue>(key.GetString()!, Node(item, marked: true)))]),
            WireTags.Array => new SharedArray(Block(element, Text(element, WireTags.Type), [.. Items(element, WireTags.Shape).Select(length => length.GetInt32())])),
            WireTags.Table => new SharedTable([.. Items(element, WireTags.Columns).Select(Column)]),
            _ => new SharedScalar(Scalar(kind, Text(element, WireTags.Value))),
        };
    }

    private static object Scalar(string kind, string text) => kind switch
    {
        WireTags.Float => text switch { "inf" => double.PositiveInfinity, "-inf" => double.NegativeInfinity, _ => double.NaN },
        WireTags.Int => BigInteger.Parse(text, CultureInfo.InvariantCulture),
        WireTags.Decimal => decimal.Parse(text, NumberStyles.Float, CultureInfo.InvariantCulture),
        WireTags.DateTime => SharedTime.Read(text),
        WireTags.Date => DateOnly.ParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture),
        _ => throw new FormatException($"\"{kind}\" is no kind of value."),
    };

    private static Array Block(JsonElement element, string type, int[] shape)
    {
        var bytes = element.GetProperty(WireTags.Value).GetBytesFromBase64();
        var size = type == WireTags.Bool ? sizeof(bool) : sizeof(long);
        if (bytes.Length != shape.Aggregate(1L, (product, length) => product * length) * size)
            throw new FormatException($"{bytes.Length} bytes are no {type} of shape [{string.Join(", ", shape)}].");

        return type switch
        {
            WireTags.Float64 => FlatArray.Create<double>(shape, bytes),
            WireTags.Int64 => FlatArray.Create<long>(shape, bytes),
            WireTags.Bool => FlatArray.Create<bool>(shape, bytes),
            _ => throw new FormatException($"\"{type}\" is no type of elements."),
        };
    }

    private static SharedColumn Column(JsonElement element)
    {
        var rows = element.GetProperty(WireTags.Rows).GetInt32();
        var missing = element.TryGetProperty(WireTags.Missing, out var mask) && mask.ValueKind == JsonValueKind.String
            ? Array.ConvertAll(mask.GetBytesFromBase64(), flag => flag != 0)
            : null;
        var type = Text(element, WireTags.Type);
        Array values = type switch
        {
            WireTags.Text => Items(element, WireTags.Value).Select(item => item.GetString()).ToArray(),
            WireTags.DateTime => Times((long[])Block(element, WireTags.Int64, [rows]), element.GetProperty(WireTags.Utc).GetBoolean(), missing),
            _ => Block(element, type, [rows]),
        };
        return new SharedColumn(Text(element, WireTags.Name), values, missing);
    }

    private static DateTime[] Times(long[] ticks, bool utc, bool[]? missing) =>
        [.. ticks.Select((tick, row) => missing is not null && missing[row] ? default : new DateTime(DateTime.UnixEpoch.Ticks + tick, utc ? DateTimeKind.Utc : DateTimeKind.Unspecified))];

    private static JsonElement.ArrayEnumerator Items(JsonElement element, string name) => element.GetProperty(name).EnumerateArray();

    private static string Text(JsonElement element, string name) => element.GetProperty(name).GetString()!;
}
