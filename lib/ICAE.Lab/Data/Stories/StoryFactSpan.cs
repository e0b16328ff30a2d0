namespace ICAE.Lab.Data.Stories;

/// <summary>Where a fact about a person or a thing was told.</summary>
internal readonly record struct StoryFactSpan(StoryFactKind Kind, Person? Person, Thing? Thing, int Start, int End);
