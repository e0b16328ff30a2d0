using System.Runtime.InteropServices;
using System.Runtime.Versioning;

namespace ICAE.Lab.Formats;

/// <summary>
/// How files are replaced: written beside, forced to the disk, and renamed over. What a link leads to is replaced, not the link, and keeps its
/// permissions; a device is written to as it stands.
/// </summary>
internal static partial class FileReplacement
{
    /// <summary>How the name of a file begins that is not whole yet.</summary>
    public const string Prefix = ".icae-";

    /// <summary>How it ends.</summary>
    public const string Suffix = ".tmp";

    private const UnixFileMode OwnersAlone = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>Writes a file. If that fails, the old one stays and nothing is left behind.</summary>
    /// <param name="path">The file; its folder must exist.</param>
    /// <param name="write">Writes the content to the stream that it is given, and leaves it open.</param>
    /// <param name="isSecret">Whether only the user may read it, whatever the old file's permissions were. On Windows that follows from the folder.</param>
    /// <exception cref="Exception">What <paramref name="write"/> throws, or, where <see cref="IsRefusal"/>, the system's refusal.</exception>
    public static void Write(string path, Action<Stream> write, bool isSecret = false)
    {
        var target = FinalPath.ForWriting(path);
        if (FinalPath.IsDevice(target))
        {
            using var device = new FileStream(path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite, bufferSize: 1 << 16);
            write(device);
            return;
        }

        var folder = Path.GetDirectoryName(target) ?? throw new ArgumentException("The path names no file.", nameof(path));
        var temporary = Path.Combine(folder, $"{Prefix}{Guid.NewGuid():N}{Suffix}");
        var mode = isSecret ? OwnersAlone : ModeOf(target);
        try
        {
            using (var stream = new FileStream(temporary, Options(mode)))
            {
                write(stream);
                stream.Flush(flushToDisk: true);
            }

            if (mode is { } kept && !OperatingSystem.IsWindows())
                SetMode(temporary, kept);

            File.Move(temporary, target, overwrite: true);
        }
        catch
        {
            TryDelete(temporary);
            throw;
        }

        SyncFolder(folder);
    }

    /// <summary>Whether an error is the system's refusal to write. What it calls "file too large" (a limit of FAT or of the process), the runtime reports as an argument out of range.</summary>
    public static bool IsRefusal(Exception error) => error is IOException or UnauthorizedAccessException
        || error is ArgumentOutOfRangeException { ParamName: "value" } && error.Source == typeof(FileStream).Assembly.GetName().Name;

    /// <summary>Deletes a file if that can be done: the error that led here, or the lack of one, is what the caller should see.</summary>
    public static void TryDelete(string path)
    {
        try
        {
            File.Delete(path);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
        }
    }

    /// <summary>Forces a folder's entries to the disk. Does nothing where the system has no such call.</summary>
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

    /// <summary>Nobody may read what is to become a file that others may not read, not even for a moment.</summary>
    private static FileStreamOptions Options(UnixFileMode? mode)
    {
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, Share = FileShare.None, BufferSize = 1 << 16 };
        if (mode is not null && !OperatingSystem.IsWindows())
            options.UnixCreateMode = OwnersAlone;

        return options;
    }

    private static UnixFileMode? ModeOf(string target) => !OperatingSystem.IsWindows() && File.Exists(target) ? File.GetUnixFileMode(target) : null;

    /// <summary>Sets permissions. Some file systems have the same for all files, and let nobody set them.</summary>
    [UnsupportedOSPlatform("windows")]
    private static void SetMode(string path, UnixFileMode mode)
    {
        if (mode != File.GetUnixFileMode(path))
            File.SetUnixFileMode(path, mode);
    }

    [LibraryImport("libc", EntryPoint = "open", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int OpenDescriptor(string path, int flags);

    [LibraryImport("libc", EntryPoint = "fsync")]
    private static partial int SyncDescriptor(int descriptor);

    [LibraryImport("libc", EntryPoint = "close")]
    private static partial int CloseDescriptor(int descriptor);
}
