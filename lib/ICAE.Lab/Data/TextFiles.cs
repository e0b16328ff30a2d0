namespace ICAE.Lab.Data;

/// <summary>Which files hold texts, by their names: .txt, and .jsonl for JSON lines.</summary>
internal static class TextFiles
{
    /// <summary>Whether a file holds JSON lines.</summary>
    public static bool IsLines(string path) => Path.GetExtension(path).Equals(".jsonl", StringComparison.OrdinalIgnoreCase);

    /// <summary>Whether a file holds texts.</summary>
    public static bool IsText(string path) => Path.GetExtension(path).ToLowerInvariant() is ".txt" or ".jsonl";

    /// <summary>The files of texts in a folder and those below it, in the same order everywhere.</summary>
    public static IOrderedEnumerable<string> In(string folder) =>
        Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).Where(IsText).Order(StringComparer.Ordinal);
}
