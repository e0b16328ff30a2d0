namespace ICAE.Lab.Formats.Downloads;

/// <summary>How far a download of one or more files is.</summary>
/// <param name="File">The file that is fetched.</param>
/// <param name="Done">Bytes of all files that are on this machine, those of earlier tries included.</param>
/// <param name="Total">Bytes of all files, as far as they are known; grows when more are.</param>
/// <param name="Fetched">Bytes that came over the network this time.</param>
/// <param name="Note">Something to be told, such as a broken connection; else <see langword="null"/>.</param>
public sealed record DownloadProgress(string File, long Done, long Total, long Fetched, string? Note = null);
