namespace ICAE.Lab.Data.Stories;

/// <summary>A plan in words.</summary>
/// <param name="Text">The text.</param>
/// <param name="Spans">Where each event is told; of no length for scenes.</param>
/// <param name="Facts">Where traits of people and things are told.</param>
/// <param name="Mentions">Where people are named.</param>
/// <param name="Named">How much of each person's name is told.</param>
/// <param name="Narrator">Who tells it in the first person, or is the witness; null if nobody.</param>
/// <param name="Entries">The numbers of the entries used.</param>
internal sealed record StoryTelling(
    string Text,
    IReadOnlyList<(int Start, int Length)> Spans,
    IReadOnlyList<StoryFactSpan> Facts,
    IReadOnlyList<StoryMention> Mentions,
    NameTold[] Named,
    Person? Narrator,
    IReadOnlySet<int> Entries);
