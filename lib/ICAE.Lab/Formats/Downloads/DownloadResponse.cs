namespace ICAE.Lab.Formats.Downloads;

/// <summary>An answer whose content is still to be read.</summary>
/// <param name="Message">The answer.</param>
/// <param name="LinkedHash">What the asked server itself calls the content, where it sent us elsewhere for it.</param>
/// <param name="LinkedSize">How long the asked server itself says it is.</param>
internal sealed record DownloadResponse(HttpResponseMessage Message, string? LinkedHash, long? LinkedSize) : IDisposable
{
    /// <inheritdoc/>
    public void Dispose() => Message.Dispose();
}
