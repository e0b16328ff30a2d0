using ICAE.Lab.Evaluation;

namespace ICAE.Lab.Experiments.AnswerEvaluation;

/// <summary>How well questions are answered under a condition.</summary>
/// <param name="Exact">
/// The share of answers that come word for word, free-running and greedy, with their end: the end of a text behind slots, the end of a line for the base alone.
/// </param>
/// <param name="Loss">Nats a token of the answer, teacher-forced, without its end: the mean over the questions of each answer's mean.</param>
/// <param name="Accuracy">The share of an answer's tokens that were the likeliest, teacher-forced, without its end: the mean over the questions.</param>
public sealed record AnswerScores(ConfidenceInterval Exact, ConfidenceInterval Loss, ConfidenceInterval Accuracy);
