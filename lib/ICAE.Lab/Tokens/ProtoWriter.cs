using System.Buffers;
using System.Buffers.Binary;

namespace ICAE.Lab.Tokens;

/// <summary>Writes the fields of one protocol-buffer message.</summary>
internal sealed class ProtoWriter
{
    private readonly ArrayBufferWriter<byte> _buffer = new();

    /// <summary>A whole number.</summary>
    public void Whole(int field, long value)
    {
        Varint((ulong)field << 3);
        Varint((ulong)value);
    }

    /// <summary>A 32-bit float.</summary>
    public void Float32(int field, float value)
    {
        Varint(((ulong)field << 3) | 5);
        BinaryPrimitives.WriteSingleLittleEndian(_buffer.GetSpan(sizeof(float)), value);
        _buffer.Advance(sizeof(float));
    }

    /// <summary>Text, bytes or a message.</summary>
    public void Bytes(int field, ReadOnlySpan<byte> value)
    {
        Varint(((ulong)field << 3) | 2);
        Varint((ulong)value.Length);
        _buffer.Write(value);
    }

    /// <summary>The message.</summary>
    public byte[] ToArray() => _buffer.WrittenSpan.ToArray();

    private void Varint(ulong value)
    {
        while (value >= 0x80)
        {
            Write((byte)(value | 0x80));
            value >>= 7;
        }

        Write((byte)value);
    }

    private void Write(byte value)
    {
        _buffer.GetSpan(1)[0] = value;
        _buffer.Advance(1);
    }
}
