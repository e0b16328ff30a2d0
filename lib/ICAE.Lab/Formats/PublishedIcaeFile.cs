using static TorchSharp.torch;

namespace ICAE.Lab.Formats;

/// <summary>
/// Reads and writes ICAE checkpoints under the exact keys of the published ones (getao/icae, v2): <c>memory_token_embed.weight</c> and
/// <c>icae.base_model.model.model.layers.N.self_attn.q_proj.lora_A.default.weight</c>, without metadata.
/// </summary>
public static class PublishedIcaeFile
{
    /// <summary>The key of the memory table.</summary>
    public const string MemoryTableKey = "memory_token_embed.weight";

    /// <summary>Whether a file holds an ICAE under the published keys.</summary>
    /// <param name="source">The open file.</param>
    /// <returns>Whether the memory table and at least one LoRA matrix are there under those keys.</returns>
    public static bool Fits(ITensorSource source)
    {
        ArgumentNullException.ThrowIfNull(source);
        return source.TryDescribe(MemoryTableKey, out _)
            && source.Tensors.Any(tensor => tensor.Name.StartsWith("icae.base_model.model.", StringComparison.Ordinal));
    }

    /// <summary>Reads a checkpoint.</summary>
    /// <param name="path">The safetensors file.</param>
    /// <param name="dtype">The type wanted, or <see langword="null"/> for the stored ones.</param>
    /// <param name="device">The device wanted, or <see langword="null"/> for the CPU.</param>
    /// <returns>Memory table and matrices, which the caller owns.</returns>
    /// <exception cref="MalformedFileException">There is no such file, it is unsound, a pickle, or has other keys or shapes.</exception>
    public static PublishedIcaeState Read(string path, ScalarType? dtype = null, Device? device = null)
    {
        if (TensorSources.KindOf(path) != ModelFileKind.Safetensors)
            throw TensorSources.Unknown(path);

        using var source = SafetensorsFile.Open(path);
        if (!source.TryDescribe(MemoryTableKey, out var table) || table.Shape.Count != 2)
            throw new MalformedFileException(path, "", $"there is no matrix {MemoryTableKey}");

        var (modules, rank) = LoraKeys.PublishedIcae.Sort(source, name => name == MemoryTableKey);
        return new PublishedIcaeState(source.Load(MemoryTableKey, dtype, device), LoraKeys.PublishedIcae.Load(source, modules, dtype, device), rank);
    }

    /// <summary>Writes a checkpoint, in the order in which the published code's library writes it.</summary>
    /// <param name="path">The file.</param>
    /// <param name="icae">Memory table and matrices, of any float type and on any device.</param>
    /// <param name="form">The types to write.</param>
    /// <exception cref="ArgumentException">Shapes and rank do not agree.</exception>
    /// <exception cref="IcaeException">The file cannot be written.</exception>
    public static void Write(string path, PublishedIcaeState icae, PublishedIcaeForm form = PublishedIcaeForm.Released)
    {
        ArgumentNullException.ThrowIfNull(icae);
        if (icae.MemoryTable.dim() != 2)
            throw new ArgumentException($"a memory table has two dimensions, not {icae.MemoryTable.dim()}", nameof(icae));

        using var scope = NewDisposeScope();
        var loraType = form == PublishedIcaeForm.Released ? ScalarType.BFloat16 : ScalarType.Float32;
        var tensors = LoraKeys.PublishedIcae.ToTensors(icae.Matrices, icae.Rank)
            .Select(pair => KeyValuePair.Create(pair.Key, pair.Value.detach().to(loraType)))
            .Append(KeyValuePair.Create(MemoryTableKey, icae.MemoryTable.detach().to(ScalarType.Float32)));
        SafetensorsWriter.Write(path, SafetensorsWriter.InReferenceOrder([.. tensors]));
    }
}
