using System.Runtime.InteropServices;

namespace ICAE.Lab.Formats;

/// <summary>Where a path leads in the end, all links on the way followed.</summary>
internal static partial class FinalPath
{
    /// <summary>Follows links.</summary>
    /// <param name="path">A file or folder.</param>
    /// <returns>The path of what is there, or <see langword="null"/> where there is nothing, or a link cannot be followed.</returns>
    public static string? Of(string path)
    {
        if (OperatingSystem.IsWindows())
            return OnWindows(path);

        // The runtime follows links by their text, which goes wrong where a folder on the way is a link itself.
        var resolved = RealPath(Path.GetFullPath(path), 0);
        if (resolved == 0)
            return null;

        try
        {
            return Marshal.PtrToStringUTF8(resolved);
        }
        finally
        {
            Free(resolved);
        }
    }

    /// <summary>Whether a path without links names a device or a pipe, which is written to as it stands.</summary>
    public static bool IsDevice(string path) =>

        // Files in memory are files like any others. A pipe that is named under /dev leads nowhere else.
        !OperatingSystem.IsWindows() && path.StartsWith("/dev/", StringComparison.Ordinal) && !path.StartsWith("/dev/shm/", StringComparison.Ordinal);

    private static string? OnWindows(string path)
    {
        try
        {
            FileSystemInfo entry = Directory.Exists(path) ? new DirectoryInfo(path) : new FileInfo(path);
            var final = entry.ResolveLinkTarget(returnFinalTarget: true) ?? entry;
            return final.Exists ? final.FullName : null;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    [LibraryImport("libc", EntryPoint = "realpath", StringMarshalling = StringMarshalling.Utf8)]
    private static partial nint RealPath(string path, nint buffer);

    [LibraryImport("libc", EntryPoint = "free")]
    private static partial void Free(nint buffer);
}
