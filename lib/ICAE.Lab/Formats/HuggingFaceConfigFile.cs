using System.Text.Json.Nodes;

namespace ICAE.Lab.Formats;

/// <summary>Reads the <c>config.json</c> of a model in Hugging Face's layout.</summary>
public static class HuggingFaceConfigFile
{
    /// <summary>The file's usual name.</summary>
    public const string FileName = "config.json";

    /// <summary>Reads a configuration: at most 10 MB, 64 levels deep, no key twice.</summary>
    /// <param name="path">The file, or the folder with it.</param>
    /// <returns>The configuration as it stands in the file.</returns>
    /// <exception cref="MalformedFileException">There is no such file, or it is unsound.</exception>
    public static JsonObject Read(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        return BoundedJson.ReadObject(Directory.Exists(path) ? Path.Combine(path, FileName) : path);
    }
}
