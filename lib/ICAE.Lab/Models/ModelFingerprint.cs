using System.Globalization;
using ICAE.Lab.Formats;
using static TorchSharp.torch;

namespace ICAE.Lab.Models;

/// <summary>
/// A short name for a base's weights: SHA-256 over the config's shape and up to 256 evenly spaced elements of each tensor as bfloat16. The
/// same weights in float32, in bfloat16 and in a GGUF file that holds them exactly agree. It tells models apart; it proves nothing.
/// </summary>
public static class ModelFingerprint
{
    /// <summary>The fingerprint of a model in memory, held in float32 or bfloat16.</summary>
    /// <param name="model">The model.</param>
    /// <returns>64 hexadecimal digits.</returns>
    public static string Of(Transformer model)
    {
        ArgumentNullException.ThrowIfNull(model);
        return Of(model.Config, model.View);
    }

    /// <summary>The fingerprint of a model in a file, whatever type it is loaded in.</summary>
    /// <param name="config">The shape.</param>
    /// <param name="source">The tensors in Hugging Face's names.</param>
    /// <returns>64 hexadecimal digits.</returns>
    /// <exception cref="MalformedFileException">A tensor is missing or cannot be read.</exception>
    public static string Of(TransformerConfig config, ITensorSource source)
    {
        ArgumentNullException.ThrowIfNull(config);
        ArgumentNullException.ThrowIfNull(source);
        return Of(config, name => source.Load(name));
    }

    /// <summary>The first digits of a fingerprint, for messages.</summary>
    /// <param name="fingerprint">The fingerprint.</param>
    /// <returns>Twelve digits.</returns>
    public static string Short(string fingerprint)
    {
        ArgumentNullException.ThrowIfNull(fingerprint);
        return fingerprint.Length > 12 ? fingerprint[..12] : fingerprint;
    }

    /// <summary>Whether a text has the form of a fingerprint.</summary>
    internal static bool IsOne(string text) => text.Length == 64 && text.All(char.IsAsciiHexDigitLower);

    private static string Of(TransformerConfig config, Func<string, Tensor> load)
    {
        using var hash = new TensorSampleHash();

        // The family is left out: a GGUF file calls a Mistral model a Llama. What sets the families apart shows in the tensors' names.
        hash.Add(string.Create(CultureInfo.InvariantCulture, $"base 1: {config.Heads} {config.KeyValueHeads} {config.HeadSize}"));
        foreach (var (name, _) in config.TensorShapes())
        {
            using var values = load(name);
            hash.Add(name, values);
        }

        return hash.Finish();
    }
}
