namespace ICAE.Lab.Experiments.AnswerEvaluation;

/// <summary>A question as ids.</summary>
/// <param name="Text">The text that it is about.</param>
/// <param name="Prompt">The question.</param>
/// <param name="Answer">The answer, at least one id.</param>
/// <param name="Kind">What kind of question it is, where that is known.</param>
/// <param name="TextNumber">Which of the different texts it is about, counted from 0.</param>
internal sealed record Question(int[] Text, int[] Prompt, int[] Answer, string? Kind, int TextNumber);
