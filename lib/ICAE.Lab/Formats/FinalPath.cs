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

    /// <summary>What is written when a path is written to: where it leads, or would lead if there were something.</summary>
    /// <param name="path">A file, there or not.</param>
    /// <returns>A full path. It names no link, unless one that leads nowhere.</returns>
    public static string ForWriting(string path)
    {
        var full = Path.GetFullPath(path);
        if (Of(path) is { } final)
            return final;

        // A pipe that is named under /dev leads nowhere else.
        return IsDevice(full) ? full : Missing(full) ?? full;
    }

    /// <summary>Whether a path without links names a device or a pipe, which is written to as it stands.</summary>
    public static bool IsDevice(string path) =>

        // Files in memory are files like any others.
        !OperatingSystem.IsWindows() && path.StartsWith("/dev/", StringComparison.Ordinal) && !path.StartsWith("/dev/shm/", StringComparison.Ordinal);

    /// <summary>What a link names that is not there.</summary>
    private static string? Missing(string link)
    {
        try
        {
            return new FileInfo(link).ResolveLinkTarget(returnFinalTarget: true)?.FullName;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

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
