namespace ICAE.Lab.Data.HeldOut;

/// <summary>A file of training texts and its name in the folder of cleaned texts.</summary>
/// <param name="Path">The file.</param>
/// <param name="Name">Its name there, with folders.</param>
internal sealed record TrainingFile(string Path, string Name)
{
    /// <summary>Whether it holds JSON lines.</summary>
    public bool IsLines => TextFiles.IsLines(Path);

    /// <summary>The files of paths that are files or folders of them.</summary>
    /// <exception cref="ConfigurationException">A path is not there, is no text, or two files would get one name.</exception>
    public static IReadOnlyList<TrainingFile> Of(IEnumerable<string> paths)
    {
        var files = paths.SelectMany(Of).ToList();
        return files.GroupBy(file => file.Name, StringComparer.OrdinalIgnoreCase).FirstOrDefault(group => group.Count() > 1) is { } same
            ? throw new ConfigurationException($"{same.First().Path} and {same.Skip(1).First().Path} would both become {same.Key}; clean them one after the other, into two folders.")
            : files;
    }

    private static IEnumerable<TrainingFile> Of(string path)
    {
        if (Directory.Exists(path))
        {
            var files = TextFiles.In(path).ToList();
            return files.Count > 0
                ? files.Select(file => new TrainingFile(file, System.IO.Path.GetRelativePath(path, file)))
                : throw new ConfigurationException($"{path}: the folder holds no .txt or .jsonl files.");
        }

        if (!File.Exists(path))
            throw new ConfigurationException($"{path}: there is no such file or folder.");

        return TextFiles.IsText(path) ? [new TrainingFile(path, System.IO.Path.GetFileName(path))] : throw new ConfigurationException($"{path}: only .txt and .jsonl files are cleaned, before they become tokens.");
    }
}
