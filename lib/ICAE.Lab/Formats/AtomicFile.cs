using System.Text;

namespace ICAE.Lab.Formats;

/// <summary>
/// Files that are either the old or the new ones, never a mixture: written beside, forced to the disk, and renamed over. When writing
/// fails, the old file stays and nothing is left behind. What a link leads to is replaced, not the link, and keeps its permissions; a device is written to as it stands.
/// </summary>
public static class AtomicFile
{
    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>Writes a file.</summary>
    /// <param name="path">The file; its folder must exist.</param>
    /// <param name="write">Writes the content to the stream that it is given, and leaves it open.</param>
    /// <exception cref="IcaeException">The file cannot be written, say because the disk is full.</exception>
    public static void Write(string path, Action<Stream> write)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentNullException.ThrowIfNull(write);
        try
        {
            FileReplacement.Write(path, write);
        }
        catch (Exception error) when (FileReplacement.IsRefusal(error))
        {
            throw new IcaeException($"{path}: the file cannot be written: {Reason(error, path)}", error);
        }
    }

    /// <summary>Writes a text in UTF-8 without a byte-order mark.</summary>
    /// <param name="path">The file; its folder must exist.</param>
    /// <param name="text">The whole content.</param>
    /// <exception cref="IcaeException">The file cannot be written.</exception>
    public static void WriteText(string path, string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        WriteBytes(path, Utf8.GetBytes(text));
    }

    /// <summary>Writes bytes.</summary>
    /// <param name="path">The file; its folder must exist.</param>
    /// <param name="bytes">The whole content.</param>
    /// <exception cref="IcaeException">The file cannot be written.</exception>
    public static void WriteBytes(string path, ReadOnlyMemory<byte> bytes) => Write(path, stream => stream.Write(bytes.Span));

    /// <summary>Deletes what killed writers left in a folder. Call it only where no other process is writing there.</summary>
    /// <param name="folder">The folder; nothing happens where there is none.</param>
    public static void DeleteLeftovers(string folder)
    {
        if (!Directory.Exists(folder))
            return;

        foreach (var leftover in Directory.EnumerateFiles(folder, FileReplacement.Prefix + "*" + FileReplacement.Suffix))
            FileReplacement.TryDelete(leftover);
    }

    /// <summary>Forces a folder's entries to the disk, so that a rename survives a power cut. Does nothing where the system has no such call.</summary>
    /// <param name="folder">The folder.</param>
    public static void SyncFolder(string folder) => FileReplacement.SyncFolder(folder);

    private static string Reason(Exception error, string path)
    {
        var folder = Path.GetDirectoryName(FinalPath.ForWriting(path));
        return folder is null || Directory.Exists(folder) ? error.Message : $"there is no folder {folder}";
    }
}
