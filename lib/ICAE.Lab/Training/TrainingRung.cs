namespace ICAE.Lab.Training;

/// <summary>One step of a ladder: how long texts are and how many tokens share a slot.</summary>
/// <param name="Lengths">The lengths of texts, in tokens; each batch draws one.</param>
/// <param name="TokensPerSlot">Tokens per slot.</param>
public sealed record TrainingRung(IReadOnlyList<int> Lengths, double TokensPerSlot);
