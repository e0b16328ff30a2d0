using ICAE.Lab.Formats;
using ICAE.Lab.Models;

namespace ICAE.Lab.Autoencoder;

/// <summary>Turns an adapter in memory into one in PEFT's form and back.</summary>
internal static class AdapterFolder
{
    /// <summary>Writes the adapter's two files.</summary>
    public static void Write(string folder, LoraAdapter adapter, string baseName)
    {
        var config = adapter.Config;
        var matrices = new Dictionary<string, LoraMatrices>(StringComparer.Ordinal);
        for (var layer = 0; layer < adapter.Model.Layers; layer++)
        {
            foreach (var target in LoraConfig.AllTargets)
            {
                if (adapter.Find(layer, target) is var (a, b))
                {
                    matrices.Add(LoraAdapter.ModulePath(layer, target), new LoraMatrices(a.Value, b.Value));
                }
            }
        }

        var file = new LoraFileConfig
        {
            Rank = config.Rank,
            Alpha = config.Alpha,
            RankStabilised = config.RankStabilised,
            Dropout = config.Dropout,
            Targets = config.Targets,
            BaseModel = baseName,
        };
        PeftAdapterFile.Write(folder, file, matrices);
    }

    /// <summary>Makes an adapter of matrices from a file, in the types they are stored in.</summary>
    /// <param name="config">Rank, scale and targets.</param>
    /// <param name="model">The model it is for.</param>
    /// <param name="matrices">The matrices by module; the caller keeps them.</param>
    /// <param name="path">The file, for messages.</param>
    /// <exception cref="IcaeException">They are not those that config and model ask for.</exception>
    public static LoraAdapter Build(LoraConfig config, TransformerConfig model, IReadOnlyDictionary<string, LoraMatrices> matrices, string path)
    {
        var targets = LoraConfig.AllTargets.Where(config.Targets.Contains).ToList();
        var expected = Enumerable.Range(0, model.Layers).SelectMany(layer => targets.Select(target => LoraAdapter.ModulePath(layer, target))).ToHashSet(StringComparer.Ordinal);
        if (matrices.Keys.FirstOrDefault(module => !expected.Contains(module)) is { } stranger)
        {
            throw new MalformedFileException(path, "", $"there are matrices for {FileChecks.Quote(stranger)}, which the base of {model.Layers} layers does not have or the targets do not name");
        }

        if (expected.FirstOrDefault(module => !matrices.ContainsKey(module)) is { } missing)
        {
            throw new MalformedFileException(path, "", $"there are no matrices for {missing}; each target needs them in all {model.Layers} layers of the base");
        }

        try
        {
            return LoraAdapter.FromTensors(config, model, name =>
            {
                var matrix = name.LastIndexOf(".lora_", StringComparison.Ordinal);
                var pair = matrices[name[..matrix]];
                return (name[(matrix + ".lora_".Length)] == 'A' ? pair.A : pair.B).alias();
            });
        }
        catch (IcaeException error) when (error is not MalformedFileException)
        {
            throw new MalformedFileException(path, "", error.Message, error);
        }
    }

    /// <summary>The settings of an adapter file as this library has them.</summary>
    /// <exception cref="ConfigurationException">A target is not one of this library's.</exception>
    public static LoraConfig ToConfig(LoraFileConfig file, string path)
    {
        try
        {
            return new LoraConfig
            {
                Rank = file.Rank,
                Alpha = file.Alpha,
                RankStabilised = file.RankStabilised,
                Dropout = file.Dropout,
                Targets = file.Targets,
            }.Validate();
        }
        catch (ConfigurationException error)
        {
            throw new ConfigurationException($"{path}: {error.Message}", error);
        }
    }
}
