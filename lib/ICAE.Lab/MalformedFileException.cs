namespace ICAE.Lab;

/// <summary>A file that is cut short, corrupt, hostile or of a version that this library does not know.</summary>
public sealed class MalformedFileException : IcaeException
{
    /// <summary>Creates the error; its message reads "path: place: cause".</summary>
    /// <param name="path">The file.</param>
    /// <param name="place">Where in the file: a byte offset, a line, a key. Empty when it is the whole file.</param>
    /// <param name="cause">What is wrong there.</param>
    /// <param name="innerException">The error that revealed it, if any.</param>
    public MalformedFileException(string path, string place, string cause, Exception? innerException = null)
        : base(place.Length == 0 ? $"{path}: {cause}" : $"{path}: {place}: {cause}", innerException)
    {
        Path = path;
        Place = place;
        Cause = cause;
    }

    /// <summary>The file.</summary>
    public string Path { get; }

    /// <summary>Where in the file: a byte offset, a line, a key; empty when it is the whole file.</summary>
    public string Place { get; }

    /// <summary>What is wrong there.</summary>
    public string Cause { get; }
}
