namespace ICAE.Lab.Data.Stories;

/// <summary>People with trades and kin, a map of connected places, and a first day: what a story's events happen in.</summary>
internal sealed class StoryWorld
{
    private readonly bool[,] _roads;

    public StoryWorld(string village, string county, DateOnly day, IReadOnlyList<Person> people, IReadOnlyList<Place> places, bool[,] roads)
    {
        Village = village;
        County = county;
        Day = day;
        People = people;
        Places = places;
        _roads = roads;
    }

    public string Village { get; }

    public string County { get; }

    public DateOnly Day { get; }

    public IReadOnlyList<Person> People { get; }

    public IReadOnlyList<Place> Places { get; }

    public StoryTags Season => Day.Month switch
    {
        3 or 4 or 5 => StoryTags.Spring,
        6 or 7 or 8 => StoryTags.Summer,
        9 or 10 or 11 => StoryTags.Autumn,
        _ => StoryTags.Winter,
    };

    /// <summary>Whether a road joins two places.</summary>
    public bool Joined(Place one, Place other) => _roads[one.Id, other.Id];

    /// <summary>The places that are joined to both.</summary>
    public IEnumerable<Place> Between(Place one, Place other) => Places.Where(place => Joined(one, place) && Joined(place, other));
}
