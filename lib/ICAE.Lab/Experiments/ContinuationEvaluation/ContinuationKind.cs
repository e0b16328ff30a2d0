using ICAE.Lab.Evaluation;

namespace ICAE.Lab.Experiments.ContinuationEvaluation;

/// <summary>The continuations of a kind of text.</summary>
/// <param name="Kind">The kind, such as "ordinary".</param>
/// <param name="Count">Passages measured.</param>
/// <param name="Skipped">Passages that were too short.</param>
/// <param name="Slots">Slots of each text.</param>
/// <param name="Scores">Scores by condition; without passages there are none, and with one there is no other text's memory.</param>
/// <param name="Kept">
/// Of the nats that the text itself takes away from predicting without context, the share that its slots take away: 1 where slots serve as well as the text, 0 where
/// they are of no use, below 0 where they harm. Its interval has no ends (NaN) where the text does not help in some resamples. <see langword="null"/> without passages, or where the text itself does not help.
/// </param>
public sealed record ContinuationKind(
    string Kind, int Count, int Skipped, int Slots, IReadOnlyDictionary<ContextCondition, ContinuationScores> Scores, ConfidenceInterval? Kept);
