using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Numerics;
using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.Unicode;
using static TorchSharp.torch;

namespace ICAE.Lab.Formats;

/// <summary>
/// One safetensors file, memory-mapped. The whole header is checked when the file is opened: afterwards every tensor is known to lie
/// in the file, to overlap no other, and to have as many bytes as its shape and type say.
/// </summary>
/// <remarks>While the file is open, another may be renamed over it, but it must not be cut short in place.</remarks>
public sealed class SafetensorsFile : ITensorSource
{
    /// <summary>The largest header that is read, in bytes. The largest public models need about a tenth of it.</summary>
    public const int MaxHeaderBytes = 16 << 20;

    private const int LengthBytes = 8;
    private const int MaxTensors = 50_000;
    private const int MaxMetadataEntries = 10_000;
    private const int MaxRank = 32;
    private const int MaxDepth = 8;

    private readonly MappedFile _file;
    private readonly Dictionary<string, Entry> _entries;

    private SafetensorsFile(MappedFile file, Header header)
    {
        _file = file;
        _entries = header.Entries;
        Metadata = header.Metadata;
        Tensors = header.InFileOrder;
        DataOffset = header.DataOffset;
    }

    /// <inheritdoc/>
    public string Path => _file.Path;

    /// <inheritdoc/>
    public IReadOnlyList<TensorDescriptor> Tensors { get; }

    /// <summary>What the header's <c>__metadata__</c> holds; empty where there is none.</summary>
    public IReadOnlyDictionary<string, string> Metadata { get; }

    /// <summary>The file's length in bytes.</summary>
    public long Length => _file.Length;

    /// <summary>Where the tensors' bytes begin: the length of the header and of the number before it.</summary>
    public long DataOffset { get; }

    /// <summary>Opens a file and checks its header.</summary>
    /// <param name="path">The file.</param>
    /// <returns>The open file.</returns>
    /// <exception cref="MalformedFileException">There is no such file, or it is no sound safetensors file.</exception>
    public static SafetensorsFile Open(string path)
    {
        var file = MappedFile.Open(path);
        try
        {
            return new SafetensorsFile(file, ReadHeader(file));
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
    /// <remarks>
    /// U16 and U32 become int32 and int64; U64 becomes int64 and is refused where a value does not fit; both 8-bit float types become
    /// float32. On the meta device nothing is read.
    /// </remarks>
    public Tensor Load(string name, ScalarType? dtype = null, Device? device = null)
    {
        ArgumentNullException.ThrowIfNull(name);
        if (!_entries.TryGetValue(name, out var entry))
            throw new MalformedFileException(Path, "", $"the file has no tensor {FileChecks.Quote(name)}");

        var (descriptor, begin) = entry;
        var loaded = SafetensorsTypes.Loaded(descriptor.StoredType);
        var shape = descriptor.Shape.ToArray();
        var target = device ?? CPU;
        if (target.type == TorchSharp.DeviceType.META)
            return empty(shape, dtype: dtype ?? loaded, device: target);

        using var scope = NewDisposeScope();
        var tensor = empty(shape, dtype: loaded, device: CPU);
        using (var lease = _file.Borrow())
        {
            var bytes = lease;
            TensorMemory.Visit(tensor, (offset, piece) => Fill(bytes, descriptor, begin, offset, piece));
        }

        return tensor.to(dtype ?? loaded, target).MoveToOuterDisposeScope();
    }

    /// <summary>Closes the file. Tensors that were loaded stay as they are.</summary>
    public void Dispose() => _file.Dispose();

    private void Fill(MappedFile.Lease lease, TensorDescriptor descriptor, long begin, long offset, Span<byte> piece)
    {
        var stored = SafetensorsTypes.Bytes(descriptor.StoredType);
        var loaded = SafetensorsTypes.LoadedBytes(descriptor.StoredType);
        var source = lease.Slice(begin + offset / loaded * stored, piece.Length / loaded * stored);
        switch (descriptor.StoredType)
        {
            case "U16":
                Widen(MemoryMarshal.Cast<byte, ushort>(source), MemoryMarshal.Cast<byte, int>(piece));
                break;
            case "U32":
                Widen(MemoryMarshal.Cast<byte, uint>(source), MemoryMarshal.Cast<byte, long>(piece));
                break;
            case "F8_E4M3":
                LookUp(EightBitFloat.E4M3, source, MemoryMarshal.Cast<byte, float>(piece));
                break;
            case "F8_E5M2":
                LookUp(EightBitFloat.E5M2, source, MemoryMarshal.Cast<byte, float>(piece));
                break;
            case "U64":
                source.CopyTo(piece);
                if (MemoryMarshal.Cast<byte, long>(piece).ContainsAnyInRange(long.MinValue, -1))
                    throw Bad(descriptor.Name, "a U64 value is above 2^63 - 1, which torch cannot hold");

                break;
            case "BOOL":
                source.CopyTo(piece);
                if (piece.ContainsAnyExceptInRange((byte)0, (byte)1))
                    throw Bad(descriptor.Name, "a BOOL value is neither 0 nor 1");

                break;
            default:
                source.CopyTo(piece);
                break;
        }
    }

    private static void Widen<TFrom, TTo>(ReadOnlySpan<TFrom> source, Span<TTo> target)
        where TFrom : unmanaged, INumberBase<TFrom>
        where TTo : unmanaged, INumberBase<TTo>
    {
        for (var i = 0; i < target.Length; i++)
            target[i] = TTo.CreateTruncating(source[i]);
    }

    private static void LookUp(float[] values, ReadOnlySpan<byte> source, Span<float> target)
    {
        for (var i = 0; i < target.Length; i++)
            target[i] = values[source[i]];
    }

    private MalformedFileException Bad(string tensor, string cause) => new(Path, $"tensor {FileChecks.Quote(tensor)}", cause);

    private static Header ReadHeader(MappedFile file)
    {
        if (file.Length < LengthBytes)
            throw new MalformedFileException(file.Path, "", $"the file has {file.Length} bytes, too few for the length of a header");

        using var lease = file.Borrow();
        var length = BinaryPrimitives.ReadUInt64LittleEndian(lease.Slice(0, LengthBytes));
        if (length < 2)
            throw new MalformedFileException(file.Path, "byte 0", $"the header's length is given as {length}; it has 2 bytes at least");

        if (length > (ulong)(file.Length - LengthBytes))
        {
            throw new MalformedFileException(
                file.Path, "byte 0", $"the header's length is given as {length}, but only {file.Length - LengthBytes} bytes follow (cut short, or no safetensors file)");
        }

        if (length > MaxHeaderBytes)
            throw new MalformedFileException(file.Path, "byte 0", $"the header's length is given as {length}; at most {MaxHeaderBytes} are allowed");

        var json = lease.Slice(LengthBytes, (int)length);
        if (json[0] != (byte)'{')
            throw new MalformedFileException(file.Path, "byte 8", "the header does not begin with '{' (no safetensors file)");

        if (!Utf8.IsValid(json))
            throw new MalformedFileException(file.Path, "header", "it is not UTF-8");

        var parser = new HeaderParser(file.Path, json);
        parser.Parse();
        return Lay(file, LengthBytes + (long)length, parser);
    }

    /// <summary>Checks that the tensors cover the data from its first to its last byte, once.</summary>
    private static Header Lay(MappedFile file, long dataOffset, HeaderParser parser)
    {
        var dataLength = file.Length - dataOffset;

        // A stable sort: empty tensors share their place, and keep the order in which the header names them.
        var ranges = parser.Ranges.OrderBy(range => range.Begin).ThenBy(range => range.End).ToArray();
        var entries = new Dictionary<string, Entry>(ranges.Length, StringComparer.Ordinal);
        var inOrder = new TensorDescriptor[ranges.Length];
        var expected = 0L;
        for (var i = 0; i < ranges.Length; i++)
        {
            var (descriptor, begin, end) = ranges[i];
            var place = $"tensor {FileChecks.Quote(descriptor.Name)}";
            if (end > dataLength)
            {
                throw new MalformedFileException(
                    file.Path, place, $"its data ends at byte {end} of the data, which has {dataLength} bytes (the file is cut short, or the offsets are wrong)");
            }

            if (begin < expected)
                throw new MalformedFileException(file.Path, place, $"its data begins at byte {begin} and overlaps that of another tensor, which ends at {expected}");

            if (begin > expected)
                throw new MalformedFileException(file.Path, place, $"its data begins at byte {begin}; bytes {expected} to {begin - 1} belong to no tensor");

            expected = end;
            inOrder[i] = descriptor;
            entries.Add(descriptor.Name, new Entry(descriptor, dataOffset + begin));
        }

        if (expected != dataLength)
            throw new MalformedFileException(file.Path, $"byte {dataOffset + expected}", $"{dataLength - expected} bytes after the last tensor belong to none");

        return new Header(entries, inOrder, parser.Metadata, dataOffset);
    }

    private readonly record struct Entry(TensorDescriptor Descriptor, long Begin);

    private sealed record Header(
        Dictionary<string, Entry> Entries, TensorDescriptor[] InFileOrder, IReadOnlyDictionary<string, string> Metadata, long DataOffset);

    /// <summary>Reads the header's JSON without building a tree of it.</summary>
    private ref struct HeaderParser(string path, ReadOnlySpan<byte> json)
    {
        private readonly HashSet<string> _names = new(StringComparer.Ordinal);
        private readonly List<long> _sizes = [];
        private Utf8JsonReader _reader = new(json, new JsonReaderOptions { MaxDepth = MaxDepth });

        public List<(TensorDescriptor Descriptor, long Begin, long End)> Ranges { get; } = [];

        public Dictionary<string, string> Metadata { get; } = new(StringComparer.Ordinal);

        public void Parse()
        {
            try
            {
                Next();
                while (NextKey())
                {
                    var name = _reader.GetString()!;
                    if (!_names.Add(name))
                        throw Bad($"the key {FileChecks.Quote(name)} appears twice");

                    Next();
                    if (name == "__metadata__")
                        ParseMetadata();
                    else
                        ParseTensor(name);
                }

                if (_reader.Read())
                    throw Bad("something follows the header's object");
            }
            catch (Exception error) when (error is JsonException or InvalidOperationException)
            {
                throw new MalformedFileException(path, $"header, byte {_reader.BytesConsumed}", JsonCause.Of(error), error);
            }
        }

        private void ParseMetadata()
        {
            if (_reader.TokenType != JsonTokenType.StartObject)
                throw Bad("__metadata__ is no object");

            while (NextKey())
            {
                var key = _reader.GetString()!;
                Next();
                if (_reader.TokenType != JsonTokenType.String)
                    throw Bad($"the metadata value of {FileChecks.Quote(key)} is no string");

                if (Metadata.Count == MaxMetadataEntries)
                    throw Bad($"there are more than {MaxMetadataEntries} metadata entries");

                if (!Metadata.TryAdd(key, _reader.GetString()!))
                    throw Bad($"the metadata key {FileChecks.Quote(key)} appears twice");
            }
        }

        private void ParseTensor(string name)
        {
            if (Ranges.Count == MaxTensors)
                throw Bad($"there are more than {MaxTensors} tensors");

            if (_reader.TokenType != JsonTokenType.StartObject)
                throw Bad($"the entry of tensor {FileChecks.Quote(name)} is no object");

            string? type = null;
            long[]? shape = null;
            long[]? offsets = null;
            while (NextKey())
            {
                if (_reader.ValueTextEquals("dtype"u8))
                {
                    Once(type, name, "dtype");
                    Next();
                    if (_reader.TokenType != JsonTokenType.String)
                        throw Bad($"the dtype of tensor {FileChecks.Quote(name)} is no string");

                    type = KnownType(name);
                }
                else if (_reader.ValueTextEquals("shape"u8))
                {
                    Once(shape, name, "shape");
                    shape = ParseSizes(name, "shape");
                }
                else if (_reader.ValueTextEquals("data_offsets"u8))
                {
                    Once(offsets, name, "data_offsets");
                    offsets = ParseSizes(name, "data_offsets");
                }
                else
                {
                    Next();
                    _reader.Skip();
                }
            }

            if (type is null || shape is null || offsets is null)
            {
                var missing = type is null ? "dtype" : shape is null ? "shape" : "data_offsets";
                throw Bad($"the entry of tensor {FileChecks.Quote(name)} has no {missing}");
            }

            Add(name, type, shape, offsets);
        }

        private readonly void Add(string name, string type, long[] shape, long[] offsets)
        {
            if (offsets.Length != 2 || offsets[0] > offsets[1])
                throw Bad($"the data_offsets of tensor {FileChecks.Quote(name)} are not a beginning and an end");

            var bytes = FileChecks.Product(shape, SafetensorsTypes.Bytes(type));
            if (bytes is null)
                throw Bad($"the size of tensor {FileChecks.Quote(name)}, {string.Join(" x ", shape)} of type {type}, does not fit into 63 bits");

            var held = offsets[1] - offsets[0];
            if (bytes != held)
                throw Bad($"tensor {FileChecks.Quote(name)} needs {bytes} bytes ({string.Join(" x ", shape)} of type {type}), but its data_offsets span {held}");

            Ranges.Add((new TensorDescriptor(name, type, shape, held), offsets[0], offsets[1]));
        }

        private readonly string KnownType(string name)
        {
            foreach (var type in SafetensorsTypes.Names)
            {
                if (_reader.ValueTextEquals(type))
                    return type;
            }

            throw Bad($"tensor {FileChecks.Quote(name)} has the type {FileChecks.Quote(_reader.GetString()!)}, which this library does not know");
        }

        private long[] ParseSizes(string name, string field)
        {
            Next();
            if (_reader.TokenType != JsonTokenType.StartArray)
                throw Bad($"the {field} of tensor {FileChecks.Quote(name)} is no array");

            _sizes.Clear();
            while (true)
            {
                Next();
                if (_reader.TokenType == JsonTokenType.EndArray)
                    return [.. _sizes];

                if (_reader.TokenType != JsonTokenType.Number || !_reader.TryGetInt64(out var size) || size < 0)
                    throw Bad($"the {field} of tensor {FileChecks.Quote(name)} holds something other than whole numbers from 0 to 2^63 - 1");

                if (_sizes.Count == MaxRank)
                    throw Bad($"the {field} of tensor {FileChecks.Quote(name)} holds more than {MaxRank} numbers");

                _sizes.Add(size);
            }
        }

        private readonly void Once(object? value, string name, string field)
        {
            if (value is not null)
                throw Bad($"the entry of tensor {FileChecks.Quote(name)} has two {field} keys");
        }

        /// <summary>Moves to the next key of an object, or to its end.</summary>
        private bool NextKey()
        {
            Next();
            return _reader.TokenType == JsonTokenType.PropertyName;
        }

        private void Next()
        {
            if (!_reader.Read())
                throw Bad("it ends early");
        }

        private readonly MalformedFileException Bad(string cause) => new(path, $"header, byte {_reader.BytesConsumed}", cause);
    }
}
