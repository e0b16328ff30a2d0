using System.Globalization;

namespace ICAE.Lab.Data.Stories;

/// <summary>Puts templates into words: fills the open places from events, inflects verbs, draws among choices and word lists.</summary>
internal sealed partial class StoryWording
{
    private readonly StoryPlan _plan;
    private readonly StoryText _text;
    private readonly StoryReferences _references;
    private readonly StoryTags _register;
    private readonly HashSet<int> _used;
    private readonly int[] _starts;
    private readonly int[] _ends;
    private CounterRandom _random;
    private bool _auxiliaryDone;
    private Person? _bound;
    private bool _final;

    public StoryWording(StoryPlan plan, StoryText text, StoryReferences references, StoryTags register, HashSet<int> used, CounterRandom random)
    {
        _plan = plan;
        _text = text;
        _references = references;
        _register = register;
        _used = used;
        _random = random;
        _starts = new int[plan.Events.Count];
        _ends = new int[plan.Events.Count];
        Array.Fill(_starts, -1);
    }

    /// <summary>The events that the sentence under way tells, by their indices.</summary>
    public IReadOnlyList<int> Group { get; set; } = [];

    public CounterRandom Random
    {
        get => _random;
        set => _random = value;
    }

    /// <summary>Where an event was told.</summary>
    public (int Start, int Length) Span(int happening) =>
        _starts[happening] < 0 ? (0, 0) : _text.Trim(_starts[happening], _ends[happening]);

    /// <summary>Counts what was written since a position to an event.</summary>
    public void Mark(int happening, int start)
    {
        if (_starts[happening] < 0 || start < _starts[happening])
            _starts[happening] = start;
        _ends[happening] = Math.Max(_ends[happening], _text.Length);
    }

    /// <summary>The situation of an event: register, weather, season, part of the day.</summary>
    public StoryTags Situation(StoryEvent happening) => _register | happening.Weather | _plan.World.Season | happening.Part
        | (_references.Narrator is null ? StoryTags.Third : StoryTags.First);

    /// <summary>Puts a template into words.</summary>
    public void Put(Template template, StoryEvent? happening, VerbUse use, Person? subject = null)
    {
        for (var position = 0; position < template.Nodes.Count; position++)
        {
            var node = template.Nodes[position];
            _final = position == template.Nodes.Count - 2 && template.Nodes[^1] is LiteralNode { Text: "." };
            switch (node)
            {
                case LiteralNode literal:
                    PutLiteral(literal.Text);
                    break;
                case ArticleNode:
                    _text.Article();
                    break;
                case CapitalNode:
                    _text.Capital();
                    break;
                case QuoteNode quote:
                    _text.Quote(quote.Opens);
                    break;
                case ChoiceNode choice:
                    Put(choice.Choices[_random.NextInt(choice.Choices.Length)], happening, use, subject);
                    break;
                case ListNode list:
                    PutList(list.List, happening, use);
                    break;
                case VerbNode verb:
                    PutVerb(verb.Verb, use);
                    break;
                case SlotNode slot:
                    PutSlot(slot, happening, use, subject);
                    break;
            }
        }
    }

    /// <summary>Names a person.</summary>
    public void Put(Person person, NounCase form, bool byName = false) => _references.Put(person, form, byName, _random, PutIntro);

    private void PutLiteral(string text)
    {
        // A tilde stands for the end of a paragraph.
        _text.Put(text.Contains('~', StringComparison.Ordinal) ? text.Replace('~', '\n') : text);
    }

    private NameTold PutIntro(string list, Person person, CounterRandom random)
    {
        var sex = person.Male ? StoryTags.Male : StoryTags.Female;
        var entry = Lexicon.Section(list).Pick(random, _plan.Split, _register | sex | (person.Trade.Tags & (StoryTags.Young | StoryTags.Old)));
        _used.Add(entry.Number);
        Put(entry.Template, null, VerbUse.Past, person);
        _text.LoosenComma();
        if (entry.Template.Uses("full") || entry.Template.Uses("backfull") || entry.Template.Uses("surname"))
            return NameTold.Full;
        return entry.Template.Uses("given") || entry.Template.Uses("backgiven") ? NameTold.Given : NameTold.Not;
    }

    /// <summary>Puts a wording of its own into words, after the event's time if that is told.</summary>
    public void PutWhole(LexiconEntry whole, StoryEvent happening)
    {
        if (happening.Tell != TimeTelling.None)
        {
            PutTime(happening);
            _text.Put(", ");
        }
        Put(whole.Template, happening, VerbUse.Past);
    }

    private void PutList(string name, StoryEvent? happening, VerbUse use)
    {
        var situation = happening is null ? _register : Situation(happening);
        var entry = Lexicon.Section(name).TryPickFresh(_random, _plan.Split, situation | StoryTags.Male | StoryTags.Female, _used)
            ?? throw new InvalidOperationException($"No entry of the list {name} fits.");
        Put(entry.Template, happening, use);
    }

    private void PutVerb(VerbForms verb, VerbUse use)
    {
        var auxiliary = _auxiliaryDone ? "" : use switch { VerbUse.PastPerfect => "had ", VerbUse.Having => "having ", _ => "" };
        _auxiliaryDone = true;
        _text.Put(use switch
        {
            VerbUse.Past => verb.Past,
            VerbUse.Gerund => verb.Gerund,
            VerbUse.Infinitive => verb.Infinitive,
            _ => auxiliary + verb.Participle,
        });
    }

    private void PutSlot(SlotNode slot, StoryEvent? happening, VerbUse use, Person? subject)
    {
        if (slot.Role.Length == 2 && char.IsAsciiDigit(slot.Role[1]) && slot.Role[1] <= '3')
            PutClause(slot);
        else if (subject is not null)
            PutTrait(slot, happening, subject);
        else if (happening is null || slot.Role.Length > 1)
            PutWorld(slot, happening);
        else
            PutRole(slot, happening, use);
    }

    // s1, v1, w1, t1: subject, predicate, reason and time of the group's first event.
    private void PutClause(SlotNode slot)
    {
        var index = Group[slot.Role[1] - '1'];
        var happening = _plan.Events[index];
        var start = _text.Length;
        switch (slot.Role[0])
        {
            case 's':
                Put(happening.A!, slot.Form == "o" ? NounCase.Object : slot.Form == "s" ? NounCase.Possessive : NounCase.Subject, slot.Form == "n");
                break;
            case 'v':
                PutPredicate(happening, UseOf(slot.Form));
                break;
            case 'w':
                Put(WordingOf(happening.Why!), happening, VerbUse.Past);
                break;
            case 't':
                PutTime(happening);
                break;
        }
        Mark(index, start);
    }

    private Template WordingOf(LexiconEntry reason) => reason.Wording(_random.NextInt(reason.Fields.Length));

    private void PutPredicate(StoryEvent happening, VerbUse use)
    {
        var entry = KindWordings.Predicates(happening.Kind!.Value)?.TryPickFresh(_random, _plan.Split, Situation(happening) | Needs(happening) | (_final ? StoryTags.Loose : StoryTags.None), _used)
            ?? throw new InvalidOperationException($"No wording for {happening.Kind} fits.");
        _auxiliaryDone = false;

        // Within a predicate, a pronoun for the actor is bound to the subject.
        _bound = happening.A;
        Put(entry.Template, happening, use);
        _bound = null;
    }

    /// <summary>What the wording of an event may ask for.</summary>
    public static StoryTags Needs(StoryEvent happening) => StoryTags.Q | (happening.Q is null ? StoryTags.Short : StoryTags.Long)
        | (happening.A is { } actor ? (actor.Male ? StoryTags.Male : StoryTags.Female) : StoryTags.None)
        | (IsDeed(happening) ? StoryTags.Deed : StoryTags.None);

    /// <summary>Whether it is done in a moment, not a state.</summary>
    public static bool IsDeed(StoryEvent happening) => happening.Kind is not (StoryFactKind.Have or StoryFactKind.Feel or StoryFactKind.Work
        or StoryFactKind.FallIll or StoryFactKind.Recover or StoryFactKind.Nurse);

    private static VerbUse UseOf(string form) => form switch
    {
        "had" => VerbUse.PastPerfect,
        "pp" => VerbUse.Participle,
        "ing" => VerbUse.Gerund,
        "having" => VerbUse.Having,
        "inf" => VerbUse.Infinitive,
        _ => VerbUse.Past,
    };

    private void PutTrait(SlotNode slot, StoryEvent? happening, Person person)
    {
        switch (slot.Role)
        {
            case "R":
                PutOwner(person.KinTo!);
                break;
            case "N":
                PutOwner(person);
                break;
            case "A":
                Put(person, NounCase.Subject, byName: true);
                break;
            default:
                if (Trait(slot.Role, person) is { } trait)
                    _text.Put(trait);
                else
                    PutWorld(slot, happening);
                break;
        }
    }

    private void PutOwner(Person person)
    {
        if (person == _bound)
            PutPerson(person, "s");
        else
            Put(person, NounCase.Possessive);
    }

    private static string? Trait(string role, Person person) => role switch
    {
        "full" => person.FullName,
        "given" => person.Given,
        "surname" => person.Surname,
        "title" => person.Title,
        "trade" => person.TradeNoun,
        "kin" => person.KinNoun,
        "kinback" => person.KinBack,
        "backfull" => person.KinTo!.FullName,
        "backgiven" => person.KinTo!.Given,
        "backtitle" => person.KinTo!.Title,
        _ => null,
    };

    private void PutWorld(SlotNode slot, StoryEvent? happening)
    {
        var world = _plan.World;
        var date = world.Day.AddDays(happening?.Day ?? 0);
        var later = world.Day.AddDays(_plan.Events[^1].Day + 2);
        _text.Put(slot.Role switch
        {
            "village" => world.Village,
            "county" => world.County,
            "weekday" => date.DayOfWeek.ToString(),
            "month" => StoryTimes.Month(date),
            "day" => date.Day.ToString(CultureInfo.InvariantCulture),
            "ordinal" => English.Ordinal(date.Day),
            "laterday" => later.Day.ToString(CultureInfo.InvariantCulture),
            "laterordinal" => English.Ordinal(later.Day),
            "latermonth" => StoryTimes.Month(later),
            "laterweekday" => later.DayOfWeek.ToString(),
            "year" => date.Year.ToString(CultureInfo.InvariantCulture),
            "season" => StoryTimes.Season(world.Season),
            "part" => StoryTimes.PartName(happening!.Part),
            "hour" => StoryTimes.Hour(happening!),
            _ => throw new InvalidOperationException($"There is no place {{{slot.Role}}} to fill here."),
        });
    }

    private void PutTime(StoryEvent happening)
    {
        var list = happening.Tell switch
        {
            TimeTelling.Opening or TimeTelling.NextDay when _register == StoryTags.Diary => "time.diary",
            TimeTelling.Opening => "time.opening",
            TimeTelling.NextDay => "time.next",
            TimeTelling.Part => "time.part",
            _ => "time.hour",
        };
        var entry = Lexicon.Section(list).TryPickFresh(_random, _plan.Split, Situation(happening), _used)!;
        Put(entry.Template, happening, VerbUse.Past);
        _text.LoosenComma();
    }
}
