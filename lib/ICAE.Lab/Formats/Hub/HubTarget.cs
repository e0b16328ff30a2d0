using ICAE.Lab.Formats.Downloads;

namespace ICAE.Lab.Formats.Hub;

/// <summary>What a request to a hub is about. A hub keeps large files at other hosts, so that its redirections are followed there.</summary>
/// <param name="Endpoint">The hub.</param>
/// <param name="Id">The repository.</param>
/// <param name="Revision">The branch, tag or commit.</param>
/// <param name="File">The file, or <see langword="null"/> for the list of files.</param>
/// <param name="Kind">What the repository holds.</param>
internal sealed record HubTarget(HubEndpoint Endpoint, HubModelId Id, string Revision, string? File = null, HubRepositoryKind Kind = HubRepositoryKind.Model) : DownloadTarget
{
    /// <inheritdoc/>
    public override Uri Address => File is null ? Endpoint.Listing(Kind, Id, Revision) : Endpoint.File(Kind, Id, Revision, File);

    /// <inheritdoc/>
    public override string Host => Endpoint.Host;

    /// <inheritdoc/>
    public override string Subject => File is null ? Id.Text : $"{File} of {Id}";

    /// <summary>What the repository holds, in words.</summary>
    public string Noun => Kind == HubRepositoryKind.Dataset ? "data set" : "model";

    /// <inheritdoc/>
    public override bool IsOwn(Uri uri) => Endpoint.IsOwn(uri);

    /// <inheritdoc/>
    public override bool Follows(Uri next) => true;

    /// <inheritdoc/>
    public override IcaeException Refusal(HttpResponseMessage response, bool isOwn, bool hasToken) => HubErrors.For(response, this, isOwn, hasToken);
}
