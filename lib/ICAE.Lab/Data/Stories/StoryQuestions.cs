namespace ICAE.Lab.Data.Stories;

/// <summary>Writes the questions that a telling answers; one whose answer would not be the only one is left out.</summary>
/// <param name="names">What people are called.</param>
/// <param name="facts">The facts and their events.</param>
/// <param name="textLength">The text's length, for distances.</param>
/// <param name="seed">Draws wordings.</param>
internal sealed class StoryQuestions(StoryNames names, IReadOnlyList<(StoryFact Fact, StoryEvent Event)> facts, int textLength, ulong seed)
{
    private static readonly uint Stream = CounterRandom.StreamOf("stories.questions");

    private readonly CounterRandom _random = new(seed, Stream);
    private readonly List<StoryQuestion> _questions = [];
    private readonly HashSet<string> _texts = new(StringComparer.Ordinal);

    public IReadOnlyList<StoryQuestion> Write()
    {
        for (var index = 0; index < facts.Count; index++)
        {
            AskWho(index);
            AskWhen(index);
            AskWhy(index);
            AskByKind(index, StoryQuestionKind.Who, "Who");
            AskByKind(index, StoryQuestionKind.Who, "Whom");
            AskByKind(index, StoryQuestionKind.Where, "Where");
            AskByKind(index, StoryQuestionKind.What, "What");
            AskByKind(index, StoryQuestionKind.HowMany, "Many");
            AskWhether(index);
        }
        AskOrder();
        AskFinal();
        return _questions;
    }

    private void AskWho(int index)
    {
        if (Predicate(index) is { } predicate && IsOnly(index, predicate, "A"))
            Ask(StoryQuestionKind.Who, "q.Who", index, predicate);
    }

    private void AskWhen(int index)
    {
        if (facts[index].Fact.When is not null && Predicate(index) is { } predicate && IsOnly(index, predicate, "when"))
            Ask(StoryQuestionKind.When, "q.When", index, predicate);
    }

    private void AskWhy(int index)
    {
        if (facts[index].Fact.Why is not null && Predicate(index) is { } predicate && IsOnly(index, predicate, "why"))
            Ask(StoryQuestionKind.Why, "q.Why", index, predicate);
    }

    private void AskByKind(int index, StoryQuestionKind kind, string list)
    {
        var section = Lexicon.TrySection($"q.{list}.{facts[index].Fact.Kind}");
        if (section is null)
            return;
        var entry = section.Pick(_random, names.Plan.Split, StoryTags.None);
        var (question, answer) = Parts(entry);
        if (IsOnly(index, Template.Parse(question), RoleOf(answer)))
            Add(kind, Say(question, index, null), Say(answer, index, null), [index]);
    }

    // What is told, or the same with one thing wrong.
    private void AskWhether(int index)
    {
        if (Predicate(index) is not { } predicate)
            return;
        var entry = Lexicon.Section("q.Bool").Pick(_random, names.Plan.Split, StoryTags.None);
        if (_random.NextInt(2) == 0)
        {
            Add(StoryQuestionKind.True, Say(entry.Text, index, predicate), "yes", [index]);
            return;
        }
        if (Falsify(facts[index].Event, predicate) is { } wrong && !facts.Any(fact => Sides(fact.Event).Any(side => Same(side, wrong, predicate, ""))))
            Add(StoryQuestionKind.False, Say(entry.Text, index, predicate, wrong), "no", [index]);
    }

    private StoryEvent? Falsify(StoryEvent happening, Template predicate)
    {
        // Who has a thing at first is not all who have it.
        if (happening.Kind == StoryFactKind.Have)
            return null;
        var people = facts.Select(fact => fact.Event.A).OfType<Person>().Distinct().Where(person => person != happening.A && person != happening.B && person != happening.C).ToArray();
        var places = names.Plan.Events.Select(one => one.P).OfType<Place>().Distinct().Where(place => place != happening.P && !Passed(happening.A, place)).ToArray();
        var things = names.Plan.Events.Select(one => one.O).OfType<Thing>().Distinct().Where(thing => thing != happening.O).ToArray();
        return _random.NextInt(5) switch
        {
            0 when people.Length > 0 && predicate.Uses("B") => happening with { B = people[_random.NextInt(people.Length)] },
            1 when places.Length > 0 && predicate.Uses("P") => happening with { P = places[_random.NextInt(places.Length)] },
            2 when things.Length > 0 && predicate.Uses("O") => happening with { O = things[_random.NextInt(things.Length)] },
            3 when predicate.Uses("N") => happening with { N = happening.N + 1 + _random.NextInt(4) },
            _ when people.Length > 0 => happening with { A = people[_random.NextInt(people.Length)] },
            _ => null,
        };
    }

    private bool Passed(Person? person, Place place) => facts.Any(fact => fact.Event.A == person && fact.Event.Q == place);

    private void AskOrder()
    {
        var askable = Enumerable.Range(0, facts.Count).Where(index => Predicate(index) is not null).ToArray();
        for (var draw = 0; draw < Math.Min(2, askable.Length / 2); draw++)
        {
            var (one, other) = (askable[_random.NextInt(askable.Length)], askable[_random.NextInt(askable.Length)]);
            if (one == other)
                continue;
            var (first, second) = (Clause(one), Clause(other));
            if (first is null || second is null || first == second)
                continue;
            var (question, _) = Parts(Lexicon.Section("q.Order").Pick(_random, names.Plan.Split, StoryTags.None));
            var swap = _random.NextInt(2) == 0;
            var text = question.Replace("{1}", swap ? second : first, StringComparison.Ordinal).Replace("{2}", swap ? first : second, StringComparison.Ordinal);
            Add(StoryQuestionKind.Order, text, one < other ? first : second, [Math.Min(one, other), Math.Max(one, other)]);
        }
    }

    private string? Clause(int index)
    {
        var predicate = Predicate(index)!;
        if (!IsOnly(index, predicate, ""))
            return null;
        var happening = facts[index].Event;
        return $"{names.Of(happening.A!)} {new PlainWording(names, _random).Say(predicate, happening, VerbUse.Past)}";
    }

    // Where each thing came to be that was moved more than once, and where each person was who went more than once.
    private void AskFinal()
    {
        foreach (var thing in names.Plan.Events.Select(one => one.O).OfType<Thing>().Distinct())
        {
            var moves = Enumerable.Range(0, facts.Count).Where(index => StoryPossession.Moves(facts[index].Fact.Kind) && (facts[index].Event.O == thing || facts[index].Event.X == thing)).ToArray();
            if (moves.Length < 2)
                continue;
            var last = facts[moves[^1]].Event;
            var holder = StoryPossession.HolderAfter(last, thing);
            var place = holder is null ? $"{last.S!.Text} {PlainWording.PlaceWords(last.P!, "at")}" : $"with {names.Of(holder)}";
            var (question, _) = Parts(Lexicon.Section("q.Final").Pick(_random, names.Plan.Split, StoryTags.None));
            Add(StoryQuestionKind.FinalPlace, question.Replace("{O}", StoryNames.Of(thing), StringComparison.Ordinal), place, moves);
        }
        foreach (var person in names.Plan.Events.Select(one => one.A).OfType<Person>().Distinct())
        {
            var moves = Enumerable.Range(0, facts.Count).Where(index => facts[index].Fact.Kind == StoryFactKind.Go && facts[index].Event.A == person).ToArray();
            if (moves.Length < 2)
                continue;
            var (question, answer) = Parts(Lexicon.Section("q.FinalPerson").Pick(_random, names.Plan.Split, StoryTags.None));
            Add(StoryQuestionKind.Where, Say(question, moves[^1], null), Say(answer, moves[^1], null), [moves[^1]]);
        }
    }

    private Template? Predicate(int index)
    {
        var happening = facts[index].Event;
        if (happening.A is null || KindWordings.Predicates(happening.Kind!.Value) is not { } section)
            return null;
        var plain = section.All.Where(entry => entry.Has(StoryTags.Q) && entry.Only is null && entry.Fits(StoryWording.Needs(happening))).ToArray();
        return plain.Length == 0 ? null : plain[index % plain.Length].Template;
    }

    private void Ask(StoryQuestionKind kind, string list, int index, Template predicate)
    {
        var (question, answer) = Parts(Lexicon.Section(list).Pick(_random, names.Plan.Split, StoryTags.None));
        Add(kind, Say(question, index, predicate), Say(answer, index, predicate), [index]);
    }

    private void Add(StoryQuestionKind kind, string text, string answer, IReadOnlyList<int> from)
    {
        text = English.Capital(text);
        if (!_texts.Add(text))
            return;
        var end = from.Max(index => facts[index].Fact.Start + facts[index].Fact.Length);
        _questions.Add(new StoryQuestion(kind, text, answer, [.. from], textLength - end));
    }

    private static (string Question, string Answer) Parts(LexiconEntry entry)
    {
        var parts = entry.Text.Split(" => ");
        return (parts[0], parts.Length > 1 ? parts[1] : "");
    }

    private static string RoleOf(string answer) => answer.Contains("{S}", StringComparison.Ordinal) ? "S" : answer[(answer.IndexOf('{', StringComparison.Ordinal) + 1)..].Split('.', '}')[0];

    private string Say(string template, int index, Template? predicate, StoryEvent? instead = null)
    {
        var fact = facts[index].Fact;
        var happening = instead ?? facts[index].Event;
        return new PlainWording(names, _random).Say(Template.Parse(template), happening, VerbUse.Past, others: slot => slot.Role switch
        {
            "v" => new PlainWording(names, _random).Say(predicate!, happening, slot.Form == "inf" ? VerbUse.Infinitive : VerbUse.Past),
            "when" => fact.When,
            "why" => fact.Why,
            "a" => English.Article(fact.Detail!),
            "noun" => happening.O!.Noun,
            _ => null,
        });
    }

    // Whether no other event says the same in all that the question names but for what it asks.
    private bool IsOnly(int index, Template question, string asked)
    {
        var happening = facts[index].Event;
        for (var other = 0; other < facts.Count; other++)
        {
            if (other != index && Sides(facts[other].Event).Any(side => Same(side, happening, question, asked)))
                return false;
        }
        return true;
    }

    // Who meets somebody is met by them, and so with quarrels.
    private static IEnumerable<StoryEvent> Sides(StoryEvent happening)
    {
        yield return happening;
        if (happening.Kind is StoryFactKind.Meet or StoryFactKind.Quarrel or StoryFactKind.Reconcile)
            yield return happening with { A = happening.B, B = happening.A };
    }

    // Kinds that a question words alike: whoever lends, returns or exchanges a thing gives it, too.
    private static StoryFactKind? Manner(StoryFactKind? kind) => kind switch
    {
        StoryFactKind.GiveBack or StoryFactKind.Entrust or StoryFactKind.Deliver or StoryFactKind.Swap or StoryFactKind.Lend or StoryFactKind.BringForMending
            or StoryFactKind.Reward or StoryFactKind.Sell => StoryFactKind.Give,
        StoryFactKind.Hide or StoryFactKind.Lose => StoryFactKind.Put,
        StoryFactKind.Steal => StoryFactKind.Take,
        _ => kind,
    };

    private static bool Same(StoryEvent one, StoryEvent other, Template named, string asked)
    {
        return Manner(one.Kind) == Manner(other.Kind) && (asked == "A" || !NamesActor() || one.A == other.A)
            && Agrees("B", one.B, other.B) && Agrees("C", one.C, other.C) && Agrees("O", one.O, other.O) && Agrees("X", one.X, other.X)
            && Agrees("P", one.P, other.P) && Agrees("Q", one.Q, other.Q) && Agrees("S", one.S, other.S) && Agrees("N", one.N, other.N)
            && Agrees("K", one.K?.Text, other.K?.Text) && (!named.Uses("noun") || one.O == other.O);

        // Predicates leave the actor to their sentence.
        bool NamesActor() => named.Uses("A") || named.Nodes.Count > 0 && named.Nodes[0] is VerbNode;

        bool Agrees<T>(string role, T left, T right) => role == asked || !named.Uses(role) || EqualityComparer<T>.Default.Equals(left, right);
    }
}
