namespace ICAE.Lab.Data.Stories;

/// <summary>A world and the events that are told of it, in their order.</summary>
internal sealed class StoryPlan
{
    private readonly HashSet<Person> _appearing;

    public StoryPlan(StoryWorld world, DataSplit split, IReadOnlyList<StoryEvent> events, IReadOnlyList<LexiconEntry> plots, Person? narrator = null)
    {
        World = world;
        Split = split;
        Events = events;
        Plots = plots;
        var counts = new int[world.People.Count];
        foreach (var happening in events)
        {
            foreach (var person in (Person?[])[happening.A, happening.B, happening.C])
            {
                if (person is not null)
                    counts[person.Id]++;
            }
        }
        _appearing = [.. world.People.Where(person => counts[person.Id] > 0)];
        Narrator = narrator ?? (_appearing.Count == 0 ? null : world.People.MaxBy(person => counts[person.Id]));
    }

    public StoryWorld World { get; }

    public DataSplit Split { get; }

    public IReadOnlyList<StoryEvent> Events { get; }

    /// <summary>The plots that made the events.</summary>
    public IReadOnlyList<LexiconEntry> Plots { get; }

    /// <summary>Who tells the story where it is told in the first person: whoever has most to do with it.</summary>
    public Person? Narrator { get; }

    /// <summary>Whether a person's kinship is told: both must appear.</summary>
    public bool TellsKin(Person person) => person.KinTo is { } other && _appearing.Contains(person) && _appearing.Contains(other);

    /// <summary>The same world and narrator with other events.</summary>
    public StoryPlan With(IReadOnlyList<StoryEvent> events) => new(World, Split, events, Plots, Narrator);

    /// <summary>Whether the events can follow each other as they stand.</summary>
    public bool Holds()
    {
        var state = new StoryState(World);
        return Events.All(state.TryApply);
    }
}
