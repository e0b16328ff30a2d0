using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using System.Text.Unicode;

namespace ICAE.Lab.Tokens;

/// <summary>Reads the fields of one protocol-buffer message. Nothing is allocated by a length before it was checked.</summary>
internal ref struct ProtoReader
{
    private readonly string _file;
    private readonly ReadOnlySpan<byte> _bytes;
    private readonly int _offset;
    private int _position;
    private int _wire;

    /// <summary>Begins to read.</summary>
    /// <param name="file">The file, for messages.</param>
    /// <param name="bytes">The message.</param>
    /// <param name="offset">Where it stands in the file.</param>
    public ProtoReader(string file, ReadOnlySpan<byte> bytes, int offset = 0)
    {
        _file = file;
        _bytes = bytes;
        _offset = offset;
    }

    /// <summary>The number of the field that was begun last.</summary>
    public int Field { get; private set; }

    /// <summary>Begins the next field.</summary>
    public bool Next()
    {
        if (_position == _bytes.Length)
            return false;
        var key = Varint();
        Field = (int)Math.Min(key >> 3, int.MaxValue);
        _wire = (int)(key & 7);
        return Field > 0 ? true : throw Wrong("a field has the number 0");
    }

    /// <summary>The field as a whole number.</summary>
    public long Whole()
    {
        Demand(0, "a whole number");
        return (long)Varint();
    }

    /// <summary>The field as a truth value.</summary>
    public bool Flag() => Whole() != 0;

    /// <summary>The field as a 32-bit float.</summary>
    public float Float32()
    {
        Demand(5, "a 32-bit number");
        return BinaryPrimitives.ReadSingleLittleEndian(Take(4));
    }

    /// <summary>The field as text.</summary>
    public string Text()
    {
        var bytes = Bytes();
        return Utf8.IsValid(bytes) ? Encoding.UTF8.GetString(bytes) : throw Wrong("a text is not UTF-8");
    }

    /// <summary>The field as bytes.</summary>
    public ReadOnlySpan<byte> Bytes()
    {
        Demand(2, "bytes");
        return Take(Varint());
    }

    /// <summary>The field as a message.</summary>
    public ProtoReader Message()
    {
        var bytes = Bytes();
        return new ProtoReader(_file, bytes, _offset + _position - bytes.Length);
    }

    /// <summary>Leaves the field aside.</summary>
    public void Skip()
    {
        switch (_wire)
        {
            case 0:
                Varint();
                break;
            case 1:
                Take(8);
                break;
            case 2:
                Take(Varint());
                break;
            case 5:
                Take(4);
                break;
            default:
                throw Wrong($"wire type {_wire} is not known");
        }
    }

    /// <summary>The error that something is wrong at the present place.</summary>
    public readonly MalformedFileException Wrong(string cause) =>
        new(_file, string.Create(CultureInfo.InvariantCulture, $"byte {_offset + _position}"), cause);

    private readonly void Demand(int wire, string name)
    {
        if (_wire != wire)
            throw Wrong($"field {Field} should be {name}, but has wire type {_wire}");
    }

    private ReadOnlySpan<byte> Take(ulong length)
    {
        if (length > (ulong)(_bytes.Length - _position))
            throw Wrong($"{length} bytes should follow, but {_bytes.Length - _position} do");
        _position += (int)length;
        return _bytes.Slice(_position - (int)length, (int)length);
    }

    private ulong Varint()
    {
        var value = 0UL;
        for (var shift = 0; shift < 64; shift += 7)
        {
            if (_position == _bytes.Length)
                throw Wrong("the file is cut short inside a number");
            var next = _bytes[_position++];
            value |= (ulong)(next & 0x7F) << shift;
            if (next < 0x80)
                return value;
        }

        throw Wrong("a number has more than ten bytes");
    }
}
