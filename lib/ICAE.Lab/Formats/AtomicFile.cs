using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using System.Text;

namespace ICAE.Lab.Formats;

/// <summary>
/// Files that are either the old or the new ones, never a mixture: written beside, forced to the disk, and renamed over. When writing
/// fails, the old file stays and nothing is left behind. What a link leads to is replaced, not the link, and keeps its permissions; a device is written to as it stands.
/// </summary>
public static partial class AtomicFile
{
    private const string Prefix = ".icae-";
    private const string Suffix = ".tmp";
    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>Writes a file.</summary>
    /// <param name="path">The file; its folder must exist.</param>
    /// <param name="write">Writes the content to the stream that it is given, and leaves it open.</param>
    /// <exception cref="IcaeException">The file cannot be written, say because the disk is full.</exception>
    public static void Write(string path, Action<Stream> write)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentNullException.ThrowIfNull(write);
        var target = FinalPath.Of(path) ?? Path.GetFullPath(path);
        if (FinalPath.IsDevice(target))
        {
            WriteToDevice(path, write);
            return;
        }

        var folder = Path.GetDirectoryName(target) ?? throw new ArgumentException("The path names no file.", nameof(path));
        var temporary = Path.Combine(folder, $"{Prefix}{Guid.NewGuid():N}{Suffix}");
        try
        {
            using (var stream = new FileStream(temporary, FileMode.CreateNew, FileAccess.Write, FileShare.None, bufferSize: 1 << 16))
            {
                write(stream);
                stream.Flush(flushToDisk: true);
            }

            if (!OperatingSystem.IsWindows() && File.Exists(target))
                KeepMode(target, temporary);

            File.Move(temporary, target, overwrite: true);
        }
        catch (Exception error)
        {
            TryDelete(temporary);
            if (IsRefusal(error))
                throw new IcaeException($"{path}: the file cannot be written: {Reason(error, folder)}", error);

            throw;
        }

        SyncFolder(folder);
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

        foreach (var leftover in Directory.EnumerateFiles(folder, Prefix + "*" + Suffix))
            TryDelete(leftover);
    }

    /// <summary>Forces a folder's entries to the disk, so that a rename survives a power cut. Does nothing where the system has no such call.</summary>
    /// <param name="folder">The folder.</param>
    public static void SyncFolder(string folder)
    {
        if (!OperatingSystem.IsLinux())
            return;

        const int ReadOnlyCloseOnExec = 0x80000;
        var descriptor = OpenDescriptor(folder, ReadOnlyCloseOnExec);
        if (descriptor < 0)
            return;

        // Some network file systems refuse this call; the file itself is on the disk by now.
        _ = SyncDescriptor(descriptor);
        _ = CloseDescriptor(descriptor);
    }

    // What the system calls "file too large" (a limit of FAT or of the process), the runtime reports as an argument out of range.
    internal static bool IsRefusal(Exception error) => error is IOException or UnauthorizedAccessException
        || error is ArgumentOutOfRangeException { ParamName: "value" } && error.Source == typeof(FileStream).Assembly.GetName().Name;

    /// <summary>Gives a new file the old one's permissions. Some file systems have the same for all files, and let nobody set them.</summary>
    [UnsupportedOSPlatform("windows")]
    private static void KeepMode(string old, string fresh)
    {
        var mode = File.GetUnixFileMode(old);
        if (mode != File.GetUnixFileMode(fresh))
            File.SetUnixFileMode(fresh, mode);
    }

    private static void WriteToDevice(string path, Action<Stream> write)
    {
        try
        {
            using var stream = new FileStream(path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite, bufferSize: 1 << 16);
            write(stream);
        }
        catch (Exception error) when (IsRefusal(error))
        {
            throw new IcaeException($"{path}: it cannot be written to: {error.Message}", error);
        }
    }

    private static string Reason(Exception error, string folder) =>
        Directory.Exists(folder) ? error.Message : $"there is no folder {folder}";

    private static void TryDelete(string path)
    {
        try
        {
            File.Delete(path);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // The error that led here, or the lack of one, is what the caller should see.
        }
    }

    [LibraryImport("libc", EntryPoint = "open", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int OpenDescriptor(string path, int flags);

    [LibraryImport("libc", EntryPoint = "fsync")]
    private static partial int SyncDescriptor(int descriptor);

    [LibraryImport("libc", EntryPoint = "close")]
    private static partial int CloseDescriptor(int descriptor);
}
