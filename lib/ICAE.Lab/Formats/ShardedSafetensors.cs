using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Nodes;
using static TorchSharp.torch;

namespace ICAE.Lab.Formats;

/// <summary>
/// A model in several safetensors files, with an index that says which tensor is in which. The index may name files of its own folder
/// only. All shards are opened, and their headers checked, when the index is.
/// </summary>
public sealed class ShardedSafetensors : ITensorSource
{
    private const int MaxShards = 2_000;

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
        var json = BoundedJson.ReadObject(path, JsonLimits.Index);
        if (json["weight_map"] is not JsonObject map)
            throw new MalformedFileException(path, "", "there is no object weight_map (no index of safetensors shards)");

        var result = new List<KeyValuePair<string, string>>(map.Count);
        foreach (var (tensor, node) in map)
        {
            if (node is not JsonValue value || !value.TryGetValue(out string? fileName))
                throw new MalformedFileException(path, $"weight_map {FileChecks.Quote(tensor)}", "the shard's name is no string");

            RequirePlainName(path, tensor, fileName);
            result.Add(new(tensor, fileName));
        }

        if (result.Count == 0)
            throw new MalformedFileException(path, "weight_map", "it names no tensors");

        return result;
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
}
