using System.Text;

namespace ICAE.Lab.Tests.Formats;

/// <summary>GGUF files put together piece by piece, sound or not.</summary>
internal sealed class RawGguf
{
    private readonly List<byte> _entries = [];
    private readonly List<byte> _infos = [];
    private readonly List<byte> _data = [];
    private readonly int _alignment;
    private long _entryCount;
    private long _tensorCount;

    public RawGguf(int alignment = 32) => _alignment = alignment;

    public uint Version { get; set; } = 3;

    public ulong? AnnouncedTensors { get; set; }

    public ulong? AnnouncedEntries { get; set; }

    public RawGguf Entry(string key, uint type, params byte[] value)
    {
        Text(_entries, key);
        _entries.AddRange(BitConverter.GetBytes(type));
        _entries.AddRange(value);
        _entryCount++;
        return this;
    }

    public RawGguf Entry(string key, string value) => Entry(key, 8, TextBytes(value));

    public RawGguf Entry(string key, uint value) => Entry(key, 4, BitConverter.GetBytes(value));

    public RawGguf Entry(string key, float value) => Entry(key, 6, BitConverter.GetBytes(value));

    public RawGguf Array(string key, uint elementType, ulong count, params byte[] values) =>
        Entry(key, 9, [.. BitConverter.GetBytes(elementType), .. BitConverter.GetBytes(count), .. values]);

    /// <summary>A float32 tensor; sizes outermost first.</summary>
    public RawGguf Tensor(string name, long[] shape, params float[] values) =>
        Tensor(name, 0, [.. shape.Select(size => (ulong)size)], [.. values.SelectMany(BitConverter.GetBytes)]);

    public RawGguf Tensor(string name, uint type, ulong[] shape, byte[] data, ulong? offset = null)
    {
        _data.AddRange(new byte[-_data.Count & (_alignment - 1)]);
        Text(_infos, name);
        _infos.AddRange(BitConverter.GetBytes((uint)shape.Length));
        foreach (var size in shape.Reverse())
            _infos.AddRange(BitConverter.GetBytes(size));
        _infos.AddRange(BitConverter.GetBytes(type));
        _infos.AddRange(BitConverter.GetBytes(offset ?? (ulong)_data.Count));
        _data.AddRange(data);
        _tensorCount++;
        return this;
    }

    public byte[] ToBytes()
    {
        var file = new List<byte>();
        file.AddRange("GGUF"u8);
        file.AddRange(BitConverter.GetBytes(Version));
        file.AddRange(BitConverter.GetBytes(AnnouncedTensors ?? (ulong)_tensorCount));
        file.AddRange(BitConverter.GetBytes(AnnouncedEntries ?? (ulong)_entryCount));
        file.AddRange(_entries);
        file.AddRange(_infos);
        file.AddRange(new byte[-file.Count & (_alignment - 1)]);
        file.AddRange(_data);
        return file.ToArray();
    }

    public static byte[] TextBytes(string text)
    {
        var stream = new List<byte>();
        Text(stream, text);
        return stream.ToArray();
    }

    private static void Text(List<byte> stream, string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        stream.AddRange(BitConverter.GetBytes((long)bytes.Length));
        stream.AddRange(bytes);
    }
}
