namespace ICAE.Lab.Data.Stories;

/// <summary>A place of a world's map. No two share a noun.</summary>
/// <param name="Id">Its number.</param>
/// <param name="Entry">Its entry: noun, and the preposition for being there.</param>
internal sealed record Place(int Id, LexiconEntry Entry)
{
    public string Noun => Entry.Fields[0];

    public string Preposition => Entry.Fields[1];

    public StoryTags Inside => Entry.Tags & (StoryTags.Indoor | StoryTags.Outdoor);
}
