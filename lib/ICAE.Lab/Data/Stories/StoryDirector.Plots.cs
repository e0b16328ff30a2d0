namespace ICAE.Lab.Data.Stories;

/// <summary>Plots. Each yields after a step: true where the story may end there.</summary>
internal sealed partial class StoryDirector
{
    private static readonly Dictionary<string, Func<StoryDirector, IEnumerable<bool>>> Plots = new(StringComparer.Ordinal)
    {
        ["lost"] = director => director.LostAndFound(),
        ["errand"] = director => director.Errand(),
        ["sale"] = director => director.Sale(),
        ["theft"] = director => director.Theft(),
        ["illness"] = director => director.Illness(),
        ["quarrel"] = director => director.FallingOut(),
        ["hidden"] = director => director.Hidden(),
        ["borrowed"] = director => director.Borrowed(),
        ["mishap"] = director => director.Danger(),
        ["market"] = director => director.Market(),
        ["letter"] = director => director.Summons(),
        ["swap"] = director => director.Exchange(),
        ["wager"] = director => director.Bet(),
        ["waiting"] = director => director.Appointment(),
        ["moment"] = director => director.Moment(),
    };

    private IEnumerable<bool> LostAndFound()
    {
        var owner = Lead();
        var thing = NewThing(StoryTags.Pocket);
        var where = AnyPlace();
        if (_random.NextInt(3) == 0)
            Do(new StoryEvent { Kind = StoryFactKind.Have, A = owner, O = thing });
        var from = _state.PlaceOf(owner);
        if (!GoTo(owner, from == where ? where = AnyPlaceBut(from) : where, "why.go"))
            yield break;
        yield return false;
        var spot = Spot(where, thing);
        if (!Do(new StoryEvent { Kind = StoryFactKind.Lose, A = owner, O = thing, P = where, S = spot }))
            yield break;
        yield return true;
        GoTo(owner, AnyPlaceBut(where));
        if (!Do(new StoryEvent { Kind = StoryFactKind.Miss, A = owner, O = thing }))
            yield break;
        if (_random.NextInt(2) == 0)
            Feel(owner, "feel.sad", "why.lost");
        yield return true;
        if (Other(owner) is not { } finder)
            yield break;
        if (_random.NextInt(2) == 0 && Bring(owner, finder))
            Do(new StoryEvent { Kind = StoryFactKind.Ask, A = owner, B = finder, O = thing });
        yield return true;
        if (_random.NextInt(3) == 0 && _state.PlaceOf(owner) is { } here && here != where)
            Do(new StoryEvent { Kind = StoryFactKind.Search, A = owner, O = thing, P = here });
        if (!GoTo(finder, where) || !Do(new StoryEvent { Kind = StoryFactKind.Find, A = finder, O = thing, P = where, S = spot }))
            yield break;
        yield return true;
        if (!Bring(finder, owner) || !Do(Because(new StoryEvent { Kind = StoryFactKind.GiveBack, A = finder, B = owner, O = thing }, "why.giveback", 30)))
            yield break;
        Thank(owner, finder);
        yield return true;
    }

    private void Thank(Person person, Person other)
    {
        if (_random.NextInt(2) == 0)
            Do(new StoryEvent { Kind = StoryFactKind.Reward, A = person, B = other, N = 1 + _random.NextInt(9) });
        else if (_random.NextInt(2) == 0)
            Feel(person, "feel.glad");
        else
            Do(new StoryEvent { Kind = StoryFactKind.Promise, A = person, B = other, K = Word("promise"), KList = "promise" });
    }

    private IEnumerable<bool> Errand()
    {
        var sender = Lead();
        if (Other(sender) is not { } carrier || Other(sender, carrier) is not { } receiver)
            yield break;
        var thing = NewThing(StoryTags.Hand | StoryTags.Paper);
        if (!Bring(carrier, sender) || !Do(Because(new StoryEvent { Kind = StoryFactKind.Entrust, A = sender, B = carrier, C = receiver, O = thing }, "why.entrust")))
            yield break;
        yield return true;
        if (_random.NextInt(2) == 0)
        {
            var stop = AnyPlaceBut(_state.PlaceOf(carrier));
            if (GoTo(carrier, stop) && _random.NextInt(2) == 0)
                Do(Because(new StoryEvent { Kind = StoryFactKind.Wait, A = carrier, P = stop, N = 2 + _random.NextInt(4) }, "why.wait"));
            yield return false;
        }
        if (_state.PlaceOf(receiver) == _state.PlaceOf(carrier) && !GoTo(receiver, AnyPlaceBut(_state.PlaceOf(carrier))))
            yield break;
        if (!Bring(carrier, receiver))
            yield break;
        if (_random.NextInt(4) == 0 && _state.PlaceOf(carrier) is { } place && _random.NextInt(2) == 0)
        {
            var spot = Spot(place, thing);
            Do(new StoryEvent { Kind = StoryFactKind.Put, A = carrier, O = thing, P = place, S = spot });
            yield return true;
            Do(new StoryEvent { Kind = StoryFactKind.Take, A = carrier, O = thing, P = place, S = spot });
        }
        if (!Do(new StoryEvent { Kind = StoryFactKind.Deliver, A = carrier, B = receiver, O = thing }))
            yield break;
        if (_random.NextInt(2) == 0)
            Feel(receiver, "feel.glad");
        yield return true;
    }

    private IEnumerable<bool> Sale()
    {
        var seller = Lead();
        if (Other(seller) is not { } buyer)
            yield break;
        var thing = NewThing(StoryTags.Fine);
        if (_random.NextInt(3) == 0)
            Do(new StoryEvent { Kind = StoryFactKind.Have, A = seller, O = thing });
        yield return false;
        if (!Bring(seller, buyer)
            || !Do(Because(new StoryEvent { Kind = StoryFactKind.Sell, A = seller, B = buyer, O = thing, N = Price(thing) }, "why.sell", 75)))
            yield break;
        yield return true;
        if (_random.NextInt(3) == 0)
            Feel(seller, "feel.sad", "why.sold");
        yield return true;
        if (Other(seller, buyer) is not { } third)
            yield break;
        if (Bring(buyer, third) && Do(Because(new StoryEvent { Kind = StoryFactKind.Give, A = buyer, B = third, O = thing }, "why.give")))
            yield return true;
    }

    private IEnumerable<bool> Theft()
    {
        var owner = Lead();
        if (Other(owner) is not { } thief)
            yield break;
        var thing = NewThing(StoryTags.Fine);
        var where = _state.PlaceOf(owner) ?? AnyPlace();
        var spot = Spot(where, thing);
        if (!GoTo(owner, where) || !Do(new StoryEvent { Kind = StoryFactKind.Put, A = owner, O = thing, P = where, S = spot }))
            yield break;
        yield return true;
        GoTo(owner, AnyPlaceBut(where));
        if (!GoTo(thief, where) || !Do(Because(new StoryEvent { Kind = StoryFactKind.Steal, A = thief, B = null, O = thing, P = where, S = spot }, "why.steal")))
            yield break;
        yield return false;
        var lair = AnyPlaceBut(where);
        if (GoTo(thief, lair))
        {
            var hole = Spot(lair, thing);
            Do(new StoryEvent { Kind = StoryFactKind.Hide, A = thief, O = thing, P = lair, S = hole });
            yield return true;
            if (Other(owner, thief) is { } suspect && _random.NextInt(2) == 0 && Bring(owner, suspect))
            {
                Do(new StoryEvent { Kind = StoryFactKind.Accuse, A = owner, B = suspect, O = thing });
                Do(new StoryEvent { Kind = StoryFactKind.Quarrel, A = suspect, B = owner });
                yield return true;
            }
            if (_random.NextInt(2) == 0)
                Feel(thief, "feel.guilt", "why.guilt");
            yield return true;
            if (!GoTo(thief, lair) || !Do(new StoryEvent { Kind = StoryFactKind.Take, A = thief, O = thing, P = lair, S = hole }))
                yield break;
        }
        if (!Bring(thief, owner) || !Do(new StoryEvent { Kind = StoryFactKind.Confess, A = thief, B = owner, O = thing }))
            yield break;
        Do(new StoryEvent { Kind = StoryFactKind.Give, A = thief, B = owner, O = thing });
        yield return true;
    }

    private IEnumerable<bool> Illness()
    {
        var patient = Lead();
        if (Other(patient) is not { } nurse)
            yield break;
        if (!Do(Because(new StoryEvent { Kind = StoryFactKind.FallIll, A = patient, K = Word("illness"), KList = "illness" }, "why.ill")))
            yield break;
        yield return true;
        if (!Bring(nurse, patient) || !Do(Because(new StoryEvent { Kind = StoryFactKind.Nurse, A = nurse, B = patient }, "why.nurse")))
            yield break;
        yield return true;
        NextDay();
        if (!Do(new StoryEvent { Kind = StoryFactKind.Recover, A = patient }))
            yield break;
        yield return true;
        var thing = NewThing(StoryTags.Hand);
        if (Bring(patient, nurse) && Do(Because(new StoryEvent { Kind = StoryFactKind.Give, A = patient, B = nurse, O = thing }, "why.thanks", 80)))
            yield return true;
    }

    private IEnumerable<bool> FallingOut()
    {
        var one = Lead();
        if (Other(one) is not { } other)
            yield break;
        if (!Bring(one, other) || !Do(Because(new StoryEvent { Kind = StoryFactKind.Quarrel, A = one, B = other }, "why.quarrel", 80)))
            yield break;
        yield return true;
        GoTo(one, AnyPlaceBut(_state.PlaceOf(one)));
        if (_random.NextInt(2) == 0)
            Feel(one, "feel.sad", "why.rue");
        yield return true;
        NextDay();
        if (!Bring(other, one))
            yield break;
        if (_random.NextInt(2) == 0)
            Do(new StoryEvent { Kind = StoryFactKind.Give, A = other, B = one, O = NewThing(StoryTags.Hand) });
        Do(Because(new StoryEvent { Kind = StoryFactKind.Reconcile, A = other, B = one }, "why.reconcile"));
        yield return true;
    }
}
