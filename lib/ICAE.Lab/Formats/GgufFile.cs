using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace ICAE.Lab.Formats;

/// <summary>
/// One GGUF file of version 2 or 3, memory-mapped, under the names and in the row order of the file (<see cref="GgufModelSource"/> gives
/// Hugging Face's). The header is checked when the file is opened. Tensors of a type that cannot be decoded are listed, and refused
/// when they are loaded.
/// </summary>
public sealed class GgufFile : ITensorSource
{
    private const int MaxTensors = 50_000;
    private const int MaxEntries = 10_000;
    private const int MaxArrayValues = 4_000_000;
    private const long MaxMetadataTextBytes = 16 << 20;
    private const int MaxNameCharacters = 256;
    private const int MaxRank = 4;
    private const long MaxAlignment = 1 << 20;
    private const long LeastTensorBytes = 8 + 4 + 4 + 8;
    private const long LeastEntryBytes = 8 + 4 + 1;

    private readonly MappedFile _file;
    private readonly Dictionary<string, Entry> _entries = new(StringComparer.Ordinal);
    private int _arrayValues;

    private GgufFile(MappedFile file)
    {
        _file = file;
        Metadata = new GgufMetadata(file.Path);
        using var lease = file.Borrow();
        var cursor = new GgufCursor(file, lease);
        var (version, tensorCount, entryCount) = ReadCounts(cursor);
        Version = version;
        ReadMetadata(cursor, entryCount);
        Alignment = ReadAlignment();
        Tensors = ReadTensors(cursor, tensorCount);
    }

    /// <inheritdoc/>
    public string Path => _file.Path;

    /// <summary>The format's version: 2 or 3.</summary>
    public int Version { get; }

    /// <summary>The file's key-value pairs.</summary>
    public GgufMetadata Metadata { get; }

    /// <summary>The file's length in bytes.</summary>
    public long Length => _file.Length;

    /// <summary>Tensors begin at multiples of this many bytes.</summary>
    public int Alignment { get; }

    /// <inheritdoc/>
    public IReadOnlyList<TensorDescriptor> Tensors { get; }

    /// <summary>Opens a file and checks its header.</summary>
    /// <param name="path">The file.</param>
    /// <returns>The open file.</returns>
    /// <exception cref="MalformedFileException">There is no such file, or it is no sound GGUF file of version 2 or 3.</exception>
    public static GgufFile Open(string path)
    {
        var file = MappedFile.Open(path);
        try
        {
            return new GgufFile(file);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public bool TryDescribe(string name, [NotNullWhen(true)] out TensorDescriptor? descriptor)
    {
        descriptor = _entries.TryGetValue(name, out var entry) ? entry.Descriptor : null;
        return descriptor is not null;
    }

    /// <inheritdoc/>
    public Tensor Load(string name, ScalarType? dtype = null, Device? device = null)
    {
        var (descriptor, type, begin) = Find(name);
        var loaded = LoadedType(type.Name);
        var shape = descriptor.Shape.ToArray();
        var target = device ?? CPU;
        if (target.type == TorchSharp.DeviceType.META)
            return empty(shape, dtype: dtype ?? loaded, device: target);

        using var scope = NewDisposeScope();
        var tensor = empty(shape, dtype: loaded, device: CPU);
        using (var lease = _file.Borrow())
        {
            var bytes = lease;
            var isPlain = IsPlain(type.Name);
            var elementBytes = isPlain ? type.Bytes : sizeof(float);
            TensorMemory.Visit(tensor, (offset, piece) =>
            {
                var source = bytes.Slice(
                    begin + offset / elementBytes / type.Elements * type.Bytes, piece.Length / elementBytes / type.Elements * type.Bytes);
                if (isPlain)
                    source.CopyTo(piece);
                else
                    GgufDequantizer.Decode(type, source, MemoryMarshal.Cast<byte, float>(piece));
            });
        }

        return tensor.to(dtype ?? loaded, target).MoveToOuterDisposeScope();
    }

    /// <summary>Reads a small tensor's values without the native library.</summary>
    /// <param name="name">The tensor, of a type that can be decoded to float32.</param>
    /// <returns>Its values in the file's order.</returns>
    /// <exception cref="MalformedFileException">There is no such tensor, or its type cannot be decoded to float32.</exception>
    public float[] ReadValues(string name)
    {
        var (descriptor, type, begin) = Find(name);
        if (!GgufDequantizer.Supports(type.Name) || descriptor.ByteLength > Array.MaxLength / 4)
            throw Refuse(descriptor);

        using var lease = _file.Borrow();
        var values = new float[descriptor.ByteLength / type.Bytes * type.Elements];
        GgufDequantizer.Decode(type, lease.Slice(begin, (int)descriptor.ByteLength), values);
        return values;
    }

    /// <summary>Closes the file. Tensors that were loaded stay as they are.</summary>
    public void Dispose() => _file.Dispose();

    private static bool IsPlain(string type) => type is "F32" or "F16" or "BF16" or "F64" or "I8" or "I16" or "I32" or "I64";

    private static ScalarType LoadedType(string type) => type switch
    {
        "F16" => ScalarType.Float16,
        "BF16" => ScalarType.BFloat16,
        "F64" => ScalarType.Float64,
        "I8" => ScalarType.Int8,
        "I16" => ScalarType.Int16,
        "I32" => ScalarType.Int32,
        "I64" => ScalarType.Int64,
        _ => ScalarType.Float32,
    };

    private Entry Find(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        if (!_entries.TryGetValue(name, out var entry))
            throw new MalformedFileException(Path, "", $"the file has no tensor {FileChecks.Quote(name)}");

        return IsPlain(entry.Type.Name) || GgufDequantizer.Supports(entry.Type.Name) ? entry : throw Refuse(entry.Descriptor);
    }

    private MalformedFileException Refuse(TensorDescriptor tensor) =>
        new(Path, $"tensor {FileChecks.Quote(tensor.Name)}", $"its block type {tensor.StoredType} cannot be read by this library");

    private (int Version, int Tensors, int Entries) ReadCounts(GgufCursor cursor)
    {
        const uint Magic = 0x46554747;
        if (cursor.UInt32() != Magic)
            throw new MalformedFileException(Path, "byte 0", "the file does not begin with 'GGUF'");

        var version = cursor.UInt32();
        if (version is not (2 or 3))
        {
            var cause = (version & 0xFFFF) == 0 && version != 0 ? "the file is for big-endian machines" : $"the file has version {version}; this library reads versions 2 and 3";
            throw new MalformedFileException(Path, "byte 4", cause);
        }

        var tensors = Count(cursor, "tensors", MaxTensors, LeastTensorBytes);
        var entries = Count(cursor, "metadata entries", MaxEntries, LeastEntryBytes);
        return ((int)version, tensors, entries);
    }

    private static int Count(GgufCursor cursor, string what, int most, long leastBytes)
    {
        var start = cursor.Position;
        var count = cursor.UInt64();
        if (count > (ulong)most)
            throw cursor.Bad($"{count} {what} are announced; at most {most} are allowed", start);

        if ((long)count * leastBytes > cursor.Remaining)
            throw cursor.Bad($"{count} {what} are announced, for which {cursor.Remaining} bytes are too few", start);

        return (int)count;
    }

    private void ReadMetadata(GgufCursor cursor, int count)
    {
        var textBytes = 0L;
        for (var i = 0; i < count; i++)
        {
            var start = cursor.Position;
            var key = ReadName(cursor, "a metadata key");
            var value = ReadValue(cursor, key);
            textBytes += value is GgufArray ? key.Length : cursor.Position - start;
            if (textBytes > MaxMetadataTextBytes)
                throw cursor.Bad($"the metadata hold more than {MaxMetadataTextBytes} bytes of text", start);

            if (!Metadata.TryAdd(key, value))
                throw cursor.Bad($"the metadata key {FileChecks.Quote(key)} appears twice", start);
        }
    }

    private object ReadValue(GgufCursor cursor, string key)
    {
        var start = cursor.Position;
        var type = (GgufValueType)cursor.UInt32();
        return type switch
        {
            GgufValueType.UInt8 => cursor.UInt8(),
            GgufValueType.Int8 => (sbyte)cursor.UInt8(),
            GgufValueType.UInt16 => cursor.UInt16(),
            GgufValueType.Int16 => (short)cursor.UInt16(),
            GgufValueType.UInt32 => cursor.UInt32(),
            GgufValueType.Int32 => (int)cursor.UInt32(),
            GgufValueType.Float32 => cursor.Float32(),
            GgufValueType.Bool => cursor.Bool(),
            GgufValueType.Text => cursor.Text(),
            GgufValueType.Array => ReadArray(cursor, key),
            GgufValueType.UInt64 => cursor.UInt64(),
            GgufValueType.Int64 => (long)cursor.UInt64(),
            GgufValueType.Float64 => cursor.Float64(),
            _ => throw cursor.Bad($"the metadata value of {FileChecks.Quote(key)} has the type {(uint)type}, which is not known", start),
        };
    }

    private GgufArray ReadArray(GgufCursor cursor, string key)
    {
        var start = cursor.Position;
        var type = (GgufValueType)cursor.UInt32();
        if (type == GgufValueType.Array)
            throw cursor.Bad($"the metadata value of {FileChecks.Quote(key)} is an array of arrays, which this library does not read", start);

        var size = SizeOf(type);
        if (size == 0)
            throw cursor.Bad($"the array {FileChecks.Quote(key)} has values of the type {(uint)type}, which is not known", start);

        var count = Count(cursor, $"values of {FileChecks.Quote(key)}", MaxArrayValues - _arrayValues, size);
        _arrayValues += count;
        var array = new GgufArray(_file, key, cursor.Position, type, count);
        if (type != GgufValueType.Text)
        {
            cursor.Skip((long)count * size);
            return array;
        }

        for (var i = 0; i < count; i++)
            _ = cursor.TextBytes();
        return array;
    }

    /// <summary>Bytes of a value; of a text those of its length; 0 where the type is not known.</summary>
    private static int SizeOf(GgufValueType type) => type switch
    {
        GgufValueType.UInt8 or GgufValueType.Int8 or GgufValueType.Bool => 1,
        GgufValueType.UInt16 or GgufValueType.Int16 => 2,
        GgufValueType.UInt32 or GgufValueType.Int32 or GgufValueType.Float32 => 4,
        GgufValueType.Text or GgufValueType.UInt64 or GgufValueType.Int64 or GgufValueType.Float64 => 8,
        _ => 0,
    };

    private int ReadAlignment()
    {
        const int Usual = 32;
        var alignment = Metadata.Whole("general.alignment") ?? Usual;
        if (alignment is < 1 or > MaxAlignment || !long.IsPow2(alignment))
            throw Metadata.Bad("general.alignment", $"{alignment} is no power of two from 1 to {MaxAlignment}");

        return (int)alignment;
    }

    private static string ReadName(GgufCursor cursor, string what)
    {
        var start = cursor.Position;
        var name = cursor.Text();
        if (name.Length is 0 or > MaxNameCharacters)
            throw cursor.Bad($"{what} has {name.Length} characters; 1 to {MaxNameCharacters} are allowed", start);

        return name;
    }

    private TensorDescriptor[] ReadTensors(GgufCursor cursor, int count)
    {
        var listed = new List<Listed>(count);
        var names = new HashSet<string>(count, StringComparer.Ordinal);
        for (var i = 0; i < count; i++)
        {
            var tensor = ReadTensor(cursor);
            if (!names.Add(tensor.Name))
                throw cursor.Bad($"two tensors are called {FileChecks.Quote(tensor.Name)}");

            listed.Add(tensor);
        }

        var dataStart = (cursor.Position + Alignment - 1) / Alignment * Alignment;
        Lay(listed, dataStart);
        return [.. listed.Select(tensor => _entries[tensor.Name].Descriptor)];
    }

    private Listed ReadTensor(GgufCursor cursor)
    {
        var name = ReadName(cursor, "a tensor's name");
        var rank = cursor.UInt32();
        if (rank > MaxRank)
            throw cursor.Bad($"tensor {FileChecks.Quote(name)} has {rank} dimensions; at most {MaxRank} are allowed");

        // The file gives the innermost size first.
        var shape = new long[rank];
        for (var i = shape.Length - 1; i >= 0; i--)
        {
            var size = cursor.UInt64();
            if (size > long.MaxValue)
                throw cursor.Bad($"tensor {FileChecks.Quote(name)} has a dimension of {size}, which does not fit into 63 bits");

            shape[i] = (long)size;
        }

        var type = GgufTypes.Of(cursor.UInt32());
        var start = cursor.Position;
        var offset = cursor.UInt64();
        if (offset > long.MaxValue || (long)offset % Alignment != 0)
            throw cursor.Bad($"the data of tensor {FileChecks.Quote(name)} begin at {offset}, which is no multiple of {Alignment}", start);

        return new Listed(name, type, shape, (long)offset, type.IsKnown ? ByteLength(cursor, name, type, shape) : 0);
    }

    private static long ByteLength(GgufCursor cursor, string name, GgufBlockType type, long[] shape)
    {
        var innermost = shape.Length == 0 ? 1 : shape[^1];
        if (innermost % type.Elements != 0)
            throw cursor.Bad($"tensor {FileChecks.Quote(name)} has rows of {innermost} elements, no multiple of the {type.Elements} in a block of {type.Name}");

        long[] sizes = shape.Length == 0 ? [1] : [.. shape[..^1], innermost / type.Elements];
        return FileChecks.Product(shape) is not null && FileChecks.Product(sizes, type.Bytes) is { } bytes
            ? bytes
            : throw cursor.Bad($"the size of tensor {FileChecks.Quote(name)}, {string.Join(" x ", shape)} of type {type.Name}, does not fit into 63 bits");
    }

    /// <summary>Checks that every tensor lies within the file and none overlaps another.</summary>
    private void Lay(List<Listed> listed, long dataStart)
    {
        var dataLength = Math.Max(0, _file.Length - dataStart);
        var sorted = listed.OrderBy(tensor => tensor.Offset).ThenBy(tensor => tensor.Bytes).ToArray();
        var end = 0L;
        for (var i = 0; i < sorted.Length; i++)
        {
            var tensor = sorted[i];
            var place = $"tensor {FileChecks.Quote(tensor.Name)}";
            if (tensor.Offset > dataLength || tensor.Bytes > dataLength - tensor.Offset)
            {
                throw new MalformedFileException(
                    Path, place, $"its {tensor.Bytes} bytes begin at byte {tensor.Offset} of the data, which has {dataLength} bytes (the file is cut short, or the offsets are wrong)");
            }

            if (tensor.Offset < end)
                throw new MalformedFileException(Path, place, $"its data begin at byte {tensor.Offset} and overlap those of another tensor, which end at {end}");

            // How long a tensor of an unknown type is only shows in where the next one begins.
            var next = i + 1 < sorted.Length ? Math.Min(sorted[i + 1].Offset, dataLength) : dataLength;
            var bytes = tensor.Type.IsKnown ? tensor.Bytes : next - tensor.Offset;
            end = tensor.Offset + tensor.Bytes;
            _entries.Add(tensor.Name, new Entry(new TensorDescriptor(tensor.Name, tensor.Type.Name, tensor.Shape, bytes), tensor.Type, dataStart + tensor.Offset));
        }
    }

    private readonly record struct Listed(string Name, GgufBlockType Type, long[] Shape, long Offset, long Bytes);

    private readonly record struct Entry(TensorDescriptor Descriptor, GgufBlockType Type, long Begin);
}
