using ICAE.Lab.Data;

namespace ICAE.Lab.Experiments.AnswerEvaluation;

/// <summary>A question about a text.</summary>
/// <param name="Text">The text.</param>
/// <param name="Example">The question as it was written.</param>
/// <param name="Prompt">The prompt's ids.</param>
/// <param name="Answer">The answer's ids, at least one.</param>
internal sealed record Question(AskedText Text, InstructionExample Example, int[] Prompt, int[] Answer);
