namespace ICAE.Lab.Data.Stories;

/// <summary>A thing that can be carried. No two of a story share a noun.</summary>
/// <param name="Id">Its number.</param>
/// <param name="Entry">Its entry: noun, adjectives, and what it costs.</param>
/// <param name="Looks">The adjective that it has in this story.</param>
internal sealed record Thing(int Id, LexiconEntry Entry, string Looks)
{
    public string Noun => Entry.Fields[0];

    public IReadOnlyList<string> AllLooks => Entry.Fields[1].Split(", ");
}
