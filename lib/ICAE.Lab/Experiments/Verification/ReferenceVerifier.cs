using System.Runtime.InteropServices;

namespace ICAE.Lab.Experiments.Verification;

/// <summary>
/// Computes reference values again that other implementations stored, and compares: base models, adapters, autoencoders, tokenizers,
/// metrics, presets and GGUF files. Useful to whoever ports a model or changes this library.
/// </summary>
public static class ReferenceVerifier
{
    /// <summary>Finds out what a path holds and compares every quantity in it.</summary>
    /// <param name="path">A folder or file of reference values.</param>
    /// <param name="settings">The base, device and compute type.</param>
    /// <param name="cancellation">Looked at between quantities.</param>
    /// <returns>The largest difference of each quantity.</returns>
    /// <exception cref="UnknownReferenceException">The path holds nothing of a known kind, its base is missing, or there is nothing to compare.</exception>
    /// <exception cref="IcaeException">A file is malformed, or asks for what this library cannot do.</exception>
    public static VerificationReport Verify(string path, VerificationSettings? settings = null, CancellationToken cancellation = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        settings ??= new VerificationSettings();
        if (settings.BasePath is { } basePath && !File.Exists(basePath) && !Directory.Exists(basePath))
            throw new UnknownReferenceException($"{basePath}: there is no such base model.");

        var kind = ReferenceKinds.Identify(path);
        var checks = new CheckList(cancellation);
        try
        {
            Run(kind, path, settings, checks);
        }
        catch (Exception error) when (error is ArgumentException or ExternalException or InvalidOperationException or IndexOutOfRangeException)
        {
            // Values in the file that no tensor operation can do anything with; the file is at fault, not the caller.
            throw new MalformedFileException(path, "", $"its values cannot be computed again: {FirstLine(error.Message)}", error);
        }

        return checks.Checks.Count > 0
            ? new VerificationReport(path, kind, checks.Checks, checks.Skipped)
            : throw new UnknownReferenceException($"{path}: there is no reference value that can be compared.");
    }

    private static void Run(ReferenceKind kind, string path, VerificationSettings settings, CheckList checks)
    {
        switch (kind)
        {
            case ReferenceKind.BaseModel:
                BaseModelVerifier.Run(path, settings, checks);
                break;
            case ReferenceKind.Adapter:
                AdapterVerifier.Run(path, settings, checks);
                break;
            case ReferenceKind.Autoencoder:
                AutoencoderVerifier.Run(path, settings, checks);
                break;
            case ReferenceKind.Tokenizer:
                TokenizerVerifier.Run(path, checks);
                break;
            case ReferenceKind.Metrics:
                MetricsVerifier.Run(path, checks);
                break;
            case ReferenceKind.Presets:
                PresetVerifier.Run(path, checks);
                break;
            case ReferenceKind.Gguf:
                GgufVerifier.Run(path, checks);
                break;
            default:
                TextsVerifier.Run(path, settings, checks);
                break;
        }
    }

    private static string FirstLine(string message) => message.Split('\n', 2)[0].Trim();
}
