using ICAE.Lab.Data.Corpora;
using ICAE.Lab.Formats;

namespace ICAE.Lab.Data;

/// <summary>Which files hold texts, by their names: .txt, and .jsonl for JSON lines.</summary>
internal static class TextFiles
{
    /// <summary>How the name of a folder ends that is still being written.</summary>
    public const string Partial = ".partial";

    /// <summary>Whether a file holds JSON lines.</summary>
    public static bool IsLines(string path) => Path.GetExtension(path).Equals(".jsonl", StringComparison.OrdinalIgnoreCase);

    /// <summary>Whether a file holds texts.</summary>
    public static bool IsText(string path) => Path.GetExtension(path).ToLowerInvariant() is ".txt" or ".jsonl";

    /// <summary>
    /// The files of texts in a folder and those below it, in the same order everywhere. A folder that several links lead to is read once; one that an interrupted cleaning
    /// has left behind (<c>.partial</c>) is passed over.
    /// </summary>
    /// <exception cref="ConfigurationException">A folder below holds a corpus with a manifest: its splits would be lost.</exception>
    public static IOrderedEnumerable<string> In(string folder)
    {
        var files = new List<string>();
        Collect(folder, files, new HashSet<string>(StringComparer.Ordinal));
        return files.OrderBy(path => path.Replace('\\', '/'), StringComparer.Ordinal);
    }

    private static void Collect(string folder, List<string> files, HashSet<string> seen)
    {
        if (!seen.Add(FinalPath.Of(folder) ?? Path.GetFullPath(folder)))
            return;

        files.AddRange(Directory.EnumerateFiles(folder).Where(IsText));
        foreach (var below in Directory.EnumerateDirectories(folder).Order(StringComparer.Ordinal).Where(below => !below.EndsWith(Partial, StringComparison.Ordinal)))
        {
            if (CorpusManifest.IsIn(below))
                throw new ConfigurationException($"{below}: this folder holds a corpus with a {CorpusManifest.FileName}, whose splits would be lost if it were read as part of the folder above it; name it itself.");

            Collect(below, files, seen);
        }
    }
}
