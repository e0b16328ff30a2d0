namespace ICAE.Lab.Data.Stories;

/// <summary>Who can be meant by a pronoun, and what people are called at first and later.</summary>
internal sealed partial class StoryReferences
{
    private bool InSpeech => _text.Depth > NarrationDepth;

    private bool IsClear(Person person)
    {
        if (InSpeech)
            return false;
        var self = 1u << person.Id;
        var near = (_outside & self) != 0 ? _people : _lastPeople | _people;
        var candidates = 0u;
        foreach (var other in _plan.World.People)
        {
            if (other.Male == person.Male && other != _narrator)
                candidates |= near & (1u << other.Id);
        }
        return candidates == self && ((_lastOutside | _outside) & self) != 0;
    }

    private bool IsClear(Thing thing) => !InSpeech && !_manyThings && (_thing == thing || (_thing is null && _lastThing == thing));

    private void Introduce(Person person, NounCase form, CounterRandom random, Func<string, Person, CounterRandom, NameTold> intro)
    {
        var start = _text.Length;
        var newcomer = _plan.World.People.FirstOrDefault(other => _kinDue[other.Id] && other.KinTo == person && _introduced[other.Id]);
        var name = NameTold.Full;
        if (form == NounCase.Possessive)
        {
            Note(person, pronoun: false);
            _text.Put(English.Possessive(_register is StoryTags.News ? $"{person.Title} {person.FullName}" : person.FullName));
        }
        else if (_kinDue[person.Id] && _introduced[person.KinTo!.Id])
        {
            name = intro("intro.kin", person, random);
            Note(person, pronoun: false);
            TellKin(person, start, _text.Length);
        }
        else if (newcomer is not null)
        {
            name = intro("intro.kinback", newcomer, random);
            Note(person, pronoun: false);
            TellKin(newcomer, start, _text.Length);
        }
        else if (_tradeDue[person.Id])
        {
            var open = _appearances[person.Id] < 3 || random.NextInt(3) != 0 || _register is StoryTags.News or StoryTags.Depo;
            name = intro(open ? "intro.trade" : "intro.anon", person, random);
            Note(person, pronoun: false);
            TellTrade(person, start, _text.Length);
        }
        else
        {
            name = intro("intro.plain", person, random);
            Note(person, pronoun: false);
        }
        _named[person.Id] = name;
    }

    private void Short(Person person, NounCase form, bool byName, CounterRandom random, Func<string, Person, CounterRandom, NameTold> intro)
    {
        var start = _text.Length;
        if (form != NounCase.Possessive && !InSpeech && _named[person.Id] == NameTold.Not && random.NextInt(3) != 0)
        {
            _named[person.Id] = intro("intro.naming", person, random);
            Note(person, pronoun: false);
            return;
        }
        if (form != NounCase.Possessive && !InSpeech && _tradeDue[person.Id])
        {
            Note(person, pronoun: false);
            _text.Put($"{ShortName(person)}, the {person.TradeNoun},");
            _text.LoosenComma();
            TellTrade(person, start, _text.Length);
            return;
        }
        var draw = random.NextInt(100);
        string name;
        if (_register == StoryTags.Depo && person == _plan.Narrator && draw < 60)
            name = "the witness";
        else if (_named[person.Id] == NameTold.Not || (_tradeTold[person.Id] && !byName && draw < 30))
            name = $"the {person.TradeNoun}";
        else if (_kinTold[person.Id] && draw is >= 30 and < 48 && person.KinTo == _narrator && !InSpeech)
            name = $"my {person.KinNoun}";
        else if (_kinTold[person.Id] && draw is >= 30 and < 40 && _named[person.KinTo!.Id] != NameTold.Not && person.KinTo != _narrator && (_people & (1u << person.KinTo.Id)) == 0)
            name = $"{English.Possessive(ShortName(person.KinTo))} {person.KinNoun}";
        else
            name = ShortName(person);
        if (name.Contains('’', StringComparison.Ordinal) && person.KinTo is { } kin)
            Note(kin, pronoun: false);
        Note(person, pronoun: false);
        _text.Put(form == NounCase.Possessive ? English.Possessive(name) : name);
    }

    /// <summary>The short name that a person has throughout a telling.</summary>
    public string ShortName(Person person)
    {
        if (_named[person.Id] == NameTold.Given)
            return person.Given;
        var style = _styles[person.Id];
        var alone = !_plan.World.People.Any(other => other != person && other.Surname == person.Surname);
        var grown = (person.Trade.Tags & StoryTags.Young) == 0;
        var family = _narrator is not null && (person.KinTo == _narrator || _narrator.KinTo == person);
        if (!alone || !grown || family)
            return _register is StoryTags.News or StoryTags.Chron or StoryTags.Depo ? person.FullName : person.Given;
        return _register switch
        {
            StoryTags.News => style < 80 ? $"{person.Title} {person.Surname}" : person.FullName,
            StoryTags.Depo => style < 50 ? $"{person.Title} {person.Surname}" : person.FullName,
            StoryTags.Chron => person.Male && style < 50 ? person.Surname : person.FullName,
            StoryTags.Tale => style < 55 ? person.Given : style < 75 || !person.Male ? $"{person.Title} {person.Surname}" : person.Surname,
            _ => style < 40 ? person.Given : style < 75 || !person.Male ? $"{person.Title} {person.Surname}" : person.Surname,
        };
    }

    private void Note(Person person, bool pronoun)
    {
        _people |= 1u << person.Id;
        if (InSpeech)
            return;
        _outside |= 1u << person.Id;
        _mentions.Add(new StoryMention(_sentence, person.Id, person.Male, pronoun, _text.Length));
    }

    public static string Pronoun(bool male, NounCase form) => form switch
    {
        NounCase.Subject => male ? "he" : "she",
        NounCase.Object => male ? "him" : "her",
        NounCase.Possessive => male ? "his" : "her",
        _ => male ? "himself" : "herself",
    };
}
