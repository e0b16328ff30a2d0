using System.Globalization;

namespace ICAE.Lab.Formats.Downloads;

/// <summary>Whether a disk has room.</summary>
internal static class DiskRoom
{
    // What a file system needs for itself, and the small files without a length.
    private const long Margin = 16 << 20;

    /// <summary>The bytes that may be written below a folder, or <see cref="long.MaxValue"/> where the system does not say.</summary>
    public static long Of(string folder)
    {
        try
        {
            var place = OperatingSystem.IsWindows() ? Path.GetPathRoot(Path.GetFullPath(folder))! : folder;
            return Math.Max(0, new DriveInfo(place).AvailableFreeSpace - Margin);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return long.MaxValue;
        }
    }

    /// <summary>Refuses what would not fit.</summary>
    /// <param name="folder">Where it would be written.</param>
    /// <param name="bytes">Its length.</param>
    /// <param name="what">What it is.</param>
    /// <exception cref="IcaeException">It does not fit.</exception>
    public static void Require(string folder, long bytes, string what)
    {
        var free = Of(folder);
        if (bytes > free)
            throw new IcaeException(string.Create(CultureInfo.InvariantCulture, $"{folder}: the disk has room for {free / 1e6:N0} MB, but {what} needs {bytes / 1e6:N0} MB more; nothing more is fetched."));
    }
}
