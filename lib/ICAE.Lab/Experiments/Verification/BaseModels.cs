using ICAE.Lab.Formats;
using ICAE.Lab.Models;
using static TorchSharp.torch;

namespace ICAE.Lab.Experiments.Verification;

/// <summary>Loads the models that reference values belong to.</summary>
internal static class BaseModels
{
    /// <summary>Loads a folder in Hugging Face's layout, or a GGUF file.</summary>
    /// <returns>The model; the caller owns it.</returns>
    public static Transformer Load(string path, VerificationSettings settings, CancellationToken cancellation)
    {
        var files = HubFolder.Open(path);
        var config = HuggingFaceConfig.Read(files.Config, files.ConfigPath);
        using var tensors = files.OpenTensors();
        return Transformer.Load(config, tensors, settings.Device ?? CPU, settings.ComputeType, cancellation: cancellation);
    }

    /// <summary>The base that was given, or an error that says for what one is needed.</summary>
    public static string Required(VerificationSettings settings, string path, string what) =>
        settings.BasePath ?? throw new UnknownReferenceException($"{path}: {what} needs its base model; name it with --base.");

    /// <summary>Joins stored matrices to an adapter for a model.</summary>
    /// <param name="config">Rank, scale and targets.</param>
    /// <param name="model">The model.</param>
    /// <param name="matrices">The matrices by module path; they stay the caller's.</param>
    /// <param name="source">The file, for messages.</param>
    /// <param name="device">Where the adapter is to be.</param>
    public static LoraAdapter Adapter(LoraConfig config, TransformerConfig model, IReadOnlyDictionary<string, LoraMatrices> matrices, string source, Device device)
    {
        var adapter = LoraAdapter.FromTensors(config, model, name =>
        {
            var module = name[..name.LastIndexOf(".lora_", StringComparison.Ordinal)];
            if (!matrices.TryGetValue(module, out var pair))
                throw new MalformedFileException(source, module, "the targets ask for matrices here, and there are none");

            return (name.EndsWith("lora_A.weight", StringComparison.Ordinal) ? pair.A : pair.B).to(ScalarType.Float32, device, copy: true);
        });
        var expected = adapter.Weights.Count() / 2;
        if (expected == matrices.Count)
            return adapter;

        adapter.Dispose();
        throw new MalformedFileException(source, "", $"there are matrices for {matrices.Count} linear layers; the model has {expected} with these targets");
    }
}
