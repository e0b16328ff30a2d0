using ICAE.Lab.Data.Stories;

namespace ICAE.Lab.Tests.Data.Stories;

/// <summary>Reads nothing but a story's facts, and keeps track of who is where and who has what. It shares no code with the generator.</summary>
internal sealed class StoryReader
{
    private readonly Dictionary<int, int> _people = [];
    private readonly Dictionary<int, string> _holders = [];
    private readonly Dictionary<int, int> _holderIds = [];
    private readonly Dictionary<int, (int Place, string Spot)> _lying = [];

    /// <summary>Takes in a fact; fails where it cannot be so after those before.</summary>
    public void Read(StoryFact fact)
    {
        switch (fact.Kind)
        {
            case StoryFactKind.Go:
                Assert.False(_people.TryGetValue(fact.Who!.Id, out var from) && from == fact.Where!.Id, "One who goes somewhere is elsewhere before.");
                _people[fact.Who.Id] = fact.Where!.Id;
                break;
            case StoryFactKind.Tell or StoryFactKind.Mishap:
                break;
            default:
                if (fact.Where is { } place && fact.Who is { } who)
                    Be(who.Id, place.Id);
                break;
        }
        if (fact.What is not null)
            Handle(fact, fact.What);
        if (fact.Whom is not null && fact.Kind is not (StoryFactKind.Kinship or StoryFactKind.Write))
            Meet(fact.Who!.Id, fact.Whom.Id);
    }

    /// <summary>Where a thing is by now, in the words of an answer.</summary>
    public string Place(StoryEntity thing, Func<int, string> placeWords) =>
        _holders.TryGetValue(thing.Id, out var holder) ? $"with {holder}" : $"{_lying[thing.Id].Spot} {placeWords(_lying[thing.Id].Place)}";

    private void Handle(StoryFact fact, StoryEntity thing)
    {
        switch (fact.Kind)
        {
            case StoryFactKind.Have:
                Hold(thing, fact.Who!);
                break;
            case StoryFactKind.Take or StoryFactKind.Find or StoryFactKind.Steal or StoryFactKind.Rescue:
                Assert.False(_holders.ContainsKey(thing.Id));
                if (_lying.TryGetValue(thing.Id, out var lying))
                    Assert.Equal((fact.Where!.Id, fact.Spot), lying);
                Hold(thing, fact.Who!);
                break;
            case StoryFactKind.Put or StoryFactKind.Hide or StoryFactKind.Lose:
                Had(thing, fact.Who!);
                _holders.Remove(thing.Id);
                _lying[thing.Id] = (fact.Where!.Id, fact.Spot!);
                break;
            case StoryFactKind.Give or StoryFactKind.Sell or StoryFactKind.Lend or StoryFactKind.GiveBack or StoryFactKind.Entrust or StoryFactKind.Deliver
                or StoryFactKind.BringForMending:
                Had(thing, fact.Who!);
                Hold(thing, fact.Whom!);
                break;
            case StoryFactKind.Swap:
                Had(thing, fact.Who!);
                Had(fact.Other!, fact.Whom!);
                Hold(thing, fact.Whom!);
                Hold(fact.Other!, fact.Who!);
                break;
            case StoryFactKind.Win:
                Had(thing, fact.Whom!);
                Hold(thing, fact.Who!);
                break;
            case StoryFactKind.Break or StoryFactKind.Mend:
                Had(thing, fact.Who!);
                break;
            case StoryFactKind.Miss:
                Assert.False(_holderIds.TryGetValue(thing.Id, out var id) && _holders.ContainsKey(thing.Id) && id == fact.Who!.Id);
                break;
        }
    }

    private void Hold(StoryEntity thing, StoryEntity person)
    {
        _lying.Remove(thing.Id);
        _holders[thing.Id] = person.Name;
        _holderIds[thing.Id] = person.Id;
    }

    // Whoever gives a thing away has it, if anybody is known to have it.
    private void Had(StoryEntity thing, StoryEntity person)
    {
        Assert.False(_lying.ContainsKey(thing.Id), "What lies somewhere is in nobody's hands.");
        if (_holders.ContainsKey(thing.Id))
            Assert.Equal(person.Id, _holderIds[thing.Id]);
    }

    private void Be(int person, int place)
    {
        if (!_people.TryAdd(person, place))
            Assert.Equal(place, _people[person]);
    }

    private void Meet(int one, int other)
    {
        if (_people.TryGetValue(one, out var place))
            Be(other, place);
        else if (_people.TryGetValue(other, out place))
            Be(one, place);
    }
}
