namespace ICAE.Lab.Data.Stories;

/// <summary>One thing that a story tells, in the order in which it happened. What a kind does not use is null.</summary>
public sealed record StoryFact
{
    /// <summary>What is told.</summary>
    public required StoryFactKind Kind { get; init; }

    /// <summary>Who did it or is it.</summary>
    public StoryEntity? Who { get; init; }

    /// <summary>The thing.</summary>
    public StoryEntity? What { get; init; }

    /// <summary>The other person.</summary>
    public StoryEntity? Whom { get; init; }

    /// <summary>A third person.</summary>
    public StoryEntity? Third { get; init; }

    /// <summary>A second thing.</summary>
    public StoryEntity? Other { get; init; }

    /// <summary>The place.</summary>
    public StoryEntity? Where { get; init; }

    /// <summary>The place passed on the way.</summary>
    public StoryEntity? Via { get; init; }

    /// <summary>The spot within the place, such as "under the settle".</summary>
    public string? Spot { get; init; }

    /// <summary>The time as far as it is told with this fact, such as "on Tuesday morning" or "at four o’clock"; null if it is not.</summary>
    public string? When { get; init; }

    /// <summary>The reason in a few words, in the third person, such as "he was in want of money"; null if none is told.</summary>
    public string? Why { get; init; }

    /// <summary>How many.</summary>
    public int? HowMany { get; init; }

    /// <summary>What the kind says beside: a trade, a kinship, a material, a feeling.</summary>
    public string? Detail { get; init; }

    /// <summary>Where in the text it is told: the first character.</summary>
    public required int Start { get; init; }

    /// <summary>Over how many characters it is told.</summary>
    public required int Length { get; init; }

    /// <summary>Whether two facts say the same, wherever in their texts, and whatever their entities are called there.</summary>
    /// <param name="other">The other fact.</param>
    /// <returns>True if kind, entities, time, place, number and detail agree, and both give a reason or neither does.</returns>
    public bool SaysTheSame(StoryFact other)
    {
        ArgumentNullException.ThrowIfNull(other);
        return Kind == other.Kind && Same(Who, other.Who) && Same(What, other.What) && Same(Whom, other.Whom) && Same(Third, other.Third)
            && Same(Other, other.Other) && Same(Where, other.Where) && Same(Via, other.Via) && Spot == other.Spot && When == other.When
            && HowMany == other.HowMany && Detail == other.Detail && (Why is null) == (other.Why is null);
    }

    private static bool Same(StoryEntity? left, StoryEntity? right) => left?.Kind == right?.Kind && left?.Id == right?.Id;
}
