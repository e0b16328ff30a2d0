namespace ICAE.Lab.Formats.Downloads;

/// <summary>Folders that downloads go to.</summary>
internal static class DownloadFolder
{
    /// <summary>Makes a folder, with those above it, unless it is there.</summary>
    /// <exception cref="IcaeException">It cannot be made.</exception>
    public static void Make(string folder)
    {
        try
        {
            Directory.CreateDirectory(folder);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new IcaeException($"{folder}: the folder cannot be made: {error.Message}", error);
        }
    }
}
