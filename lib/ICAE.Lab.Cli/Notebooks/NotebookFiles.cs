namespace ICAE.Lab.Cli.Notebooks;

/// <summary>The notebooks that a command line names.</summary>
internal static class NotebookFiles
{
    private const string Extension = ".ipynb";

    /// <summary>The files behind names: files, folders of notebooks, and patterns where the shell has not replaced them.</summary>
    /// <param name="names">What was given.</param>
    /// <returns>Paths in the order given, those of a folder or pattern by name; none twice.</returns>
    /// <exception cref="UsageException">A name stands for nothing.</exception>
    public static IReadOnlyList<string> Expand(IEnumerable<string> names) => [.. names.SelectMany(Expand).Distinct()];

    /// <summary>The folder of notebooks of the clone that the program or the current folder is in.</summary>
    /// <exception cref="UsageException">There is none.</exception>
    public static string RepositoryFolder()
    {
        var folder = Repository.Root() is { } root ? Path.Combine(root, "notebooks") : null;
        return Directory.Exists(folder) ? folder : throw new UsageException("There is no folder of notebooks here; name the notebooks.");
    }

    private static IReadOnlyList<string> Expand(string name)
    {
        if (File.Exists(name))
            return [name];

        var isFolder = Directory.Exists(name);
        var (folder, pattern) = isFolder ? (name, "*" + Extension) : (Path.GetDirectoryName(name) is { Length: > 0 } parent ? parent : ".", Path.GetFileName(name));
        if (!isFolder && pattern.AsSpan().IndexOfAny('*', '?') < 0)
            throw new UsageException($"{name}: there is no such notebook.");

        string[] found = Directory.Exists(folder) ? [.. Directory.EnumerateFiles(folder, pattern).Where(IsNotebook).Order(StringComparer.Ordinal)] : [];
        return found.Length > 0 ? found : throw new UsageException($"{name}: there are no notebooks.");
    }

    private static bool IsNotebook(string path) => path.EndsWith(Extension, StringComparison.OrdinalIgnoreCase);
}
