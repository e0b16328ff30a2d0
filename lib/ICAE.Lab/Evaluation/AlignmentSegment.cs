namespace ICAE.Lab.Evaluation;

/// <summary>A stretch of an alignment. One side is empty for omissions, insertions and moves.</summary>
/// <param name="Kind">What became of it.</param>
/// <param name="OriginalStart">Its first token in the original.</param>
/// <param name="OriginalLength">Its tokens in the original.</param>
/// <param name="RestoredStart">Its first token in the restoration.</param>
/// <param name="RestoredLength">Its tokens in the restoration.</param>
/// <param name="Counterpart">
/// For <see cref="AlignmentKind.MovedAway"/> where the tokens start in the restoration, for <see cref="AlignmentKind.MovedHere"/> where they start in the
/// original; -1 for all other kinds.
/// </param>
public readonly record struct AlignmentSegment(
    AlignmentKind Kind, int OriginalStart, int OriginalLength, int RestoredStart, int RestoredLength, int Counterpart = -1);
