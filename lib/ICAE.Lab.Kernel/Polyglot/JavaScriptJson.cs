using System.Numerics;
using System.Text;
using System.Text.Json.Nodes;

namespace ICAE.Lab.Kernel.Polyglot;

/// <summary>
/// Values as JavaScript has them: NaN and infinities, for which JSON has no form, are null; whole numbers beyond 2^53 and decimals are texts,
/// so that no digit is lost; times are ISO texts; a table is an array of its rows, which are objects.
/// </summary>
internal static class JavaScriptJson
{
    private const long MaxSafe = (1L << 53) - 1;

    /// <summary>Makes the JSON.</summary>
    /// <exception cref="NotShareableException">It is too large.</exception>
    public static JsonNode? Write(SharedValue value)
    {
        var node = Node(value);
        return node is null || Encoding.UTF8.GetByteCount(node.ToJsonString()) <= SharedValue.MaxBytes ? node : throw SharedValue.TooLarge();
    }

    private static JsonNode? Node(SharedValue value) => value switch
    {
        SharedScalar scalar => Scalar(scalar.Value),
        SharedList list => new JsonArray([.. list.Items.Select(Node)]),
        SharedMap map => new JsonObject(map.Entries.Select(entry => KeyValuePair.Create(entry.Key, Node(entry.Value)))),
        SharedArray { Values.Rank: 1 } array => new JsonArray([.. Elements(array.Values).Select(Scalar)]),
        SharedArray array => new JsonArray([.. Elements(array.Values).Chunk(Math.Max(1, array.Values.GetLength(1))).Select(row => new JsonArray([.. row.Select(Scalar)]))]),
        SharedTable table => new JsonArray([.. Enumerable.Range(0, table.Columns.Count == 0 ? 0 : table.Columns[0].Values.Length).Select(row => Row(table, row))]),
        _ => throw new InvalidOperationException($"{value.GetType()} is not known."),
    };

    private static IEnumerable<object?> Elements(Array values) => values.Cast<object?>();

    private static JsonObject Row(SharedTable table, int row) => new(table.Columns.Select(column =>
        KeyValuePair.Create(column.Name, column.IsMissing(row) ? null : Scalar(column.Values.GetValue(row)))));

    private static JsonNode? Scalar(object? value) => value switch
    {
        null => null,
        bool flag => JsonValue.Create(flag),
        long number when number is >= -MaxSafe and <= MaxSafe => JsonValue.Create(number),
        double number => double.IsFinite(number) ? JsonValue.Create(number) : null,
        string text => JsonValue.Create(text),
        DateTime time => JsonValue.Create(Iso(SharedTime.Write(time))),
        DateTimeOffset time => JsonValue.Create(SharedTime.Write(time)),
        DateOnly date => JsonValue.Create(date.ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture)),
        BigInteger or long or decimal => JsonValue.Create(((IFormattable)value).ToString(null, System.Globalization.CultureInfo.InvariantCulture)),
        _ => throw new InvalidOperationException($"{value.GetType()} is not known."),
    };

    private static string Iso(string time) => time.Replace("+00:00", "Z", StringComparison.Ordinal);
}
