using ICAE.Lab.Evaluation;

namespace ICAE.Lab.Experiments.RestorationEvaluation;

/// <summary>A stretch of a text as it is shown, and what became of it in the restoration.</summary>
/// <param name="Kind">What became of it.</param>
/// <param name="Tokens">The texts of its tokens, for display.</param>
public sealed record MarkedPiece(AlignmentKind Kind, IReadOnlyList<string> Tokens)
{
    /// <summary>What stands in its place on the other side of a substitution; none for all other kinds.</summary>
    public IReadOnlyList<string> Counterpart { get; init; } = [];

    /// <summary>For what was moved, the token of the other side at which it stands there, from 0; -1 for all other kinds.</summary>
    public int MovedTo { get; init; } = -1;
}
