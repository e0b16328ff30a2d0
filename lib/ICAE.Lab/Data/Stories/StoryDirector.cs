namespace ICAE.Lab.Data.Stories;

/// <summary>
/// Makes a plan: runs plots, of which several may be under way at once, lets people go where they are needed and time pass, and fills in
/// daily life between. Each event is tried on the state; a plot whose next event cannot happen is given up.
/// </summary>
internal sealed partial class StoryDirector
{
    private const int Morning = 7 * 60;
    private const int Night = 20 * 60;
    private const int Bedtime = 22 * 60;
    private const int MostSteps = 2000;

    private readonly CounterRandom _random;
    private readonly DataSplit _split;
    private readonly StoryWorld _world;
    private readonly StoryState _state;
    private readonly List<StoryEvent> _events = [];
    private readonly List<LexiconEntry> _plots = [];
    private readonly HashSet<string> _nouns = new(StringComparer.Ordinal);
    private readonly HashSet<int> _words = [];
    private readonly Dictionary<int, StoryTags> _weather = [];
    private readonly HashSet<int> _weatherTold = [];
    private List<(Person, Place)> _placed = [];
    private int _things;
    private int _minute;
    private int _dayTold = -1;
    private StoryTags _partTold;

    private StoryDirector(CounterRandom random, DataSplit split, StoryWorld world)
    {
        _random = random;
        _split = split;
        _world = world;
        _state = new StoryState(world);
        _minute = Morning + random.NextInt(8 * 60);
    }

    /// <summary>Makes a plan of about so many events.</summary>
    public static StoryPlan Plan(CounterRandom random, DataSplit split, int events)
    {
        var people = Math.Clamp(2 + events / 4 + random.NextInt(2), 2, 6);
        var places = Math.Clamp(3 + events / 4 + random.NextInt(2), 3, 8);
        var world = new StoryWorldBuilder(random, split).Build(people, places);
        var director = new StoryDirector(random, split, world);
        director.Run(events);
        return new StoryPlan(world, split, director._events, director._plots);
    }

    private void Run(int wanted)
    {
        var plots = new List<IEnumerator<bool>>();
        var atOnce = wanted < 7 ? 1 : wanted < 18 ? 2 : 3;
        if (wanted > 2 && _random.NextInt(5) == 0)
            Scene();
        for (var step = 0; _events.Count < wanted && step < MostSteps; step++)
        {
            if (plots.Count == 0 || (plots.Count < atOnce && _random.NextInt(4) == 0))
                plots.Add(Start(wanted - _events.Count));
            var plot = plots[plots.Count == 1 ? 0 : _random.NextInt(plots.Count)];
            if (!plot.MoveNext())
                plots.Remove(plot);
            if (wanted > 3 && _random.NextInt(3) == 0)
                Between();
        }
        foreach (var plot in plots)
        {
            while (!plot.Current && _events.Count < wanted + 4 && plot.MoveNext())
            {
            }
        }
    }

    private IEnumerator<bool> Start(int left)
    {
        var list = left < 3 ? "plots.short" : "plots";
        var plot = Lexicon.Section(list).Pick(_random, _split, StoryTags.None);
        _plots.Add(plot);
        return Plots[plot.Text](this).GetEnumerator();
    }

    // What happens between the steps of plots.
    private void Between()
    {
        switch (_random.NextInt(9))
        {
            case 0 or 1 or 2:
                Scene();
                break;
            case 3 when _weatherTold.Add(_minute / StoryEvent.DayMinutes):
                Do(new StoryEvent { Kind = StoryFactKind.Weather, K = WeatherWord() });
                break;
            case 4:
                Work(Anyone());
                break;
            case 5:
                Do(new StoryEvent { Kind = StoryFactKind.Eat, A = Anyone(), K = Word("food"), KList = "food" });
                break;
            case 6:
                Buy(Anyone());
                break;
            case 7:
                Pass(60 + _random.NextInt(120));
                break;
            default:
                NextDay();
                break;
        }
    }

    /// <summary>Lets an event happen now, if it can.</summary>
    /// <returns>Whether it could.</returns>
    private bool Do(StoryEvent happening)
    {
        if (_minute % StoryEvent.DayMinutes >= Night)
            NextDay();
        happening = happening with { Minute = _minute, Weather = WeatherNow(), Placed = _placed };
        _placed = [];
        happening = happening with { Tell = Telling(happening) };
        var waiting = happening.Kind == StoryFactKind.Wait ? happening.N!.Value * 60 : 0;
        if ((_minute % StoryEvent.DayMinutes) + waiting > Bedtime || !_state.TryApply(happening))
            return false;
        Pass(waiting);
        if (happening.Tell is not (TimeTelling.None or TimeTelling.Hour))
            (_dayTold, _partTold) = (happening.Day, happening.Part);
        _events.Add(happening);
        Pass(5 + _random.NextInt(happening.Kind is StoryFactKind.Go or StoryFactKind.Work ? 90 : 30));
        return true;
    }

    private TimeTelling Telling(StoryEvent happening)
    {
        if (happening.Kind is null or StoryFactKind.Have or StoryFactKind.Feel or StoryFactKind.Weather)
            return TimeTelling.None;
        if (_dayTold < 0)
            return _events.Count > 1 || _random.NextInt(4) != 0 ? TimeTelling.Opening : TimeTelling.None;
        if (happening.Day != _dayTold)
            return TimeTelling.NextDay;
        if (happening.Part != _partTold)
            return _random.NextInt(3) == 0 ? TimeTelling.Part : TimeTelling.None;
        return _random.NextInt(9) == 0 ? TimeTelling.Hour : TimeTelling.None;
    }

    private void Pass(int minutes) => _minute += minutes;

    // Whoever has not heard what day the story begins on cannot be told of the next one.
    private void NextDay()
    {
        if (_dayTold >= 0 && _dayTold == _minute / StoryEvent.DayMinutes)
            _minute = ((_dayTold + 1) * StoryEvent.DayMinutes) + Morning + _random.NextInt(4 * 60);
    }

    private StoryTags WeatherNow()
    {
        var day = _minute / StoryEvent.DayMinutes;
        if (_weather.TryGetValue(day, out var weather))
            return weather;
        var entry = Lexicon.Section("weather").Pick(_random, DataSplit.Train, _world.Season);
        return _weather[day] = Enum.Parse<StoryTags>(entry.Text, ignoreCase: true);
    }

    private LexiconEntry WeatherWord() => Lexicon.Section("weather.word").Pick(_random, _split, WeatherNow());

    private void Scene() => Do(new StoryEvent());

    private bool Feel(Person person, string list, string? why = null) =>
        Do(Because(new StoryEvent { Kind = StoryFactKind.Feel, A = person, K = Word(list), KList = list }, why));

    private void Work(Person person)
    {
        var deeds = person.Trade.Fields[2].Split(" / ");
        var deed = deeds[_random.NextInt(deeds.Length)];
        Do(new StoryEvent { Kind = StoryFactKind.Work, A = person, P = _state.PlaceOf(person), K = new LexiconEntry([deed], StoryTags.None, null, -1) });
    }

    private void Buy(Person person)
    {
        if (_state.PlaceOf(person) is { } place && place.Entry.Fields.Length > 2)
        {
            var list = "goods." + place.Entry.Fields[2];
            Do(new StoryEvent { Kind = StoryFactKind.Buy, A = person, P = place, K = Word(list), KList = list, N = 2 + _random.NextInt(11) });
        }
    }

    /// <summary>Lets somebody go to a place, by way of another if no road joins them; nothing happens where they are there.</summary>
    private bool GoTo(Person person, Place place, string? why = null)
    {
        var from = _state.PlaceOf(person);
        if (from == place)
            return true;
        Place? via = null;
        if (from is not null && !_world.Joined(from, place))
        {
            var between = _world.Between(from, place).ToArray();
            via = between[_random.NextInt(between.Length)];
        }
        return Do(Because(new StoryEvent { Kind = StoryFactKind.Go, A = person, P = place, Q = via }, why));
    }

    /// <summary>Brings one person to where another is; one who has not been placed yet was there all the time, or comes.</summary>
    private bool Bring(Person person, Person other, string? why = null)
    {
        var (one, there) = (_state.PlaceOf(person), _state.PlaceOf(other));
        if (there is not null)
            return one is null && _random.NextInt(3) != 0 || GoTo(person, there, why);
        if (one is null)
            return _random.NextInt(2) == 0 || GoTo(person, AnyPlace(), why);
        if (_random.NextInt(2) == 0)
            return true;
        var home = AnyPlace();
        if (home != one)
            _placed = [(other, home)];
        return GoTo(person, home, why);
    }

    private StoryEvent Because(StoryEvent happening, string? why, int percent = 55)
    {
        if (why is null || _random.NextInt(100) >= percent)
            return happening;
        var reason = Lexicon.Section(why).TryPickFresh(_random, _split, PersonTags(happening.A!), _words);
        return happening with { Why = reason, WhyList = why };
    }

    private static StoryTags PersonTags(Person person) =>
        (person.Male ? StoryTags.Male : StoryTags.Female) | (person.Trade.Tags & (StoryTags.Young | StoryTags.Old));

    private LexiconEntry Word(string list) => Lexicon.Section(list).TryPickFresh(_random, _split, StoryTags.None, _words)
        ?? throw new InvalidOperationException($"The word list {list} is empty.");

    // Things for the pocket go where others do not, and large ones not everywhere.
    private LexiconEntry Spot(Place place, Thing thing) =>
        Lexicon.Section("spots").TryPickFresh(_random, _split, place.Inside | (place.Entry.Tags & StoryTags.Wild) | (thing.Entry.Tags & StoryTags.Pocket)
            | (thing.Entry.Has(StoryTags.Large) ? StoryTags.None : StoryTags.Small), _words)!;

    private Thing NewThing(StoryTags needed)
    {
        var section = Lexicon.Section("things");
        LexiconEntry entry;
        do
            entry = section.Pick(_random, _split, StoryTags.Pocket | StoryTags.Hand | StoryTags.Breaks | StoryTags.Fine | StoryTags.Paper | StoryTags.Large);
        while (!entry.Has(needed) || !_nouns.Add(entry.Text));
        var looks = entry.Fields[1].Split(", ");
        return new Thing(_things++, entry, looks[_random.NextInt(looks.Length)]);
    }

    private int Price(Thing thing)
    {
        var range = thing.Entry.Fields[2].Split('-');
        var low = int.Parse(range[0], System.Globalization.CultureInfo.InvariantCulture);
        var high = int.Parse(range[1], System.Globalization.CultureInfo.InvariantCulture);
        return low + _random.NextInt(high - low + 1);
    }

    private Place AnyPlace() => _world.Places[_random.NextInt(_world.Places.Count)];

    private Place AnyPlaceBut(Place? not)
    {
        Place place;
        do
            place = AnyPlace();
        while (place == not);
        return place;
    }

    private Person Anyone() => _world.People[_random.NextInt(_world.People.Count)];

    // The first people of a world have most to do, so that a story keeps to few.
    private Person Lead()
    {
        var person = _world.People[_random.NextInt(2) == 0 ? 0 : _random.NextInt(_world.People.Count)];
        return _state.IsIll(person) ? _world.People.First(one => !_state.IsIll(one)) : person;
    }

    private Person? Other(params Person[] not)
    {
        var others = _world.People.Where(person => !not.Contains(person) && !_state.IsIll(person)).ToArray();
        return others.Length == 0 ? null : others[_random.NextInt(others.Length)];
    }
}
