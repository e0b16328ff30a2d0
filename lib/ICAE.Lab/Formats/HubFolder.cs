using System.Text.Json.Nodes;

namespace ICAE.Lab.Formats;

/// <summary>
/// A pretrained model on this machine: a folder in Hugging Face's layout, or a GGUF file. Either way a configuration in Hugging Face's
/// form, and tensors under Hugging Face's names.
/// </summary>
public sealed class HubFolder
{
    private HubFolder(string path, string weightsPath, bool isGguf, string configPath, JsonObject config)
    {
        Path = path;
        WeightsPath = weightsPath;
        IsGguf = isGguf;
        ConfigPath = configPath;
        Config = config;
    }

    /// <summary>What was opened: the folder or file.</summary>
    public string Path { get; }

    /// <summary>The file with the weights: safetensors, an index, or GGUF.</summary>
    public string WeightsPath { get; }

    /// <summary>Whether the weights are a GGUF file.</summary>
    public bool IsGguf { get; }

    /// <summary>Where the configuration comes from, for messages: <c>config.json</c>, or the GGUF file.</summary>
    public string ConfigPath { get; }

    /// <summary>The configuration.</summary>
    public JsonObject Config { get; }

    /// <summary>Finds the weights and reads the configuration.</summary>
    /// <param name="path">A model's folder, or a file with weights; a safetensors file or index needs its <c>config.json</c> beside it.</param>
    /// <returns>The model's files.</returns>
    /// <exception cref="MalformedFileException">There is no such model, it is unsound, or a pickle (which could run code).</exception>
    public static HubFolder Open(string path)
    {
        var weights = TensorSources.Locate(path);
        switch (TensorSources.KindOf(weights))
        {
            case ModelFileKind.Gguf:
                using (var source = GgufModelSource.Open(weights))
                    return new HubFolder(path, weights, isGguf: true, weights, source.ToHuggingFaceConfig());

            case ModelFileKind.Safetensors or ModelFileKind.SafetensorsIndex:
                var folder = System.IO.Path.GetDirectoryName(System.IO.Path.GetFullPath(weights))!;
                var config = System.IO.Path.Combine(folder, HuggingFaceConfigFile.FileName);
                return new HubFolder(path, weights, isGguf: false, config, HuggingFaceConfigFile.Read(config));

            default:
                throw TensorSources.Unknown(weights);
        }
    }

    /// <summary>Opens the weights.</summary>
    /// <returns>Tensors under Hugging Face's names.</returns>
    /// <exception cref="MalformedFileException">The file is unsound.</exception>
    public ITensorSource OpenTensors() => IsGguf ? GgufModelSource.Open(WeightsPath) : TensorSources.Open(WeightsPath);
}
