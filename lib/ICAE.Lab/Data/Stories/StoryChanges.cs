namespace ICAE.Lab.Data.Stories;

/// <summary>Plans that differ from another in one place and can still happen.</summary>
internal static class StoryChanges
{
    private const int Tries = 60;

    /// <summary>Draws changed plans one after the other.</summary>
    public static IEnumerable<StoryPlan> Of(StoryPlan plan, CounterRandom random)
    {
        for (var attempt = 0; attempt < Tries; attempt++)
        {
            var index = random.NextInt(plan.Events.Count);
            var happening = plan.Events[index];
            var events = happening.O is not null && random.NextInt(4) == 0
                ? OtherLooks(plan.Events, happening.O, random)
                : Change(plan, happening, random) is { } changed ? [.. plan.Events.Take(index), changed, .. plan.Events.Skip(index + 1)] : null;
            if (events is null)
                continue;
            var other = plan.With(events);
            if (other.Holds())
                yield return other;
        }
    }

    private static StoryEvent? Change(StoryPlan plan, StoryEvent e, CounterRandom random) => random.NextInt(6) switch
    {
        0 when e.N is not null => e with { N = OtherNumber(e.N.Value, random) },
        1 when e.KList is not null => OtherWord(plan, e, random),
        2 when e.A is not null => e with { A = Pick(plan.World.People, e.A, random) },
        3 when e.B is not null => e with { B = Pick(plan.World.People, e.B, random) },
        4 when e.P is not null => e with { P = Pick(plan.World.Places, e.P, random), Q = null },
        5 when e.S is not null => e with { S = Lexicon.Section("spots").Pick(random, plan.Split, e.P!.Inside | (e.P.Entry.Tags & StoryTags.Wild) | (e.O!.Entry.Has(StoryTags.Large) ? StoryTags.None : StoryTags.Small)) },
        _ => null,
    };

    private static int OtherNumber(int number, CounterRandom random)
    {
        int other;
        do
            other = Math.Max(2, number - 3) + random.NextInt(8);
        while (other == number);
        return other;
    }

    private static StoryEvent? OtherWord(StoryPlan plan, StoryEvent e, CounterRandom random)
    {
        var word = Lexicon.Section(e.KList!).Pick(random, plan.Split, StoryTags.None);
        return word == e.K ? null : e with { K = word };
    }

    private static T Pick<T>(IReadOnlyList<T> items, T not, CounterRandom random)
    {
        var item = items[random.NextInt(items.Count)];
        return EqualityComparer<T>.Default.Equals(item, not) ? items[(items.ToList().IndexOf(not) + 1) % items.Count] : item;
    }

    private static List<StoryEvent>? OtherLooks(IReadOnlyList<StoryEvent> events, Thing thing, CounterRandom random)
    {
        var looks = thing.AllLooks[random.NextInt(thing.AllLooks.Count)];
        if (looks == thing.Looks)
            return null;
        var other = thing with { Looks = looks };
        return [.. events.Select(e => e with { O = e.O == thing ? other : e.O, X = e.X == thing ? other : e.X })];
    }
}
