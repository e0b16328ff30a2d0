namespace ICAE.Lab.Data;

/// <summary>A book of a <see cref="BookCorpus"/>.</summary>
/// <param name="File">The file's name in the corpus' folder.</param>
/// <param name="Title">The title.</param>
/// <param name="Author">The author.</param>
/// <param name="Source">Where it comes from, with the version, such as "github.com/standardebooks/…@commit".</param>
/// <param name="Sha256">The file's SHA-256, lower-case hexadecimal.</param>
/// <param name="Split">What it may be used for.</param>
public sealed record CorpusBook(string File, string Title, string Author, string Source, string Sha256, DataSplit Split)
{
    /// <summary>A short name: the title in lower case with hyphens, such as "treasure-island".</summary>
    public string ShortName => string.Join('-', new string(Title.ToLowerInvariant().Select(c => char.IsLetterOrDigit(c) ? c : ' ').ToArray())
        .Split(' ', StringSplitOptions.RemoveEmptyEntries));
}
