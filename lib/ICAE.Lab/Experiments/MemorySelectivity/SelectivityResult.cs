using ICAE.Lab.Experiments.RestorationEvaluation;

namespace ICAE.Lab.Experiments.MemorySelectivity;

/// <summary>What of some texts a memory kept, token by token and word by word.</summary>
/// <param name="Restorations">The restorations that it was measured on.</param>
/// <param name="Tokens">Every token of every text, teacher-forced.</param>
/// <param name="Restored">Every token that the model wrote from the memories by itself.</param>
/// <param name="Differences">Every word that came back otherwise, free-running.</param>
/// <param name="Words">How many words the originals have, punctuation included.</param>
public sealed record SelectivityResult(
    RestorationResult Restorations, IReadOnlyList<TokenGain> Tokens, IReadOnlyList<RestoredToken> Restored, IReadOnlyList<WordDifference> Differences, int Words);
