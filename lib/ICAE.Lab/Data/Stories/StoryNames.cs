namespace ICAE.Lab.Data.Stories;

/// <summary>What questions and facts of a telling call people, places and things.</summary>
internal sealed class StoryNames(StoryPlan plan, StoryTelling telling, StoryRegister register)
{
    public StoryPlan Plan => plan;

    public string Of(Person person)
    {
        if (telling.Named[person.Id] == NameTold.Full)
            return person.FullName;
        if (telling.Named[person.Id] == NameTold.Given)
            return person.Given;
        if (person != telling.Narrator)
            return $"the {person.TradeNoun}";
        return register == StoryRegister.Spoken ? "the speaker" : "the writer";
    }

    public static string Of(Thing thing) => $"the {thing.Looks} {thing.Noun}";

    public static string Of(Place place) => $"the {place.Noun}";

    public StoryEntity? Entity(Person? person) => person is null ? null : new(StoryEntityKind.Person, person.Id, Of(person));

    public static StoryEntity? Entity(Thing? thing) => thing is null ? null : new(StoryEntityKind.Thing, thing.Id, Of(thing));

    public static StoryEntity? Entity(Place? place) => place is null ? null : new(StoryEntityKind.Place, place.Id, Of(place));
}
