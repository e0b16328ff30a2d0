using System.Globalization;
using ICAE.Lab.Formats;
using ICAE.Lab.Models;

namespace ICAE.Lab.Autoencoder;

/// <summary>What the files with slots share: format, version, and the models they were made with, in the metadata.</summary>
internal static class SlotFile
{
    /// <summary>The version that is written, and the newest that is read.</summary>
    public const int FormatVersion = 1;

    /// <summary>Metadata for a file.</summary>
    public static Dictionary<string, string> Metadata(string format, ModelReference model, ModelReference adapter) => new(StringComparer.Ordinal)
    {
        ["format"] = format,
        ["format_version"] = FormatVersion.ToString(CultureInfo.InvariantCulture),
        ["base"] = model.Name,
        ["base_fingerprint"] = model.Fingerprint,
        ["adapter"] = adapter.Name,
        ["adapter_fingerprint"] = adapter.Fingerprint,
    };

    /// <summary>Opens a file and checks format and version.</summary>
    public static SafetensorsFile Open(string path, string format, string what)
    {
        var file = OpenSafetensors(path, what);
        try
        {
            if (file.Metadata.GetValueOrDefault("format") != format)
            {
                throw new MalformedFileException(path, "metadata 'format'", $"it is not {format}: this is no {what}");
            }

            var version = Whole(file, "format_version", int.MaxValue);
            return version is >= 1 and <= FormatVersion
                ? file
                : throw new MalformedFileException(path, "metadata 'format_version'", $"the file has version {version}; this library reads 1 to {FormatVersion}");
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    private static SafetensorsFile OpenSafetensors(string path, string what)
    {
        try
        {
            return SafetensorsFile.Open(path);
        }
        catch (MalformedFileException error) when (File.Exists(path))
        {
            throw new MalformedFileException(path, error.Place, $"this is no {what}: {error.Cause}", error);
        }
    }

    /// <summary>The model that a file names as its <c>base</c> or <c>adapter</c>.</summary>
    public static ModelReference Reference(SafetensorsFile file, string which)
    {
        var (name, fingerprint) = (Text(file, which), Text(file, which + "_fingerprint"));
        if (name.Length is 0 or > 256 || name.Any(char.IsControl))
        {
            throw Bad(file, which, "it is no name");
        }

        return ModelFingerprint.IsOne(fingerprint) ? new ModelReference(name, fingerprint) : throw Bad(file, which + "_fingerprint", "it is not 64 hexadecimal digits");
    }

    public static string Text(SafetensorsFile file, string key) => file.Metadata.GetValueOrDefault(key) ?? throw Bad(file, key, "it is missing");

    public static int Whole(SafetensorsFile file, string key, int most) =>
        int.TryParse(Text(file, key), NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number <= most
            ? number
            : throw Bad(file, key, $"it is no whole number up to {most}");

    public static MalformedFileException Bad(SafetensorsFile file, string key, string cause) => new(file.Path, $"metadata '{key}'", cause);
}
