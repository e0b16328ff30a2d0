using ICAE.Lab.Evaluation;

namespace ICAE.Lab.Experiments.RestorationEvaluation;

/// <summary>A stretch of a text as it is shown, and what became of it in the restoration.</summary>
/// <param name="Kind">What became of it.</param>
/// <param name="Tokens">The texts of its tokens, for display.</param>
public sealed record MarkedPiece(AlignmentKind Kind, IReadOnlyList<string> Tokens);
