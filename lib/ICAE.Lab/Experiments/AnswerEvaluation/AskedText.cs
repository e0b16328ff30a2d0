using ICAE.Lab.Autoencoder;

namespace ICAE.Lab.Experiments.AnswerEvaluation;

/// <summary>A text that questions are about.</summary>
/// <param name="Number">Which of the different texts it is, counted from 0.</param>
/// <param name="Text">The text.</param>
/// <param name="Ids">Its ids, as the encoder reads them.</param>
/// <param name="Plan">How it is cut into spans and slots.</param>
internal sealed record AskedText(int Number, string Text, int[] Ids, SpanPlan Plan);
