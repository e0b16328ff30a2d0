using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using System.Text.Unicode;
using static TorchSharp.torch;

namespace ICAE.Lab.Formats;

/// <summary>
/// A model in several safetensors files, with an index that says which tensor is in which. The index may name files of its own folder
/// only. All shards are opened, and their headers checked, when the index is.
/// </summary>
public sealed class ShardedSafetensors : ITensorSource
{
    private const int MaxShards = 2_000;
    private const int MaxIndexBytes = 16 << 20;
    private const int MaxEntries = 250_000;
    private const int MaxDepth = 16;

    private readonly IReadOnlyDictionary<string, SafetensorsFile> _shardOf;
    private readonly IReadOnlyDictionary<string, SafetensorsFile> _shards;

    private ShardedSafetensors(
        string path,
        IReadOnlyDictionary<string, SafetensorsFile> shards,
        IReadOnlyDictionary<string, SafetensorsFile> shardOf,
        IReadOnlyList<TensorDescriptor> tensors)
    {
        Path = path;
        _shards = shards;
        _shardOf = shardOf;
        Tensors = tensors;
    }

    /// <inheritdoc/>
    public string Path { get; }

    /// <summary>Every tensor that the index names, in its order.</summary>
    public IReadOnlyList<TensorDescriptor> Tensors { get; }

    /// <summary>The shards' file names, in the order in which the index first names them.</summary>
    public IReadOnlyList<string> Shards => [.. _shards.Keys];

    /// <summary>The length of all shards together, in bytes.</summary>
    public long Length => _shards.Values.Sum(shard => shard.Length);

    /// <summary>Opens an index and the shards that it names.</summary>
    /// <param name="path">The index, such as <c>model.safetensors.index.json</c>.</param>
    /// <returns>The open files.</returns>
    /// <exception cref="MalformedFileException">The index or a shard is missing or unsound, or they contradict each other.</exception>
    public static ShardedSafetensors Open(string path)
    {
        var map = ReadMap(path);
        var folder = System.IO.Path.GetDirectoryName(System.IO.Path.GetFullPath(path))!;
        var shards = new Dictionary<string, SafetensorsFile>(StringComparer.Ordinal);
        try
        {
            var shardOf = new Dictionary<string, SafetensorsFile>(map.Count, StringComparer.Ordinal);
            var tensors = new List<TensorDescriptor>(map.Count);
            foreach (var (tensor, fileName) in map)
            {
                if (!shards.TryGetValue(fileName, out var shard))
                    shards.Add(fileName, shard = OpenShard(path, folder, fileName, shards.Count));

                if (!shard.TryDescribe(tensor, out var descriptor))
                {
                    throw new MalformedFileException(
                        path, $"weight_map {FileChecks.Quote(tensor)}", $"the shard {FileChecks.Quote(fileName)} has no such tensor");
                }

                shardOf.Add(tensor, shard);
                tensors.Add(descriptor);
            }

            return new ShardedSafetensors(path, shards, shardOf, tensors);
        }
        catch
        {
            foreach (var shard in shards.Values)
                shard.Dispose();
            throw;
        }
    }

    /// <summary>Reads which tensor is in which file, without opening the shards.</summary>
    /// <param name="path">The index.</param>
    /// <returns>Tensor names and the file names of their shards, in the index's order; the file names are plain.</returns>
    /// <exception cref="MalformedFileException">The index is missing or unsound.</exception>
    public static IReadOnlyList<KeyValuePair<string, string>> ReadMap(string path)
    {
        using var file = MappedFile.Open(path);
        if (file.Length > MaxIndexBytes)
            throw new MalformedFileException(path, "", $"the file has {file.Length} bytes; at most {MaxIndexBytes} are allowed for a file of this kind");

        using var lease = file.Borrow();
        return new IndexParser(path, lease.Slice(0, (int)file.Length)).Parse();
    }

    /// <inheritdoc/>
    public bool TryDescribe(string name, [NotNullWhen(true)] out TensorDescriptor? descriptor)
    {
        descriptor = null;
        return _shardOf.TryGetValue(name, out var shard) && shard.TryDescribe(name, out descriptor);
    }

    /// <inheritdoc/>
    public Tensor Load(string name, ScalarType? dtype = null, Device? device = null)
    {
        ArgumentNullException.ThrowIfNull(name);
        return _shardOf.TryGetValue(name, out var shard)
            ? shard.Load(name, dtype, device)
            : throw new MalformedFileException(Path, "", $"the index names no tensor {FileChecks.Quote(name)}");
    }

    /// <summary>Closes all shards.</summary>
    public void Dispose()
    {
        foreach (var shard in _shards.Values)
            shard.Dispose();
    }

    private static SafetensorsFile OpenShard(string index, string folder, string fileName, int opened)
    {
        if (opened == MaxShards)
            throw new MalformedFileException(index, "weight_map", $"it names more than {MaxShards} files");

        var path = System.IO.Path.Combine(folder, fileName);
        if (!File.Exists(path))
            throw new MalformedFileException(index, "weight_map", $"the shard {FileChecks.Quote(fileName)} is not in the folder of the index");

        return SafetensorsFile.Open(path);
    }

    private static void RequirePlainName(string index, string tensor, string fileName)
    {
        var plain = fileName.Length is > 0 and <= 255
            && fileName is not ("." or "..")
            && !fileName.AsSpan().ContainsAny('/', '\\', ':')
            && !fileName.Any(char.IsControl);
        if (!plain)
        {
            throw new MalformedFileException(
                index, $"weight_map {FileChecks.Quote(tensor)}", $"the shard's name {FileChecks.Quote(fileName)} is not the plain name of a file in this folder");
        }

        Pickles.RefuseByName(System.IO.Path.Combine(System.IO.Path.GetDirectoryName(index) ?? "", fileName));
    }

    /// <summary>Reads the index without building a tree of it, which would be many times as large.</summary>
    private ref struct IndexParser(string path, ReadOnlySpan<byte> json)
    {
        private readonly ReadOnlySpan<byte> _json = json;
        private Utf8JsonReader _reader = new(json, new JsonReaderOptions { MaxDepth = MaxDepth });

        public List<KeyValuePair<string, string>> Parse()
        {
            if (!Utf8.IsValid(_json))
                throw new MalformedFileException(path, "", "the JSON is not UTF-8");

            try
            {
                return ParseOutermost();
            }
            catch (Exception error) when (error is JsonException or InvalidOperationException)
            {
                throw BoundedJson.Bad(path, _json, _reader.BytesConsumed, JsonCause.Of(error), error);
            }
        }

        private List<KeyValuePair<string, string>> ParseOutermost()
        {
            _reader.Read();
            if (_reader.TokenType != JsonTokenType.StartObject)
                throw Bad("the outermost value is no object");

            List<KeyValuePair<string, string>>? map = null;
            while (_reader.Read() && _reader.TokenType == JsonTokenType.PropertyName)
            {
                var isMap = _reader.ValueTextEquals("weight_map"u8);
                _reader.Read();
                if (!isMap)
                    _reader.Skip();
                else if (map is null)
                    map = ParseMap();
                else
                    throw Bad("the key 'weight_map' appears twice");
            }

            while (_reader.Read())
            {
                // What follows the object is no JSON, which the reader says.
            }

            if (map is null)
                throw new MalformedFileException(path, "", "there is no object weight_map (no index of safetensors shards)");

            return map.Count > 0 ? map : throw new MalformedFileException(path, "weight_map", "it names no tensors");
        }

        private List<KeyValuePair<string, string>> ParseMap()
        {
            if (_reader.TokenType != JsonTokenType.StartObject)
                throw Bad("weight_map is no object");

            var map = new List<KeyValuePair<string, string>>();
            var names = new HashSet<string>(StringComparer.Ordinal);
            var shard = "";
            while (_reader.Read() && _reader.TokenType == JsonTokenType.PropertyName)
            {
                var tensor = _reader.GetString()!;
                if (!names.Add(tensor))
                    throw Bad($"the tensor {FileChecks.Quote(tensor)} appears twice");

                if (names.Count > MaxEntries)
                    throw Bad($"there are more than {MaxEntries} tensors");

                _reader.Read();
                if (_reader.TokenType != JsonTokenType.String)
                    throw new MalformedFileException(path, $"weight_map {FileChecks.Quote(tensor)}", "the shard's name is no string");

                // Neighbours mostly share a shard, and then one string.
                if (map.Count == 0 || !_reader.ValueTextEquals(shard))
                {
                    shard = _reader.GetString()!;
                    RequirePlainName(path, tensor, shard);
                }

                map.Add(new(tensor, shard));
            }

            return map;
        }

        private readonly MalformedFileException Bad(string cause) => BoundedJson.Bad(path, _json, _reader.BytesConsumed, cause);
    }
}
