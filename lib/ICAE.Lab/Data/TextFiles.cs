using ICAE.Lab.Formats;

namespace ICAE.Lab.Data;

/// <summary>Which files hold texts, by their names: .txt, and .jsonl for JSON lines.</summary>
internal static class TextFiles
{
    /// <summary>Whether a file holds JSON lines.</summary>
    public static bool IsLines(string path) => Path.GetExtension(path).Equals(".jsonl", StringComparison.OrdinalIgnoreCase);

    /// <summary>Whether a file holds texts.</summary>
    public static bool IsText(string path) => Path.GetExtension(path).ToLowerInvariant() is ".txt" or ".jsonl";

    /// <summary>The files of texts in a folder and those below it, in the same order everywhere. A link that leads back to a folder above it is not followed.</summary>
    public static IOrderedEnumerable<string> In(string folder) =>
        Below(folder, []).Where(IsText).OrderBy(path => path.Replace('\\', '/'), StringComparer.Ordinal);

    private static IEnumerable<string> Below(string folder, IReadOnlyList<string> above)
    {
        var place = FinalPath.Of(folder) ?? Path.GetFullPath(folder);
        if (above.Contains(place, StringComparer.Ordinal))
            return [];

        IReadOnlyList<string> here = [.. above, place];
        return Directory.EnumerateFiles(folder).Concat(Directory.EnumerateDirectories(folder).SelectMany(below => Below(below, here)));
    }
}
