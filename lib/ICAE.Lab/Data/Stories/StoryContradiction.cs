namespace ICAE.Lab.Data.Stories;

/// <summary>A story that says the same as another but for one fact.</summary>
/// <param name="Story">The changed story, told in the same manner.</param>
/// <param name="FactIndex">The index of the changed fact in both stories' <see cref="Story.Facts"/>.</param>
/// <param name="Original">The fact as the first story tells it.</param>
/// <param name="Changed">The fact as the changed story tells it.</param>
public sealed record StoryContradiction(Story Story, int FactIndex, StoryFact Original, StoryFact Changed);
