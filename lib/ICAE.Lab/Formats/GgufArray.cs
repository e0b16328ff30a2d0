namespace ICAE.Lab.Formats;

/// <summary>An array in a GGUF file's metadata. Its values are read when they are asked for, while the file is open.</summary>
public sealed class GgufArray
{
    private readonly MappedFile _file;
    private readonly long _start;
    private readonly string _key;

    internal GgufArray(MappedFile file, string key, long start, GgufValueType elementType, int count)
    {
        _file = file;
        _key = key;
        _start = start;
        ElementType = elementType;
        Count = count;
    }

    /// <summary>The type of every value.</summary>
    public GgufValueType ElementType { get; }

    /// <summary>How many values there are.</summary>
    public int Count { get; }

    /// <summary>Reads an array of texts.</summary>
    /// <param name="limit">How many to read at most, from the beginning.</param>
    /// <returns>The texts.</returns>
    /// <exception cref="MalformedFileException">The values are no texts, or one is not UTF-8.</exception>
    public string[] ReadTexts(int limit = int.MaxValue) =>
        ElementType == GgufValueType.Text ? Read(limit, static cursor => cursor.Text()) : throw Bad("is no array of texts");

    /// <summary>Reads an array of whole numbers of any width.</summary>
    /// <param name="limit">How many to read at most, from the beginning.</param>
    /// <returns>The numbers.</returns>
    /// <exception cref="MalformedFileException">The values are no whole numbers, or one is above 2^63 - 1.</exception>
    public long[] ReadWholes(int limit = int.MaxValue) => ElementType switch
    {
        GgufValueType.UInt8 => Read(limit, static cursor => (long)cursor.UInt8()),
        GgufValueType.Int8 => Read(limit, static cursor => (long)(sbyte)cursor.UInt8()),
        GgufValueType.UInt16 => Read(limit, static cursor => (long)cursor.UInt16()),
        GgufValueType.Int16 => Read(limit, static cursor => (long)(short)cursor.UInt16()),
        GgufValueType.UInt32 => Read(limit, static cursor => (long)cursor.UInt32()),
        GgufValueType.Int32 => Read(limit, static cursor => (long)(int)cursor.UInt32()),
        GgufValueType.Int64 => Read(limit, static cursor => (long)cursor.UInt64()),
        GgufValueType.UInt64 => Read(limit, cursor => cursor.UInt64() is var value and <= long.MaxValue ? (long)value : throw Bad("holds a number above 2^63 - 1")),
        _ => throw Bad("is no array of whole numbers"),
    };

    /// <summary>Reads an array of floats of either width.</summary>
    /// <param name="limit">How many to read at most, from the beginning.</param>
    /// <returns>The numbers.</returns>
    /// <exception cref="MalformedFileException">The values are no floats.</exception>
    public double[] ReadNumbers(int limit = int.MaxValue) => ElementType switch
    {
        GgufValueType.Float32 => Read(limit, static cursor => GgufMetadata.Widen(cursor.Float32())),
        GgufValueType.Float64 => Read(limit, static cursor => cursor.Float64()),
        _ => throw Bad("is no array of floats"),
    };

    /// <summary>What the array is, such as <c>Text[49152]</c>.</summary>
    /// <returns>Type and count.</returns>
    public override string ToString() => $"{ElementType}[{Count}]";

    private T[] Read<T>(int limit, Func<GgufCursor, T> read)
    {
        using var lease = _file.Borrow();
        var cursor = new GgufCursor(_file, lease, _start);
        var values = new T[Math.Min(limit, Count)];
        for (var i = 0; i < values.Length; i++)
            values[i] = read(cursor);
        return values;
    }

    private MalformedFileException Bad(string cause) => new(_file.Path, $"metadata {FileChecks.Quote(_key)}", $"it {cause} (but {this})");
}
