using ICAE.Lab.Evaluation;

namespace ICAE.Lab.Experiments.AnswerEvaluation;

/// <summary>How well questions are answered under a condition. Intervals are over texts, and over questions where all are about one text.</summary>
/// <param name="Exact">
/// The share of answers of which every token and the end were the likeliest, each from the right ones before it: those that greedy decoding writes word for word, but for
/// rounding. The end is that of the layout behind slots, and the end of a line for the base alone (of an answer of several lines, that of the last).
/// </param>
/// <param name="Loss">Nats a token of the answer, teacher-forced, without its end: the mean over the questions of each answer's mean.</param>
/// <param name="Accuracy">The share of an answer's tokens that were the likeliest, teacher-forced, without its end: the mean over the questions.</param>
public sealed record AnswerScores(ConfidenceInterval Exact, ConfidenceInterval Loss, ConfidenceInterval Accuracy);
