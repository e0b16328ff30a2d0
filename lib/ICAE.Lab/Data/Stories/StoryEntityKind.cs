namespace ICAE.Lab.Data.Stories;

/// <summary>What an entity of a story is.</summary>
public enum StoryEntityKind
{
    /// <summary>A man, woman or child.</summary>
    Person,

    /// <summary>A place of the map.</summary>
    Place,

    /// <summary>A thing that can be carried.</summary>
    Thing,
}
