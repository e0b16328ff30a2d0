using System.Buffers;
using System.Globalization;
using System.Numerics;
using System.Text;
using System.Text.Json;

namespace ICAE.Lab.Kernel.Polyglot;

/// <summary>Writes values as JSON; all of it ASCII.</summary>
internal sealed class WireWriter
{
    private readonly Utf8JsonWriter _json;

    private WireWriter(Utf8JsonWriter json) => _json = json;

    /// <summary>Writes a value.</summary>
    /// <exception cref="NotShareableException">It is too large.</exception>
    public static string Write(SharedValue value)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { MaxDepth = 1000, SkipValidation = true }))
            new WireWriter(json).Node(value);

        return buffer.WrittenCount <= SharedValue.MaxBytes ? Encoding.ASCII.GetString(buffer.WrittenSpan) : throw SharedValue.TooLarge();
    }

    private void Node(SharedValue value)
    {
        if (_json.BytesCommitted + _json.BytesPending > SharedValue.MaxBytes)
            throw SharedValue.TooLarge();

        switch (value)
        {
            case SharedScalar scalar:
                Scalar(scalar.Value);
                break;
            case SharedList list:
                Nodes(list.Items);
                break;
            case SharedMap map:
                Map(map);
                break;
            case SharedArray array:
                Block(array.Values);
                break;
            case SharedTable table:
                Table(table);
                break;
        }
    }

    private void Scalar(object? value)
    {
        switch (value)
        {
            case null:
                _json.WriteNullValue();
                break;
            case bool flag:
                _json.WriteBooleanValue(flag);
                break;
            case long number:
                _json.WriteNumberValue(number);
                break;
            case string text:
                _json.WriteStringValue(text);
                break;
            case double number when double.IsFinite(number):
                _json.WriteRawValue(Digits(number), skipInputValidation: true);
                break;
            default:
                var (kind, written) = Tagged(value);
                Tag(kind, written);
                break;
        }
    }

    private static (string Kind, string Text) Tagged(object value) => value switch
    {
        double number => (WireTags.Float, double.IsNaN(number) ? "nan" : number > 0 ? "inf" : "-inf"),
        BigInteger number => (WireTags.Int, number.ToString(CultureInfo.InvariantCulture)),
        decimal number => (WireTags.Decimal, number.ToString(CultureInfo.InvariantCulture)),
        DateTime time => (WireTags.DateTime, SharedTime.Write(time)),
        DateTimeOffset time => (WireTags.DateTime, SharedTime.Write(time)),
        DateOnly date => (WireTags.Date, date.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)),
        _ => throw new InvalidOperationException($"{value.GetType()} is not known."),
    };

    private void Tag(string kind, string text)
    {
        _json.WriteStartObject();
        _json.WriteString(WireTags.Kind, kind);
        _json.WriteString(WireTags.Value, text);
        _json.WriteEndObject();
    }

    private void Nodes(IEnumerable<SharedValue> values)
    {
        _json.WriteStartArray();
        foreach (var value in values)
            Node(value);

        _json.WriteEndArray();
    }

    private void Map(SharedMap map)
    {
        _json.WriteStartObject();
        _json.WriteString(WireTags.Kind, WireTags.Map);
        _json.WriteStartArray(WireTags.Keys);
        foreach (var (key, _) in map.Entries)
            _json.WriteStringValue(key);

        _json.WriteEndArray();
        _json.WritePropertyName(WireTags.Value);
        Nodes(map.Entries.Select(entry => entry.Value));
        _json.WriteEndObject();
    }

    private void Block(Array values)
    {
        _json.WriteStartObject();
        _json.WriteString(WireTags.Kind, WireTags.Array);
        _json.WriteString(WireTags.Type, TypeName(values));
        _json.WriteStartArray(WireTags.Shape);
        for (var dimension = 0; dimension < values.Rank; dimension++)
            _json.WriteNumberValue(values.GetLength(dimension));

        _json.WriteEndArray();
        Base64(WireTags.Value, FlatArray.Bytes(values));
        _json.WriteEndObject();
    }

    private void Table(SharedTable table)
    {
        _json.WriteStartObject();
        _json.WriteString(WireTags.Kind, WireTags.Table);
        _json.WriteStartArray(WireTags.Columns);
        foreach (var column in table.Columns)
            Column(column);

        _json.WriteEndArray();
        _json.WriteEndObject();
    }

    private void Column(SharedColumn column)
    {
        _json.WriteStartObject();
        _json.WriteString(WireTags.Name, column.Name);
        _json.WriteString(WireTags.Type, TypeName(column.Values));
        _json.WriteNumber(WireTags.Rows, column.Values.Length);
        if (column.Missing is { } missing)
            Base64(WireTags.Missing, FlatArray.Bytes(missing));

        switch (column.Values)
        {
            case string?[] texts:
                _json.WritePropertyName(WireTags.Value);
                Nodes(texts.Select(text => new SharedScalar(text)));
                break;
            case DateTime[] times:
                _json.WriteBoolean(WireTags.Utc, SharedTime.AreUtc(times, column));
                Base64(WireTags.Value, FlatArray.Bytes(Array.ConvertAll(times, time => time.Ticks - DateTime.UnixEpoch.Ticks)));
                break;
            default:
                Base64(WireTags.Value, FlatArray.Bytes(column.Values));
                break;
        }

        _json.WriteEndObject();
    }

    private void Base64(string name, ReadOnlySpan<byte> bytes)
    {
        // Before it is written: the writer would first make room for all of it.
        if ((bytes.Length / 3 * 4L) + _json.BytesCommitted + _json.BytesPending > SharedValue.MaxBytes)
            throw SharedValue.TooLarge();

        _json.WriteBase64String(name, bytes);
    }

    private static string TypeName(Array values) => values.GetType().GetElementType() switch
    {
        { } type when type == typeof(double) => WireTags.Float64,
        { } type when type == typeof(long) => WireTags.Int64,
        { } type when type == typeof(bool) => WireTags.Bool,
        { } type when type == typeof(DateTime) => WireTags.DateTime,
        _ => WireTags.Text,
    };

    private static string Digits(double number)
    {
        var text = number.ToString("R", CultureInfo.InvariantCulture);
        return text.AsSpan().ContainsAny('.', 'E') ? text : text + ".0";
    }
}
