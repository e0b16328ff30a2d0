using ICAE.Lab.Formats.Downloads;

namespace ICAE.Lab.Formats.Hub;

/// <summary>What a pull left on this machine.</summary>
public sealed record HubPullResult
{
    /// <summary>The name by which the model is found.</summary>
    public required string Name { get; init; }

    /// <summary>Its folder, or the one file that was wanted.</summary>
    public required string Path { get; init; }

    /// <summary>The commit that the revision stands for.</summary>
    public required string Commit { get; init; }

    /// <summary>Its files, as far as they are from the hub.</summary>
    public required IReadOnlyList<RemoteFile> Files { get; init; }

    /// <summary>The bytes that were fetched now.</summary>
    public required long FetchedBytes { get; init; }

    /// <summary>Whether it was there already, so that nothing was fetched.</summary>
    public required bool WasThere { get; init; }
}
