using ICAE.Lab.Formats;
using ICAE.Lab.Models;
using static TorchSharp.torch;

namespace ICAE.Lab.Training;

/// <summary>Writes a base as a folder in Hugging Face's form: config.json, model.safetensors in bfloat16, tokenizer.json.</summary>
internal static class BaseFolder
{
    public static void Write(string folder, Transformer model, string tokenizer)
    {
        Directory.CreateDirectory(folder);
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        var tensors = model.Tensors().Select(entry => KeyValuePair.Create(entry.Key, entry.Value.to(ScalarType.BFloat16)));
        SafetensorsWriter.Write(Path.Combine(folder, "model.safetensors"), tensors, new Dictionary<string, string> { ["format"] = "pt" });
        AtomicFile.WriteText(Path.Combine(folder, "config.json"), HuggingFaceConfig.Write(model.Config, "bfloat16").ToJsonString(TrainingJson.Indented) + "\n");
        var source = Directory.Exists(tokenizer) ? Path.Combine(tokenizer, "tokenizer.json") : tokenizer;
        AtomicFile.WriteBytes(Path.Combine(folder, "tokenizer.json"), File.ReadAllBytes(source));
    }
}
