using ICAE.Lab.Formats;

namespace ICAE.Lab.Experiments.Verification;

/// <summary>Finds out what a folder or file of reference values is about, from names and the outermost fields of JSON files.</summary>
internal static class ReferenceKinds
{
    /// <summary>Identifies a path.</summary>
    /// <exception cref="UnknownReferenceException">There is no such path, or it is of no known kind.</exception>
    public static ReferenceKind Identify(string path)
    {
        if (Directory.Exists(path))
            return OfFolder(path) ?? throw Unknown(path, "this folder holds no reference values of a known kind");

        if (!File.Exists(path))
            throw Unknown(path, "there is no such file or folder");

        return OfFile(path) ?? throw Unknown(path, "this file holds no reference values of a known kind");
    }

    /// <summary>The preset files of a folder, or the one file given. In a folder that has some, a file that cannot be read is an error.</summary>
    public static IReadOnlyList<string> PresetFiles(string path)
    {
        if (!Directory.Exists(path))
            return [path];

        var (presets, malformed) = (new List<string>(), (MalformedFileException?)null);
        foreach (var file in Directory.GetFiles(path, "*.json").Order(StringComparer.Ordinal))
        {
            try
            {
                if (IsPreset(file))
                    presets.Add(file);
            }
            catch (MalformedFileException error)
            {
                malformed ??= error;
            }
        }

        return presets.Count > 0 && malformed is not null ? throw malformed : presets;
    }

    /// <summary>The GGUF files that have a safetensors file of the same name beside them.</summary>
    public static IReadOnlyList<(string Gguf, string Values)> GgufPairs(string path)
    {
        IEnumerable<string> files = Directory.Exists(path) ? Directory.GetFiles(path, "*.gguf").Order(StringComparer.Ordinal) : [path];
        return [.. files.Select(file => (file, Path.ChangeExtension(file, ".safetensors"))).Where(pair => File.Exists(pair.Item2))];
    }

    /// <summary>The metrics file of a folder, or the file given.</summary>
    public static string MetricsFile(string path) => Directory.Exists(path) ? Path.Combine(path, "metrics.json") : path;

    private static ReferenceKind? OfFolder(string folder)
    {
        bool Has(string name) => File.Exists(Path.Combine(folder, name));
        if (Has(PeftAdapterFile.ConfigFileName))
            return ReferenceKind.Adapter;

        if (Has("tokenizer.json") || Has("tokenizer.model"))
            return Has(ReferenceJson.FileName) ? ReferenceKind.Tokenizer : null;

        if (Has(HuggingFaceConfigFile.FileName))
            return Has(ReferenceTensors.FileName) ? ReferenceKind.BaseModel : null;

        if (Has(ReferenceJson.FileName))
            return OfReferenceJson(ReferenceJson.Read(Path.Combine(folder, ReferenceJson.FileName)));

        if (GgufPairs(folder).Count > 0)
            return ReferenceKind.Gguf;

        if (Has("metrics.json") && IsMetrics(MetricsFile(folder)))
            return ReferenceKind.Metrics;

        return PresetFiles(folder).Count > 0 ? ReferenceKind.Presets : null;
    }

    private static ReferenceKind? OfReferenceJson(ReferenceJson json)
    {
        if (json["memory_slots"].HasValue)
            return ReferenceKind.Autoencoder;

        return json["texts"].HasValue || json["chat"].HasValue || json["dequantised_tensors_as_stored"].HasValue ? ReferenceKind.Texts : null;
    }

    private static ReferenceKind? OfFile(string file)
    {
        if (GgufPairs(file).Count > 0 && Path.GetExtension(file).Equals(".gguf", StringComparison.OrdinalIgnoreCase))
            return ReferenceKind.Gguf;

        if (!Path.GetExtension(file).Equals(".json", StringComparison.OrdinalIgnoreCase))
            return null;

        return IsPreset(file) ? ReferenceKind.Presets : IsMetrics(file) ? ReferenceKind.Metrics : null;
    }

    private static bool IsPreset(string file)
    {
        var json = ReferenceJson.Read(file);
        return json["config"].IsObject && (json["tensors"].IsObject || json["parameters"].HasValue);
    }

    private static bool IsMetrics(string file)
    {
        var json = ReferenceJson.Read(file);
        return json["sentences"].IsArray || json["token_ids"].IsArray;
    }

    private static UnknownReferenceException Unknown(string path, string cause) => new(
        $"{path}: {cause}. Known are the folders of a base model, an adapter, an autoencoder, a tokenizer, texts of a model and GGUF files, each with its reference values, "
        + "and metrics and preset files.");
}
