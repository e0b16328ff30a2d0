using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Nodes;
using static TorchSharp.torch;

namespace ICAE.Lab.Formats;

/// <summary>
/// A GGUF file of a Llama, Mistral, Qwen2 or Qwen3 model under Hugging Face's tensor names, rows in Hugging Face's order: where the
/// architecture is <c>llama</c>, the file's query and key rows are permuted for interleaved rotary positions, and that is undone here.
/// </summary>
public sealed class GgufModelSource : ITensorSource
{
    private readonly Dictionary<string, (TensorDescriptor Descriptor, string StoredName)> _tensors = new(StringComparer.Ordinal);
    private readonly GgufModelConfig _config;

    private GgufModelSource(GgufFile file)
    {
        File = file;
        _config = new GgufModelConfig(file);
        var tensors = new List<TensorDescriptor>(file.Tensors.Count);
        foreach (var stored in file.Tensors)
        {
            if (stored.Name == GgufModelConfig.RotaryFactors)
                continue;

            var name = GgufNames.ToHuggingFace(stored.Name, _config.Layers)
                ?? throw new MalformedFileException(
                    file.Path, $"tensor {FileChecks.Quote(stored.Name)}", $"a {_config.Architecture} model of {_config.Layers} layers has no place for it in this library");
            var descriptor = stored with { Name = name };
            _tensors.Add(name, (descriptor, stored.Name));
            tensors.Add(descriptor);
        }

        Tensors = tensors;
    }

    /// <summary>The file itself, under its own names.</summary>
    public GgufFile File { get; }

    /// <inheritdoc/>
    public string Path => File.Path;

    /// <inheritdoc/>
    public IReadOnlyList<TensorDescriptor> Tensors { get; }

    /// <summary>Opens a file.</summary>
    /// <param name="path">The file.</param>
    /// <returns>The open file.</returns>
    /// <exception cref="MalformedFileException">It is no sound GGUF file, is one part of several, or holds a model or tensor that this library has no place for.</exception>
    public static GgufModelSource Open(string path)
    {
        var file = GgufFile.Open(path);
        try
        {
            return new GgufModelSource(file);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>The model's configuration as Hugging Face's config.json would hold it, from the file's metadata.</summary>
    /// <returns>A new object.</returns>
    /// <exception cref="MalformedFileException">The metadata lack a size, contradict the tensors, or ask for what the form cannot say.</exception>
    public JsonObject ToHuggingFaceConfig() => _config.ToJson();

    /// <inheritdoc/>
    public bool TryDescribe(string name, [NotNullWhen(true)] out TensorDescriptor? descriptor)
    {
        descriptor = _tensors.TryGetValue(name, out var entry) ? entry.Descriptor : null;
        return descriptor is not null;
    }

    /// <inheritdoc/>
    public Tensor Load(string name, ScalarType? dtype = null, Device? device = null)
    {
        ArgumentNullException.ThrowIfNull(name);
        if (!_tensors.TryGetValue(name, out var entry))
            throw new MalformedFileException(Path, "", $"the file has no tensor for {FileChecks.Quote(name)}");

        if (_config.PermutedHeads(entry.StoredName) is not { } heads || device?.type == TorchSharp.DeviceType.META)
            return File.Load(entry.StoredName, dtype, device);

        using var scope = NewDisposeScope();
        var stored = File.Load(entry.StoredName, dtype, device);
        return RestoreRows(stored, heads, entry).MoveToOuterDisposeScope();
    }

    /// <summary>Closes the file. Tensors that were loaded stay as they are.</summary>
    public void Dispose() => File.Dispose();

    // Stored: within each head, row 2i is the first half's row i and row 2i + 1 the second half's row i.
    private Tensor RestoreRows(Tensor stored, long heads, (TensorDescriptor Descriptor, string StoredName) entry)
    {
        var shape = stored.shape;
        if (shape.Length is 0 or > 2 || shape[0] % (2 * heads) != 0)
        {
            throw new MalformedFileException(
                Path, $"tensor {FileChecks.Quote(entry.StoredName)}", $"its shape {string.Join(" x ", shape)} does not divide into {heads} heads");
        }

        var columns = shape.Length == 2 ? shape[1] : 1;
        return stored.view(heads, shape[0] / heads / 2, 2, columns).transpose(1, 2).contiguous().view(shape);
    }
}
