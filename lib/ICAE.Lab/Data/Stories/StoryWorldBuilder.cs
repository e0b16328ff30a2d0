namespace ICAE.Lab.Data.Stories;

/// <summary>Draws a world.</summary>
/// <param name="random">The random numbers.</param>
/// <param name="split">The split, for which some names, trades and places are kept.</param>
internal sealed class StoryWorldBuilder(CounterRandom random, DataSplit split)
{
    private const int FirstYear = 1798;
    private const int Years = 114;
    private readonly HashSet<string> _taken = new(StringComparer.Ordinal);

    /// <summary>Draws a world with so many people and places.</summary>
    public StoryWorld Build(int people, int places)
    {
        var persons = new List<Person>();
        for (var id = 0; id < people; id++)
            persons.Add(DrawPerson(persons));
        var map = DrawPlaces(persons, places);
        var village = Draw("villages", StoryTags.None).Text;
        var county = Draw("counties", StoryTags.None).Text;
        var day = new DateOnly(FirstYear + random.NextInt(Years), 1 + random.NextInt(12), 1 + random.NextInt(28));
        if (day.DayOfWeek == DayOfWeek.Sunday)
            day = day.AddDays(1);
        return new StoryWorld(village, county, day, persons, map, DrawRoads(map.Count));
    }

    private Person DrawPerson(List<Person> others)
    {
        var male = random.NextInt(100) < 55;
        var sex = male ? StoryTags.Male : StoryTags.Female;
        var trade = Draw("trades", sex | StoryTags.Young | StoryTags.Craft);
        var person = new Person
        {
            Id = others.Count,
            Given = Draw(male ? "given.m" : "given.f", StoryTags.None).Text,
            Surname = Draw("surnames", StoryTags.None).Text,
            Male = male,
            Trade = trade,
            Title = male ? "Mr." : random.NextInt(2) == 0 ? "Mrs." : "Miss",
        };
        if (others.Count > 0 && random.NextInt(100) < 45)
            MakeKin(person, others[random.NextInt(others.Count)], others);
        return person;
    }

    // Fields of an entry of the list "kin": what the new person is, what the other is if a man, if a woman, and whether the surname is shared.
    private void MakeKin(Person person, Person other, List<Person> others)
    {
        var entry = Lexicon.Section("kin").Pick(random, split, (person.Male ? StoryTags.Male : StoryTags.Female) | (other.Male ? StoryTags.Young : StoryTags.Old));
        if (others.Any(one => one.KinTo == other || other.KinTo == one))
            return;
        person.KinTo = other;
        person.KinNoun = entry.Fields[0];
        person.KinBack = entry.Fields[other.Male ? 1 : 2];
        if (entry.Fields[3] == "same")
            person.Surname = other.Surname;
        if (person.KinNoun == "wife" || person.KinNoun == "mother")
            person.Title = "Mrs.";
        else if (person.KinNoun is "daughter" or "niece" or "granddaughter")
            person.Title = "Miss";
        if (person.KinNoun is "husband" or "son" or "daughter" && !other.Male)
            other.Title = "Mrs.";
    }

    private List<Place> DrawPlaces(List<Person> people, int count)
    {
        var section = Lexicon.Section("places");
        var places = new List<Place>();
        foreach (var person in people)
        {
            var wanted = person.Trade.Fields[1].Split(", ");
            var name = wanted[random.NextInt(wanted.Length)];
            if (places.Count < count && section.All.FirstOrDefault(entry => entry.Fields[0] == name) is { } entry && Allowed(entry) && _taken.Add("place " + name))
                places.Add(new Place(places.Count, entry));
        }
        while (places.Count < count)
        {
            var entry = section.Pick(random, split, StoryTags.Indoor | StoryTags.Outdoor | StoryTags.Wild);
            if (_taken.Add("place " + entry.Fields[0]))
                places.Add(new Place(places.Count, entry));
        }
        return places;
    }

    private bool Allowed(LexiconEntry entry) => entry.Only is null || entry.Only == split;

    // From the first place every other is reached, so that any two are at most two roads apart.
    private bool[,] DrawRoads(int places)
    {
        var roads = new bool[places, places];
        for (var place = 0; place < places; place++)
        {
            Join(roads, place, 0);
            Join(roads, place, random.NextInt(places));
        }
        return roads;
    }

    private static void Join(bool[,] roads, int one, int other)
    {
        if (one != other)
            roads[one, other] = roads[other, one] = true;
    }

    private LexiconEntry Draw(string list, StoryTags situation)
    {
        var section = Lexicon.Section(list);
        LexiconEntry entry;
        do
            entry = section.Pick(random, split, situation);
        while (!_taken.Add(list + " " + entry.Text));
        return entry;
    }
}
