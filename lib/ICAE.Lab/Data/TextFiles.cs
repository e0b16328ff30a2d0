using System.IO.Enumeration;

namespace ICAE.Lab.Data;

/// <summary>Which files hold texts, by their names: .txt, and .jsonl for JSON lines.</summary>
internal static class TextFiles
{
    /// <summary>Whether a file holds JSON lines.</summary>
    public static bool IsLines(string path) => Path.GetExtension(path).Equals(".jsonl", StringComparison.OrdinalIgnoreCase);

    /// <summary>Whether a file holds texts.</summary>
    public static bool IsText(string path) => Path.GetExtension(path).ToLowerInvariant() is ".txt" or ".jsonl";

    /// <summary>The files of texts in a folder and those below it, in the same order everywhere. Links to folders are not followed: they may lead round in a circle.</summary>
    public static IOrderedEnumerable<string> In(string folder) => new FileSystemEnumerable<string>(
        folder,
        static (ref FileSystemEntry entry) => entry.ToSpecifiedFullPath(),
        new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.None, IgnoreInaccessible = false })
    {
        ShouldIncludePredicate = static (ref FileSystemEntry entry) => !entry.IsDirectory,
        ShouldRecursePredicate = static (ref FileSystemEntry entry) => !entry.Attributes.HasFlag(FileAttributes.ReparsePoint),
    }.Where(IsText).OrderBy(path => path.Replace('\\', '/'), StringComparer.Ordinal);
}
