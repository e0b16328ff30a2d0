using ICAE.Lab.Formats.Downloads;

namespace ICAE.Lab.Data.Corpora;

/// <summary>How far the fetching of a corpus is.</summary>
/// <param name="Text">The text that is fetched, or empty between texts.</param>
/// <param name="Done">Texts that are there.</param>
/// <param name="Count">Texts in all.</param>
/// <param name="Bytes">The bytes of the files that it is made from.</param>
public sealed record CorpusFetchProgress(string Text, int Done, int Count, DownloadProgress Bytes)
{
    /// <summary>Something to be told, such as a broken connection; else <see langword="null"/>.</summary>
    public string? Note => Bytes.Note;
}
