namespace ICAE.Lab.Formats.Hub;

/// <summary>How far a pull is.</summary>
/// <param name="File">The file that is fetched.</param>
/// <param name="Done">Bytes of all files that are on this machine, those of earlier pulls included.</param>
/// <param name="Total">Bytes of all files, as far as the hub says; grows when an index names more.</param>
/// <param name="Fetched">Bytes that came over the network in this pull.</param>
/// <param name="Note">Something to be told, such as a broken connection; else <see langword="null"/>.</param>
public sealed record HubPullProgress(string File, long Done, long Total, long Fetched, string? Note = null);
