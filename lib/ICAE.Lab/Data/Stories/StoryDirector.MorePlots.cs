namespace ICAE.Lab.Data.Stories;

/// <summary>Further plots.</summary>
internal sealed partial class StoryDirector
{
    private IEnumerable<bool> Hidden()
    {
        var owner = Lead();
        var thing = NewThing(StoryTags.Pocket | StoryTags.Paper);
        var where = AnyPlaceBut(_state.PlaceOf(owner));
        var spot = Spot(where, thing);
        if (!GoTo(owner, where) || !Do(Because(new StoryEvent { Kind = StoryFactKind.Hide, A = owner, O = thing, P = where, S = spot }, "why.hide")))
            yield break;
        yield return true;
        GoTo(owner, AnyPlaceBut(where));
        yield return true;
        yield return true;
        var finder = Other(owner) ?? owner;
        if (_random.NextInt(2) == 0 && Bring(owner, finder) && Do(new StoryEvent { Kind = StoryFactKind.Tell, A = owner, B = finder, O = thing, P = where, S = spot }))
            yield return true;
        if (!GoTo(finder, where, "why.go") || !Do(new StoryEvent { Kind = StoryFactKind.Find, A = finder, O = thing, P = where, S = spot }))
            yield break;
        yield return true;
        if (finder == owner)
            yield break;
        if (_random.NextInt(2) == 0)
        {
            var place = AnyPlaceBut(where);
            if (GoTo(finder, place) && Do(new StoryEvent { Kind = StoryFactKind.Put, A = finder, O = thing, P = place, S = Spot(place, thing) }))
                yield return true;
        }
        else if (Bring(finder, owner) && Do(new StoryEvent { Kind = StoryFactKind.Give, A = finder, B = owner, O = thing }))
        {
            yield return true;
        }
    }

    private IEnumerable<bool> Borrowed()
    {
        var owner = Lead();
        if (Other(owner) is not { } borrower)
            yield break;
        var thing = NewThing(StoryTags.Breaks);
        if (!Bring(borrower, owner) || !Do(Because(new StoryEvent { Kind = StoryFactKind.Lend, A = owner, B = borrower, O = thing }, "why.lend")))
            yield break;
        yield return true;
        GoTo(borrower, AnyPlaceBut(_state.PlaceOf(borrower)));
        if (!Do(Because(new StoryEvent { Kind = StoryFactKind.Break, A = borrower, O = thing }, "why.break")))
            yield break;
        yield return true;
        if (_world.People.FirstOrDefault(person => person != owner && person != borrower && person.Trade.Has(StoryTags.Craft)) is { } mender && Bring(borrower, mender) && Do(new StoryEvent { Kind = StoryFactKind.BringForMending, A = borrower, B = mender, O = thing }))
        {
            yield return true;
            if (!Do(new StoryEvent { Kind = StoryFactKind.Mend, A = mender, O = thing }))
                yield break;
            if (Bring(mender, borrower))
                Do(new StoryEvent { Kind = StoryFactKind.Give, A = mender, B = borrower, O = thing });
            if (_random.NextInt(2) == 0)
                Do(new StoryEvent { Kind = StoryFactKind.Reward, A = borrower, B = mender, N = 1 + _random.NextInt(6) });
            yield return true;
        }
        if (Bring(borrower, owner) && Do(new StoryEvent { Kind = StoryFactKind.GiveBack, A = borrower, B = owner, O = thing }))
            yield return true;
    }

    private IEnumerable<bool> Danger()
    {
        var hero = Lead();
        var where = AnyPlace();
        var thing = NewThing(StoryTags.Hand | StoryTags.Fine);
        var spot = Spot(where, thing);
        var list = where.Inside == StoryTags.Outdoor ? "mishap.out" : "mishap.in";
        if (_random.NextInt(2) == 0 && GoTo(hero, where))
        {
            if (!Do(new StoryEvent { Kind = StoryFactKind.Put, A = hero, O = thing, P = where, S = spot }))
                yield break;
            yield return true;
            GoTo(hero, AnyPlaceBut(where));
        }
        yield return false;
        if (!Do(new StoryEvent { Kind = StoryFactKind.Mishap, P = where, K = Word(list), KList = list }))
            yield break;
        if (!GoTo(hero, where, "why.help") || !Do(new StoryEvent { Kind = StoryFactKind.Rescue, A = hero, O = thing, P = where, S = spot }))
            yield break;
        yield return true;
        if (_random.NextInt(2) == 0)
            Do(new StoryEvent { Kind = StoryFactKind.Hurt, A = hero, K = Word("limbs"), KList = "limbs" });
        yield return true;
        if (Other(hero) is { } other && Bring(hero, other) && Do(new StoryEvent { Kind = StoryFactKind.Give, A = hero, B = other, O = thing }))
        {
            Thank(other, hero);
            yield return true;
        }
    }

    private IEnumerable<bool> Market()
    {
        var shops = _world.Places.Where(place => place.Entry.Fields.Length > 2).ToArray();
        if (shops.Length == 0)
            yield break;
        var shop = shops[_random.NextInt(shops.Length)];
        var buyer = Lead();
        if (!GoTo(buyer, shop))
            yield break;
        Buy(buyer);
        yield return true;
        if (Other(buyer) is not { } other)
            yield break;
        if (_state.PlaceOf(other) is null && Do(new StoryEvent { Kind = StoryFactKind.Meet, A = buyer, B = other, P = shop }))
            yield return true;
        if (_random.NextInt(2) == 0)
            Do(new StoryEvent { Kind = StoryFactKind.Eat, A = buyer, K = Word("food"), KList = "food" });
        yield return true;
    }

    private IEnumerable<bool> Summons()
    {
        var writer = Lead();
        if (Other(writer) is not { } friend)
            yield break;
        if (!Do(Because(new StoryEvent { Kind = StoryFactKind.Write, A = writer, B = friend }, "why.write", 80)))
            yield break;
        yield return true;
        NextDay();
        var place = _state.PlaceOf(writer) ?? AnyPlace();
        if (!GoTo(writer, place) || !GoTo(friend, place) || !Do(new StoryEvent { Kind = StoryFactKind.Meet, A = friend, B = writer, P = place }))
            yield break;
        yield return true;
        Do(new StoryEvent { Kind = StoryFactKind.Promise, A = friend, B = writer, K = Word("promise"), KList = "promise" });
        if (_random.NextInt(2) == 0)
            Do(Because(new StoryEvent { Kind = StoryFactKind.Give, A = writer, B = friend, O = NewThing(StoryTags.Hand | StoryTags.Fine) }, "why.give"));
        yield return true;
    }

    private IEnumerable<bool> Exchange()
    {
        var one = Lead();
        if (Other(one) is not { } other || !Bring(one, other))
            yield break;
        var (given, got) = (NewThing(StoryTags.Hand), NewThing(StoryTags.Hand));
        if (!Do(Because(new StoryEvent { Kind = StoryFactKind.Swap, A = one, B = other, O = given, X = got }, "why.swap")))
            yield break;
        yield return true;
        var place = AnyPlaceBut(_state.PlaceOf(one));
        if (GoTo(one, place) && Do(new StoryEvent { Kind = StoryFactKind.Put, A = one, O = got, P = place, S = Spot(place, got) }))
            yield return true;
        if (Other(one, other) is { } third && Bring(other, third) && Do(new StoryEvent { Kind = StoryFactKind.Sell, A = other, B = third, O = given, N = Price(given) }))
            yield return true;
    }

    private IEnumerable<bool> Bet()
    {
        var one = Lead();
        if (Other(one) is not { } other || !Bring(one, other))
            yield break;
        if (!Do(new StoryEvent { Kind = StoryFactKind.Wager, A = one, B = other, N = 2 + _random.NextInt(19), K = Word("wager"), KList = "wager" }))
            yield break;
        yield return true;
        NextDay();
        if (!Bring(one, other))
            yield break;
        Do(new StoryEvent { Kind = StoryFactKind.Win, A = one, B = other, O = NewThing(StoryTags.Fine) });
        yield return true;
        Feel(other, "feel.sad");
        yield return true;
    }

    private IEnumerable<bool> Appointment()
    {
        var one = Lead();
        if (Other(one) is not { } other)
            yield break;
        var place = AnyPlaceBut(_state.PlaceOf(one));
        if (!GoTo(one, place) || !Do(new StoryEvent { Kind = StoryFactKind.Wait, A = one, P = place, N = 2 + _random.NextInt(5) }))
            yield break;
        yield return true;
        if (!GoTo(other, place) || !Do(new StoryEvent { Kind = StoryFactKind.Meet, A = other, B = one, P = place }))
            yield break;
        Do(new StoryEvent { Kind = StoryFactKind.Promise, A = other, B = one, K = Word("promise"), KList = "promise" });
        yield return true;
    }

    // One thing that happens, for the shortest stories.
    private IEnumerable<bool> Moment()
    {
        var one = Lead();
        var other = Other(one)!;
        var place = AnyPlace();
        switch (_random.NextInt(9))
        {
            case 0:
                Work(one);
                break;
            case 1:
                var found = NewThing(StoryTags.Pocket);
                var there = _state.PlaceOf(one) ?? place;
                Do(new StoryEvent { Kind = StoryFactKind.Find, A = one, O = found, P = there, S = Spot(there, found) });
                break;
            case 2 when _state.PlaceOf(one) is null && _state.PlaceOf(other) is null:
                Do(Because(new StoryEvent { Kind = StoryFactKind.Give, A = one, B = other, O = NewThing(StoryTags.Hand) }, "why.give"));
                break;
            case 3 when _state.PlaceOf(one) is null && _state.PlaceOf(other) is null:
                var thing = NewThing(StoryTags.Fine);
                Do(Because(new StoryEvent { Kind = StoryFactKind.Sell, A = one, B = other, O = thing, N = Price(thing) }, "why.sell"));
                break;
            case 4:
                Do(new StoryEvent { Kind = StoryFactKind.Hurt, A = one, K = Word("limbs"), KList = "limbs" });
                break;
            case 5:
                Do(Because(new StoryEvent { Kind = StoryFactKind.Write, A = one, B = other }, "why.write"));
                break;
            case 6:
                Do(new StoryEvent { Kind = StoryFactKind.Eat, A = one, K = Word("food"), KList = "food" });
                break;
            case 7:
                var left = NewThing(StoryTags.Hand);
                var here = _state.PlaceOf(one) ?? place;
                Do(new StoryEvent { Kind = StoryFactKind.Put, A = one, O = left, P = here, S = Spot(here, left) });
                break;
            default:
                GoTo(one, AnyPlaceBut(_state.PlaceOf(one)), "why.go");
                break;
        }
        yield return true;
    }
}
