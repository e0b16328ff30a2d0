namespace ICAE.Lab.Data.Stories;

/// <summary>A question about a story.</summary>
/// <param name="Kind">What it asks for.</param>
/// <param name="Text">The question.</param>
/// <param name="Answer">The right answer in a few words, without a full stop.</param>
/// <param name="Facts">The indices in <see cref="Story.Facts"/> of the facts from which the answer follows.</param>
/// <param name="Distance">How many characters lie between the end of the last of those facts and the end of the text.</param>
public sealed record StoryQuestion(StoryQuestionKind Kind, string Text, string Answer, IReadOnlyList<int> Facts, int Distance);
