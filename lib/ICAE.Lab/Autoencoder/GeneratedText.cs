namespace ICAE.Lab.Autoencoder;

/// <summary>What a model wrote in one row.</summary>
/// <param name="Ids">The ids in order, without the one that ended the text.</param>
/// <param name="End">Why it stopped.</param>
public sealed record GeneratedText(IReadOnlyList<int> Ids, GenerationEnd End);
