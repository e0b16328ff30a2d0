namespace ICAE.Lab.Tests.Formats.Hub;

/// <summary>What was asked of a <see cref="HubServer"/>.</summary>
internal sealed record HubRequest(string Path, IReadOnlyDictionary<string, string> Headers)
{
    public bool IsListing => Path.StartsWith("/api/", StringComparison.Ordinal);
}
