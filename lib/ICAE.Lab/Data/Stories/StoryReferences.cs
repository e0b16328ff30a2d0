namespace ICAE.Lab.Data.Stories;

/// <summary>
/// What people and things are called, by what was said before: in full at first, with trade or kinship; then by a short name, a description, or a
/// pronoun where only one person of that sex can be meant: in this sentence, if they were named in it, or else in this one and the last.
/// </summary>
internal sealed partial class StoryReferences
{
    private const int PronounPercent = 88;

    private readonly StoryPlan _plan;
    private readonly StoryText _text;
    private readonly StoryTags _register;
    private readonly Person? _narrator;
    private readonly int[] _appearances;
    private readonly int[] _styles;
    private readonly bool[] _introduced;
    private readonly NameTold[] _named;
    private readonly bool[] _tradeDue;
    private readonly bool[] _kinDue;
    private readonly bool[] _tradeTold;
    private readonly bool[] _kinTold;
    private readonly HashSet<Thing> _things = [];
    private readonly List<StoryFactSpan> _facts = [];
    private readonly List<StoryMention> _mentions = [];
    private uint _lastPeople;
    private uint _people;

    // Those named outside speech: only they can be meant by a pronoun.
    private uint _lastOutside;
    private uint _outside;
    private Thing? _lastThing;
    private Thing? _thing;
    private bool _manyThings;
    private Place? _lastPlace;
    private Place? _place;
    private bool _manyPlaces;
    private int _sentence;
    private int _there = -2;

    public StoryReferences(StoryPlan plan, StoryText text, StoryTags register, Person? narrator, CounterRandom random)
    {
        _plan = plan;
        _text = text;
        _register = register;
        _narrator = narrator;
        var people = plan.World.People;
        _appearances = [.. people.Select(person => plan.Events.Count(happening => happening.Involves(person)))];
        _styles = [.. people.Select(_ => random.NextInt(100))];
        _introduced = new bool[people.Count];
        _named = new NameTold[people.Count];
        _tradeTold = new bool[people.Count];
        _kinTold = new bool[people.Count];
        _kinDue = [.. people.Select(plan.TellsKin)];
        _tradeDue = [.. people.Select(person => _appearances[person.Id] > 0 && !plan.TellsKin(person))];
        if (narrator is not null)
            _introduced[narrator.Id] = true;
    }

    public IReadOnlyList<StoryFactSpan> Facts => _facts;

    public IReadOnlyList<StoryMention> Mentions => _mentions;

    /// <summary>How deep in quotation marks the narration itself is.</summary>
    public int NarrationDepth { get; set; }

    public Person? Narrator => _narrator;

    public NameTold Named(Person person) => _named[person.Id];

    /// <summary>Begins a sentence.</summary>
    /// <param name="afresh">Whether nothing before it can be meant by a pronoun.</param>
    public void BeginSentence(bool afresh)
    {
        _sentence++;
        _lastPeople = afresh ? 0 : _people;
        _lastOutside = afresh ? 0 : _outside;
        _outside = 0;
        _lastThing = afresh || _manyThings ? null : _thing;
        _lastPlace = afresh || _manyPlaces ? null : _place;
        _people = 0;
        _thing = null;
        _manyThings = false;
        _place = null;
        _manyPlaces = false;
    }

    /// <summary>Whether "there" can only mean this place: no other was named in this sentence and the last.</summary>
    public bool IsThere(Place place) => !_manyPlaces && (_place == place || (_place is null && _lastPlace == place)) && (_lastPlace is null || _lastPlace == place);

    /// <summary>Whether "there" was said in this sentence or the last; from now on it was.</summary>
    public bool SaidThere()
    {
        var said = _there >= _sentence - 1;
        if (!said)
            _there = _sentence;
        return said;
    }

    /// <summary>Remembers that a place was named.</summary>
    public void Note(Place place)
    {
        _manyPlaces |= _place is not null && _place != place;
        _place = place;
    }

    /// <summary>Marks a name and a trade as told elsewhere than in a noun phrase.</summary>
    public void Told(Person person, bool name, bool trade, int start, int end)
    {
        _introduced[person.Id] = true;
        if (name)
            _named[person.Id] = NameTold.Full;
        if (trade)
            TellTrade(person, start, end);
    }

    /// <summary>Somebody whose trade or kinship is still to be told though everybody concerned has been named, or null.</summary>
    public Person? Overdue() => _plan.World.People.FirstOrDefault(person => _introduced[person.Id] && !(person == _narrator && _register == StoryTags.Letter && _tradeDue[person.Id])
        && (_tradeDue[person.Id] || (_kinDue[person.Id] && _introduced[person.KinTo!.Id])));

    /// <summary>Makes a person's trade, or else kinship, count as told by the sentence that begins.</summary>
    /// <returns>Whether it is the trade.</returns>
    public bool Settle(Person person)
    {
        if (!_tradeDue[person.Id])
        {
            _kinDue[person.Id] = false;
            _kinTold[person.Id] = true;
            return false;
        }
        _tradeDue[person.Id] = false;
        _tradeTold[person.Id] = true;
        return true;
    }

    /// <summary>Adds a fact about a person.</summary>
    public void Add(StoryFactKind kind, Person person, int start, int end) => _facts.Add(new StoryFactSpan(kind, person, null, start, end));

    public void TellTrade(Person person, int start, int end)
    {
        if (!_tradeDue[person.Id])
            return;
        _tradeDue[person.Id] = false;
        _tradeTold[person.Id] = true;
        _facts.Add(new StoryFactSpan(StoryFactKind.Trade, person, null, start, end));
    }

    public void TellKin(Person person, int start, int end)
    {
        if (!_kinDue[person.Id])
            return;
        _kinDue[person.Id] = false;
        _kinTold[person.Id] = true;
        _facts.Add(new StoryFactSpan(StoryFactKind.Kinship, person, null, start, end));
    }

    /// <summary>Names a person.</summary>
    public void Put(Person person, NounCase form, bool byName, CounterRandom random, Func<string, Person, CounterRandom, NameTold> intro)
    {
        if (person == _narrator)
        {
            _text.Put(form switch { NounCase.Subject => "I", NounCase.Object => "me", NounCase.Possessive => "my", _ => "myself" });
            return;
        }
        if (!_introduced[person.Id])
        {
            _introduced[person.Id] = true;
            Introduce(person, form, random, intro);
            return;
        }
        if (form == NounCase.Reflexive)
        {
            Note(person, pronoun: false);
            _text.Put(Pronoun(person.Male, form));
            return;
        }
        if (!byName && IsClear(person) && random.NextInt(100) < PronounPercent)
        {
            Note(person, pronoun: true);
            _text.Put(Pronoun(person.Male, form));
            return;
        }
        Short(person, form, byName, random, intro);
    }

    /// <summary>Names a thing.</summary>
    public void Put(Thing thing, bool byName, Person? owner, CounterRandom random, Action<Person, CounterRandom> possessive)
    {
        var start = _text.Length;
        if (_things.Add(thing))
        {
            if (owner is not null && _introduced[owner.Id] && random.NextInt(2) == 0)
            {
                possessive(owner, random);
                _text.Put($" {thing.Looks} {thing.Noun}");
            }
            else
            {
                _text.Article();
                _text.Put($"{thing.Looks} {thing.Noun}");
            }
            _facts.Add(new StoryFactSpan(StoryFactKind.Looks, null, thing, start, _text.Length));
        }
        else if (!byName && IsClear(thing) && random.NextInt(100) < PronounPercent)
        {
            _text.Put("it");
        }
        else
        {
            _text.Put(random.NextInt(5) == 0 ? $"the {thing.Looks} {thing.Noun}" : $"the {thing.Noun}");
        }
        _manyThings |= _thing is not null && _thing != thing;
        _thing = thing;
    }
}
