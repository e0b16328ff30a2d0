namespace ICAE.Lab.Experiments.AnswerEvaluation;

/// <summary>The answers to a kind of question.</summary>
/// <param name="Kind">The kind, such as "who"; <see langword="null"/> for all questions together.</param>
/// <param name="Count">Questions measured.</param>
/// <param name="Scores">Scores by condition; where all questions are about one text there is no other text's memory.</param>
public sealed record AnswerKind(string? Kind, int Count, IReadOnlyDictionary<ContextCondition, AnswerScores> Scores);
