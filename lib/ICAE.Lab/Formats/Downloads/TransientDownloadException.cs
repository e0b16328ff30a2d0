namespace ICAE.Lab.Formats.Downloads;

/// <summary>A fault that may be over when it is tried again.</summary>
/// <param name="message">What happened.</param>
/// <param name="wait">How long the server asks to wait.</param>
/// <param name="inner">The cause.</param>
internal sealed class TransientDownloadException(string message, TimeSpan? wait = null, Exception? inner = null) : IcaeException(message, inner)
{
    /// <summary>How long the server asks to wait, where it does.</summary>
    public TimeSpan? Wait { get; } = wait;
}
