namespace ICAE.Lab.Data.Corpora;

/// <summary>How a corpus is made from a public source: which texts there are, and how one of them is fetched and taken from what was fetched.</summary>
public abstract class CorpusRecipe
{
    /// <summary>The recipe's name.</summary>
    public abstract string Name { get; }

    /// <summary>What is fetched, with versions and, where they are known, hashes.</summary>
    internal abstract Task<IReadOnlyList<CorpusText>> ListAsync(CorpusDownloads downloads, CancellationToken cancellation);

    /// <summary>Fetches what a text is made from and makes it.</summary>
    /// <param name="downloads">Fetches.</param>
    /// <param name="text">The text.</param>
    /// <param name="work">A folder of its own, in which an earlier try may have left files of the same version.</param>
    /// <param name="destination">Where the text goes.</param>
    /// <param name="cancellation">Stops it.</param>
    /// <returns>The text with what is known of it now, except its hash.</returns>
    internal abstract Task<CorpusText> MakeAsync(CorpusDownloads downloads, CorpusText text, string work, string destination, CancellationToken cancellation);

    /// <summary>The secret that requests to the recipe's own server carry, or <see langword="null"/>.</summary>
    internal virtual string? Token => null;
}
