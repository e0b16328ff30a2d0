namespace ICAE.Lab.Data.Stories;

/// <summary>Something that happens in a world; see <see cref="StoryFactKind"/> for what the roles mean.</summary>
internal sealed record StoryEvent
{
    /// <summary>What happens, or null for a sentence that only paints the scene.</summary>
    public StoryFactKind? Kind { get; init; }

    public Person? A { get; init; }

    public Person? B { get; init; }

    public Person? C { get; init; }

    public Thing? O { get; init; }

    public Thing? X { get; init; }

    public Place? P { get; init; }

    /// <summary>The place passed on the way.</summary>
    public Place? Q { get; init; }

    /// <summary>The spot within the place.</summary>
    public LexiconEntry? S { get; init; }

    public int? N { get; init; }

    /// <summary>The word that the kind needs beside: goods, an illness, a feeling.</summary>
    public LexiconEntry? K { get; init; }

    /// <summary>Where K was drawn from.</summary>
    public string? KList { get; init; }

    public LexiconEntry? Why { get; init; }

    public string? WhyList { get; init; }

    /// <summary>Minutes since the midnight before the first day.</summary>
    public int Minute { get; init; }

    public TimeTelling Tell { get; init; }

    public StoryTags Weather { get; init; }

    /// <summary>Who was at a place already, though nothing told so.</summary>
    public IReadOnlyList<(Person Person, Place Place)> Placed { get; init; } = [];

    public int Day => Minute / DayMinutes;

    public const int DayMinutes = 24 * 60;

    public StoryTags Part => (Minute % DayMinutes / 60) switch
    {
        < 9 => StoryTags.Morning,
        < 12 => StoryTags.Forenoon,
        < 17 => StoryTags.Afternoon,
        _ => StoryTags.Evening,
    };

    public bool Involves(Person person) => A == person || B == person || C == person;
}
