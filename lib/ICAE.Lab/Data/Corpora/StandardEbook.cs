namespace ICAE.Lab.Data.Corpora;

/// <summary>A book of the recipe <see cref="StandardEbooksRecipe"/>.</summary>
/// <param name="Repository">Its repository at github.com, such as "standardebooks/bram-stoker_dracula".</param>
/// <param name="Commit">The commit.</param>
/// <param name="Title">The title.</param>
/// <param name="Author">The author.</param>
/// <param name="Split">What it is for.</param>
/// <param name="Licence">The licence.</param>
/// <param name="ShippedSha256">
/// The SHA-256 of the text that the shipped models were trained on, or are tested with. It was taken from the same commit by another program, so that what is fetched
/// here is of that kind and need not be the same in every character.
/// </param>
/// <param name="ShippedCharacters">Its length in characters.</param>
/// <param name="ShippedParagraphs">Its lines.</param>
/// <param name="Sha256">The SHA-256 that the text as it is taken here must have; empty where that is not known, so that the first fetch notes it.</param>
public sealed record StandardEbook(
    string Repository, string Commit, string Title, string Author, DataSplit Split, string Licence, string ShippedSha256, long ShippedCharacters, long ShippedParagraphs, string Sha256 = "")
{
    /// <summary>The text's file in the corpus' folder.</summary>
    public string File => $"{Repository[(Repository.LastIndexOf('/') + 1)..]}.txt";
}
