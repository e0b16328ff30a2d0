using System.Buffers.Binary;
using System.Text;
using System.Text.Unicode;

namespace ICAE.Lab.Formats;

/// <summary>Reads a GGUF header from its beginning on, and never past the end of the file.</summary>
internal sealed class GgufCursor(MappedFile file, MappedFile.Lease lease, long position = 0)
{
    private const int MaxTextBytes = 4 << 20;

    public long Position { get; private set; } = position;

    public long Remaining => file.Length - Position;

    public byte UInt8() => Take(1)[0];

    public ushort UInt16() => BinaryPrimitives.ReadUInt16LittleEndian(Take(2));

    public uint UInt32() => BinaryPrimitives.ReadUInt32LittleEndian(Take(4));

    public ulong UInt64() => BinaryPrimitives.ReadUInt64LittleEndian(Take(8));

    public float Float32() => BinaryPrimitives.ReadSingleLittleEndian(Take(4));

    public double Float64() => BinaryPrimitives.ReadDoubleLittleEndian(Take(8));

    public bool Bool() => UInt8() switch
    {
        0 => false,
        1 => true,
        var other => throw Bad($"a truth value is {other}, neither 0 nor 1"),
    };

    /// <summary>A text: its length in bytes, then UTF-8.</summary>
    public string Text()
    {
        var start = Position;
        var bytes = TextBytes();
        return Utf8.IsValid(bytes) ? Encoding.UTF8.GetString(bytes) : throw Bad("a text is not UTF-8", start);
    }

    /// <summary>The bytes of a text.</summary>
    public ReadOnlySpan<byte> TextBytes()
    {
        var start = Position;
        var length = UInt64();
        if (length > (ulong)Remaining)
            throw Bad($"a text of {length} bytes is announced, but {Remaining} bytes are left", start);

        if (length > MaxTextBytes)
            throw Bad($"a text of {length} bytes is announced; at most {MaxTextBytes} are allowed", start);

        return Take((int)length);
    }

    /// <summary>Passes over bytes that are known to be there.</summary>
    public void Skip(long bytes) => Position += bytes;

    public MalformedFileException Bad(string cause, long? at = null) => new(file.Path, $"byte {at ?? Position}", cause);

    private ReadOnlySpan<byte> Take(int count)
    {
        if (count > Remaining)
            throw Bad("the file ends within the header (cut short?)");

        var bytes = lease.Slice(Position, count);
        Position += count;
        return bytes;
    }
}
