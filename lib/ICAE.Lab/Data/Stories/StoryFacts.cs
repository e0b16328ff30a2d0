namespace ICAE.Lab.Data.Stories;

/// <summary>The facts of a telling: traits of people and things first, in the order of their ids, then the events in their order.</summary>
internal static class StoryFacts
{
    /// <summary>Lists the facts, and for each the event that it is made of (for a trait, one that fills its places).</summary>
    public static List<(StoryFact Fact, StoryEvent Event)> List(StoryPlan plan, StoryTelling telling, StoryNames names)
    {
        var facts = new List<(StoryFact, StoryEvent)>();
        foreach (var span in telling.Facts.OrderBy(span => span.Kind).ThenBy(span => span.Person?.Id ?? span.Thing!.Id))
            facts.Add(Trait(span, telling.Text, names));
        var plain = new PlainWording(names, null);
        for (var index = 0; index < plan.Events.Count; index++)
        {
            if (plan.Events[index].Kind is not null)
                facts.Add((Of(plan.Events[index], telling.Spans[index], names, plain), plan.Events[index]));
        }
        return facts;
    }

    private static (StoryFact, StoryEvent) Trait(StoryFactSpan span, string text, StoryNames names)
    {
        var detail = span.Kind switch
        {
            StoryFactKind.Trade => span.Person!.TradeNoun,
            StoryFactKind.Kinship => span.Person!.KinNoun,
            _ => span.Thing!.Looks,
        };
        var other = span.Kind == StoryFactKind.Kinship ? span.Person!.KinTo : null;
        var (start, end) = (span.Start, Math.Min(span.End, text.Length));
        while (start < end && char.IsWhiteSpace(text[start]))
            start++;
        var fact = new StoryFact
        {
            Kind = span.Kind,
            Who = names.Entity(span.Person),
            What = StoryNames.Entity(span.Thing),
            Whom = names.Entity(other),
            Detail = detail,
            Start = start,
            Length = end - start,
        };
        var happening = new StoryEvent { Kind = span.Kind, A = span.Person, B = other, O = span.Thing, K = new LexiconEntry([detail], StoryTags.None, null, -1) };
        return (fact, happening);
    }

    private static StoryFact Of(StoryEvent happening, (int Start, int Length) span, StoryNames names, PlainWording plain) => new()
    {
        Kind = happening.Kind!.Value,
        Who = names.Entity(happening.A),
        Whom = names.Entity(happening.B),
        Third = names.Entity(happening.C),
        What = StoryNames.Entity(happening.O),
        Other = StoryNames.Entity(happening.X),
        Where = StoryNames.Entity(happening.P),
        Via = StoryNames.Entity(happening.Q),
        Spot = happening.S?.Text,
        When = StoryTimes.When(happening, names.Plan.World),
        Why = happening.Why is null ? null : plain.Say(happening.Why.Template, happening, VerbUse.Past, actorAsPronoun: true),
        HowMany = happening.N,
        Detail = happening.K is null ? null : plain.Say(happening.K.Template, happening, VerbUse.Past, actorAsPronoun: true),
        Start = span.Start,
        Length = span.Length,
    };
}
