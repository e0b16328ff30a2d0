namespace ICAE.Lab.Data.Stories;

/// <summary>Somebody or something that a story tells of. Two tellings of one world give an entity the same kind and id.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Id">Its number among those of its kind.</param>
/// <param name="Name">What questions call it: the fullest name told, such as "Thomas Carver", "the miller", "the brass key" or "the churchyard".</param>
public sealed record StoryEntity(StoryEntityKind Kind, int Id, string Name);
