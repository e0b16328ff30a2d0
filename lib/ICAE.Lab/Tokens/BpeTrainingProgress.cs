namespace ICAE.Lab.Tokens;

/// <summary>How far the training of a tokenizer has come.</summary>
/// <param name="TextsRead">Texts counted so far.</param>
/// <param name="Merges">Merges found so far; 0 while texts are read.</param>
/// <param name="MergesWanted">Merges that fill the vocabulary.</param>
public sealed record BpeTrainingProgress(long TextsRead, int Merges, int MergesWanted);
