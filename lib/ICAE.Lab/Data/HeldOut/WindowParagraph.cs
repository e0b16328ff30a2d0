namespace ICAE.Lab.Data.HeldOut;

/// <summary>A paragraph that is looked at.</summary>
/// <param name="Text">Its text.</param>
/// <param name="Sentences">Its sentences.</param>
/// <param name="End">The words of the whole text up to its end.</param>
internal sealed record WindowParagraph(string Text, IReadOnlyList<WindowSentence> Sentences, long End);
