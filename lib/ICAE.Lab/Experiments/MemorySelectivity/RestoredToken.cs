using ICAE.Lab.Evaluation;

namespace ICAE.Lab.Experiments.MemorySelectivity;

/// <summary>One token that the model wrote from the memory by itself, free-running and greedily, beside what the base alone makes of it behind the same restored tokens.</summary>
/// <param name="TextId">The text.</param>
/// <param name="Position">The token's place in the restoration, from 0.</param>
/// <param name="Token">What the token shows.</param>
/// <param name="Alignment">What it is to the original: <see cref="AlignmentKind.Match"/>, <see cref="AlignmentKind.Substitution"/>, <see cref="AlignmentKind.Insertion"/> or <see cref="AlignmentKind.MovedHere"/>.</param>
/// <param name="Without">Its surprisal by the base alone, in nats.</param>
/// <param name="LikeliestWithout">Whether the base alone would have written it, too.</param>
public sealed record RestoredToken(string TextId, int Position, string Token, AlignmentKind Alignment, double Without, bool LikeliestWithout);
