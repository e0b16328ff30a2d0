using System.Globalization;
using static TorchSharp.torch;

namespace ICAE.Lab.Formats;

/// <summary>
/// The memory tokens and task tokens of an autoencoder, in a file of their own beside its adapter, so that the adapter stays one that PEFT reads.
/// </summary>
public static class MemoryTable
{
    /// <summary>The file's name in an adapter's folder.</summary>
    public const string FileName = "memory.safetensors";

    /// <summary>The one tensor in it, called as in the published ICAE files.</summary>
    public const string TensorName = "memory_token_embed.weight";

    /// <summary>The version that this library writes, and the newest that it reads.</summary>
    public const int FormatVersion = 1;

    private const string Format = "icae-memory-table";

    /// <summary>Writes a table.</summary>
    /// <param name="path">The file.</param>
    /// <param name="table">The embeddings: [rows, D].</param>
    /// <param name="metadata">Further entries, such as what the rows are.</param>
    /// <exception cref="ArgumentException">The table is no matrix, or an entry is one that this file sets itself.</exception>
    /// <exception cref="IcaeException">The file cannot be written.</exception>
    public static void Write(string path, Tensor table, IReadOnlyDictionary<string, string>? metadata = null)
    {
        ArgumentNullException.ThrowIfNull(table);
        if (table.dim() != 2)
            throw new ArgumentException($"a memory table has two dimensions, not {table.dim()}", nameof(table));

        var all = new Dictionary<string, string>(metadata ?? new Dictionary<string, string>(), StringComparer.Ordinal);
        if (!all.TryAdd("format", Format) || !all.TryAdd("format_version", FormatVersion.ToString(CultureInfo.InvariantCulture)))
            throw new ArgumentException("format and format_version are set by this file itself", nameof(metadata));

        SafetensorsWriter.Write(path, [KeyValuePair.Create(TensorName, table)], all);
    }

    /// <summary>Reads a table.</summary>
    /// <param name="path">The file.</param>
    /// <param name="dtype">The type wanted, or <see langword="null"/> for the stored one.</param>
    /// <param name="device">The device wanted, or <see langword="null"/> for the CPU.</param>
    /// <returns>The embeddings, [rows, D], which the caller owns, and the file's other entries.</returns>
    /// <exception cref="MalformedFileException">There is no such file, it is unsound, or of a newer version.</exception>
    public static (Tensor Table, IReadOnlyDictionary<string, string> Metadata) Read(string path, ScalarType? dtype = null, Device? device = null)
    {
        using var source = SafetensorsFile.Open(path);
        if (source.Metadata.GetValueOrDefault("format") != Format)
            throw new MalformedFileException(path, "metadata 'format'", $"it is not {Format} (no memory table)");

        var version = source.Metadata.GetValueOrDefault("format_version");
        if (!int.TryParse(version, NumberStyles.None, CultureInfo.InvariantCulture, out var number) || number < 1)
            throw new MalformedFileException(path, "metadata 'format_version'", "it is missing or no number");

        if (number > FormatVersion)
            throw new MalformedFileException(path, "metadata 'format_version'", $"the file has version {number}; this library reads up to {FormatVersion}");

        if (!source.TryDescribe(TensorName, out var descriptor) || descriptor.Shape.Count != 2)
            throw new MalformedFileException(path, "", $"there is no matrix {TensorName}");

        var rest = source.Metadata.Where(pair => pair.Key is not ("format" or "format_version")).ToDictionary(StringComparer.Ordinal);
        return (source.Load(TensorName, dtype, device), rest);
    }
}
