namespace ICAE.Lab.Formats.Hub;

/// <summary>What a request is about, for messages.</summary>
/// <param name="Id">The model.</param>
/// <param name="Revision">The branch, tag or commit.</param>
/// <param name="File">The file, or <see langword="null"/> for the list of files.</param>
internal sealed record HubTarget(HubModelId Id, string Revision, string? File = null)
{
    /// <summary>In words.</summary>
    public string Subject => File is null ? Id.Text : $"{File} of {Id}";
}
