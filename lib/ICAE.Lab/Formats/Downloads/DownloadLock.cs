namespace ICAE.Lab.Formats.Downloads;

/// <summary>Takes a model or a corpus for one download: two at once would mix their files.</summary>
internal static class DownloadLock
{
    /// <summary>Takes it.</summary>
    /// <param name="path">The lock's file; it stays.</param>
    /// <param name="name">What is fetched.</param>
    /// <returns>To be disposed at the end; the system does it when the process dies.</returns>
    /// <exception cref="IcaeException">Another process has it, or the file cannot be made.</exception>
    public static IDisposable Take(string path, string name)
    {
        try
        {
            return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException error) when (FileChecks.IsHeld(error))
        {
            throw new IcaeException($"{name} is being fetched by another process ({error.Message})", error);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new IcaeException($"{path}: the file cannot be made: {error.Message}", error);
        }
    }
}
