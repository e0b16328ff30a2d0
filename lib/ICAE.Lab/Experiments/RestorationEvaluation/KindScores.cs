namespace ICAE.Lab.Experiments.RestorationEvaluation;

/// <summary>The results of one kind of text.</summary>
/// <param name="Kind">The kind.</param>
/// <param name="Count">n: texts that were restored.</param>
/// <param name="Skipped">Texts that were too short.</param>
/// <param name="Tokens">Tokens of all texts.</param>
/// <param name="Characters">Unicode characters of all texts.</param>
/// <param name="Slots">Slots of all texts.</param>
/// <param name="Conditions">The scores under each condition that was tried.</param>
public sealed record KindScores(
    string Kind, int Count, int Skipped, long Tokens, long Characters, long Slots, IReadOnlyDictionary<ReadingCondition, ConditionScores> Conditions)
{
    /// <summary>The conditions without memory of the text.</summary>
    public static IReadOnlyList<ReadingCondition> ZeroConditions { get; } = [ReadingCondition.TaskToken, ReadingCondition.BaseAlone, ReadingCondition.ConstantSlots];

    /// <summary>Tokens per slot as used; NaN where there was no text.</summary>
    public double TokensPerSlot => (double)Tokens / Slots;

    /// <summary>Characters per slot; NaN where there was no text.</summary>
    public double CharactersPerSlot => (double)Characters / Slots;

    /// <summary>What a slot takes from the text's loss: teacher-forced, the zero's loss less that with memory, in nats; NaN where the zero was not measured. Memory must have been.</summary>
    public double NatsPerSlot => (Zero[RestorationMeasure.Loss] - Memory[RestorationMeasure.Loss]) * TokensPerSlot;

    /// <summary>With the text's own slots.</summary>
    public ConditionScores Memory => Conditions[ReadingCondition.Memory];

    /// <summary>The true zero: the best that was reached without memory of the text, measure by measure.</summary>
    public ConditionScores Zero => ConditionScores.Best([.. ZeroConditions.Where(Conditions.ContainsKey).Select(condition => Conditions[condition])]);

    /// <summary>The ceiling: the text itself in the context.</summary>
    public ConditionScores Ceiling => Conditions.GetValueOrDefault(ReadingCondition.TextInContext, ConditionScores.None);
}
