namespace ICAE.Lab.Data.Corpora;

/// <summary>What the fetching of a corpus left on this machine.</summary>
/// <param name="Folder">The corpus' folder, which training reads.</param>
/// <param name="Texts">All texts in it, those of earlier fetches included.</param>
/// <param name="Fetched">How many of them were fetched now.</param>
/// <param name="FetchedBytes">The bytes that came over the network.</param>
public sealed record CorpusFetchResult(string Folder, IReadOnlyList<CorpusText> Texts, int Fetched, long FetchedBytes);
