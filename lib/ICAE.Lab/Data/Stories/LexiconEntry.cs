namespace ICAE.Lab.Data.Stories;

/// <summary>A line of a word list.</summary>
/// <param name="Fields">The line's fields.</param>
/// <param name="Tags">When it fits.</param>
/// <param name="Only">The split it is kept for, or null if it is for all.</param>
/// <param name="Number">Its number over all lists, for telling entries apart.</param>
internal sealed record LexiconEntry(string[] Fields, StoryTags Tags, DataSplit? Only, int Number)
{
    private Template?[]? _templates;

    public string Text => Fields[0];

    /// <summary>The first field as a template.</summary>
    public Template Template => Wording(0);

    /// <summary>A field as a template.</summary>
    public Template Wording(int field)
    {
        var templates = _templates ??= new Template?[Fields.Length];
        return templates[field] ??= Template.Parse(Fields[field]);
    }

    public bool Has(StoryTags tag) => (Tags & tag) != 0;

    /// <summary>Whether it fits a situation: all its conditions hold, and its registers, if it names any, include the one told in.</summary>
    public bool Fits(StoryTags situation) => Fits(Tags, situation);

    /// <summary>Whether an entry with these tags fits a situation.</summary>
    public static bool Fits(StoryTags tags, StoryTags situation)
    {
        var registers = tags & StoryTags.Registers;
        return (registers == 0 || (registers & situation) != 0) && (tags & ~StoryTags.Registers & ~situation) == 0;
    }
}
