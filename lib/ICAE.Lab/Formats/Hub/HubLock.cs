namespace ICAE.Lab.Formats.Hub;

/// <summary>Takes a model for one pull: two at once would mix their files.</summary>
internal static class HubLock
{
    /// <summary>Takes it.</summary>
    /// <param name="path">The lock's file; it stays.</param>
    /// <param name="name">The model.</param>
    /// <returns>To be disposed at the end; the system does it when the process dies.</returns>
    /// <exception cref="IcaeException">Another pull has it, or the file cannot be made.</exception>
    public static IDisposable Take(string path, string name)
    {
        try
        {
            return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException error) when (error is not DirectoryNotFoundException)
        {
            throw new IcaeException($"{name} is being pulled by another process ({error.Message})", error);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new IcaeException($"{path}: the file cannot be made: {error.Message}", error);
        }
    }
}
