namespace ICAE.Lab.Experiments.RestorationEvaluation;

/// <summary>How far an evaluation has come.</summary>
/// <param name="Done">Batches that are done.</param>
/// <param name="Total">Batches in all.</param>
/// <param name="Condition">What the decoder reads now.</param>
public readonly record struct RestorationProgress(int Done, int Total, ReadingCondition Condition);
