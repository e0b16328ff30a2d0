namespace ICAE.Lab.Data.Stories;

/// <summary>Who is where and what is where, after some events. Events have preconditions here, and effects.</summary>
internal sealed class StoryState(StoryWorld world)
{
    private readonly Dictionary<Person, Place> _where = [];
    private readonly Dictionary<Thing, Person> _holders = [];
    private readonly Dictionary<Thing, (Place Place, LexiconEntry Spot)> _lying = [];
    private readonly Dictionary<Thing, Person> _lacking = [];
    private readonly Dictionary<Thing, Person> _lenders = [];
    private readonly HashSet<Thing> _broken = [];
    private readonly HashSet<Person> _ill = [];

    public Place? PlaceOf(Person person) => _where.GetValueOrDefault(person);

    public Person? HolderOf(Thing thing) => _holders.GetValueOrDefault(thing);

    public bool IsIll(Person person) => _ill.Contains(person);

    /// <summary>Applies an event, if it can happen.</summary>
    /// <returns>False if a precondition fails; the state may then have changed in part.</returns>
    public bool TryApply(StoryEvent happening)
    {
        foreach (var (person, place) in happening.Placed)
        {
            if (!_where.TryAdd(person, place))
                return false;
        }
        if (happening.Kind is null)
            return true;
        if (happening.A is { } actor && _ill.Contains(actor) && happening.Kind is not (StoryFactKind.Recover or StoryFactKind.Give or StoryFactKind.Feel))
            return false;
        return PlaceHolds(happening) && CompanyHolds(happening) && ThingHolds(happening) && Others(happening);
    }

    private bool PlaceHolds(StoryEvent e)
    {
        if (e.Kind == StoryFactKind.Go)
            return Moves(e);
        if (e.P is null || e.A is null || e.Kind == StoryFactKind.Tell)
            return true;
        if (_where.TryAdd(e.A, e.P))
            return true;
        return _where[e.A] == e.P;
    }

    private bool Moves(StoryEvent e)
    {
        if (_where.TryGetValue(e.A!, out var from))
        {
            if (from == e.P || (e.Q is null ? !world.Joined(from, e.P!) : !world.Joined(from, e.Q) || !world.Joined(e.Q, e.P!)))
                return false;
        }
        else if (e.Q is not null)
        {
            return false;
        }
        _where[e.A!] = e.P!;
        return true;
    }

    // Those who deal with each other are in one place; one whose place nobody knows was there all the time.
    private bool CompanyHolds(StoryEvent e)
    {
        if (e.A is null || e.B is null || e.A == e.B)
            return e.B is null || e.A != e.B;
        if (e.Kind == StoryFactKind.Write)
            return true;
        var (one, other) = (PlaceOf(e.A), PlaceOf(e.B));
        if (one is not null && other is not null)
            return one == other;
        if (one is not null)
            _where[e.B] = one;
        else if (other is not null)
            _where[e.A] = other;
        return true;
    }

    private bool ThingHolds(StoryEvent e) => e.O is null || e.Kind switch
    {
        StoryFactKind.Have => IsNew(e.O) && Hold(e.O, e.A!),
        StoryFactKind.Take or StoryFactKind.Find or StoryFactKind.Rescue => Lies(e) && Lift(e.O, e.A!),
        StoryFactKind.Steal => Lies(e) && Lack(e.O, e.B) && Lift(e.O, e.A!),
        StoryFactKind.Put or StoryFactKind.Hide => Holds(e.A!, e.O) && Lay(e),
        StoryFactKind.Lose => Holds(e.A!, e.O) && Lack(e.O, e.A) && Lay(e),
        StoryFactKind.Miss => _lacking.TryGetValue(e.O, out var owner) && owner == e.A && HolderOf(e.O) != e.A,
        StoryFactKind.Lend => Holds(e.A!, e.O) && Whole(e.O) && _lenders.TryAdd(e.O, e.A!) && Hold(e.O, e.B!),
        StoryFactKind.GiveBack => Holds(e.A!, e.O) && GoesBack(e),
        StoryFactKind.Give or StoryFactKind.Entrust or StoryFactKind.Deliver or StoryFactKind.BringForMending => Holds(e.A!, e.O) && Hold(e.O, e.B!),
        StoryFactKind.Sell => Holds(e.A!, e.O) && Whole(e.O) && Hold(e.O, e.B!),
        StoryFactKind.Win => Holds(e.B!, e.O) && Hold(e.O, e.A!),
        StoryFactKind.Swap => Holds(e.A!, e.O) && Holds(e.B!, e.X!) && Hold(e.O, e.B!) && Hold(e.X!, e.A!),
        StoryFactKind.Break => Holds(e.A!, e.O) && _broken.Add(e.O),
        StoryFactKind.Mend => Holds(e.A!, e.O) && _broken.Remove(e.O),
        _ => true,
    };

    private bool Others(StoryEvent e) => e.Kind switch
    {
        StoryFactKind.FallIll => _ill.Add(e.A!),
        StoryFactKind.Recover => _ill.Remove(e.A!),
        StoryFactKind.Nurse => _ill.Contains(e.B!),
        _ => true,
    };

    private bool IsNew(Thing thing) => !_holders.ContainsKey(thing) && !_lying.ContainsKey(thing);

    private bool Whole(Thing thing) => !_broken.Contains(thing);

    private bool Holds(Person person, Thing thing)
    {
        if (IsNew(thing))
            _holders[thing] = person;
        return HolderOf(thing) == person;
    }

    private bool Hold(Thing thing, Person person)
    {
        _holders[thing] = person;
        return true;
    }

    private bool Lies(StoryEvent e)
    {
        if (IsNew(e.O!))
            _lying[e.O!] = (e.P!, e.S!);
        return _lying.TryGetValue(e.O!, out var lying) && lying.Place == e.P && lying.Spot == e.S;
    }

    private bool Lay(StoryEvent e)
    {
        _holders.Remove(e.O!);
        _lying[e.O!] = (e.P!, e.S!);
        return true;
    }

    private bool Lift(Thing thing, Person person)
    {
        _lying.Remove(thing);
        return Hold(thing, person);
    }

    private bool Lack(Thing thing, Person? owner)
    {
        if (owner is not null)
            _lacking[thing] = owner;
        return true;
    }

    private bool GoesBack(StoryEvent e)
    {
        var owner = _lenders.GetValueOrDefault(e.O!) ?? _lacking.GetValueOrDefault(e.O!);
        _lenders.Remove(e.O!);
        return owner == e.B && Hold(e.O!, e.B!);
    }
}
