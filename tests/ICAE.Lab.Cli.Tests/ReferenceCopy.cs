using System.Buffers.Binary;
using System.IO.Compression;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace ICAE.Lab.Cli.Tests;

/// <summary>A copy of a folder of reference values that a test may damage.</summary>
internal sealed class ReferenceCopy : IDisposable
{
    private readonly string _root = Path.Combine(Path.GetTempPath(), $"icae-cli-{Guid.NewGuid():n}");

    public ReferenceCopy(params string[] parts)
    {
        Folder = Path.Combine(_root, parts[^1]);
        Directory.CreateDirectory(Folder);
        foreach (var file in Directory.GetFiles(Find(parts)))
            Copy(file);
    }

    public string Folder { get; }

    /// <summary>The path of a file or folder of reference values beside the tests.</summary>
    public static string Find(params string[] parts) => Path.Combine([AppContext.BaseDirectory, "Reference", .. parts]);

    public string File(string name) => Path.Combine(Folder, name);

    /// <summary>Adds a number to one value of a float32 tensor.</summary>
    public void Shift(string file, string tensor, int index, float by)
    {
        var bytes = System.IO.File.ReadAllBytes(File(file));
        var (begin, _) = Locate(bytes, tensor);
        var place = bytes.AsSpan(begin + (index * sizeof(float)));
        BinaryPrimitives.WriteSingleLittleEndian(place, BinaryPrimitives.ReadSingleLittleEndian(place) + by);
        System.IO.File.WriteAllBytes(File(file), bytes);
    }

    /// <summary>Writes another value into an int64 tensor.</summary>
    public void Set(string file, string tensor, int index, long value)
    {
        var bytes = System.IO.File.ReadAllBytes(File(file));
        var (begin, _) = Locate(bytes, tensor);
        BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(begin + (index * sizeof(long))), value);
        System.IO.File.WriteAllBytes(File(file), bytes);
    }

    /// <summary>Changes a JSON file.</summary>
    public void Edit(string file, Action<JsonNode> change)
    {
        var json = JsonNode.Parse(System.IO.File.ReadAllBytes(File(file)))!;
        change(json);
        System.IO.File.WriteAllText(File(file), json.ToJsonString());
    }

    public void Dispose() => Directory.Delete(_root, recursive: true);

    private static (int Begin, int End) Locate(byte[] bytes, string tensor)
    {
        var length = (int)BinaryPrimitives.ReadInt64LittleEndian(bytes);
        using var header = JsonDocument.Parse(bytes.AsMemory(sizeof(long), length));
        var offsets = header.RootElement.GetProperty(tensor).GetProperty("data_offsets");
        return (sizeof(long) + length + offsets[0].GetInt32(), sizeof(long) + length + offsets[1].GetInt32());
    }

    private void Copy(string file)
    {
        var name = Path.GetFileName(file);
        if (!name.EndsWith(".gz", StringComparison.Ordinal))
        {
            System.IO.File.Copy(file, File(name));
            return;
        }

        using var source = new GZipStream(System.IO.File.OpenRead(file), CompressionMode.Decompress);
        using var target = System.IO.File.Create(File(name[..^".gz".Length]));
        source.CopyTo(target);
    }
}
