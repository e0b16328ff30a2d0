namespace ICAE.Lab.Data.Stories;

/// <summary>
/// Tells a plan in a register: gathers events into sentences, chooses each sentence's construction, and sets the frame (heads of letters and days,
/// listeners who break in). A sentence's choices depend on the seed and on its number only, so that a change in one leaves the others as they are.
/// </summary>
internal sealed class StoryTeller
{
    private const int ParagraphCharacters = 700;
    private const int MostWholePercent = 40;
    private const int EndPercent = 35;
    private const int BeginPercent = 30;
    private static readonly uint Stream = CounterRandom.StreamOf("stories.wording");

    private readonly StoryPlan _plan;
    private readonly StoryTags _register;
    private readonly ulong _seed;
    private readonly StoryText _text = new();
    private readonly StoryReferences _references;
    private readonly StoryWording _wording;
    private readonly Person? _narrator;
    private readonly HashSet<int> _used = [];
    private int _sentence;
    private int _paragraph;
    private bool _afresh = true;
    private int _framed;

    private StoryTeller(StoryPlan plan, StoryRegister register, ulong seed)
    {
        _plan = plan;
        _register = TagOf(register);
        _seed = seed;
        _narrator = register is StoryRegister.Letter or StoryRegister.Diary or StoryRegister.Spoken or StoryRegister.Deposition ? plan.Narrator : null;
        var random = new CounterRandom(seed, Stream);
        var first = register == StoryRegister.Deposition ? null : _narrator;
        _references = new StoryReferences(plan, _text, _register, first, random);
        _wording = new StoryWording(plan, _text, _references, _register, _used, random);
    }

    /// <summary>Tells a plan.</summary>
    public static StoryTelling Tell(StoryPlan plan, StoryRegister register, ulong seed) => new StoryTeller(plan, register, seed).Tell();

    public static StoryTags TagOf(StoryRegister register) => (StoryTags)(1UL << (int)register);

    private StoryTelling Tell()
    {
        Frame("open");
        _references.NarrationDepth = _text.Depth;
        for (var next = 0; next < _plan.Events.Count;)
        {
            BeginSentence();
            Break(_plan.Events[next]);
            next += Sentence(next);
            for (var person = _references.Overdue(); person is not null && Due(next); person = _references.Overdue())
                Own(person);
        }
        if (_wording.Random.NextInt(100) < EndPercent)
            Frame("end");
        Frame("close");
        var events = Enumerable.Range(0, _plan.Events.Count).Select(_wording.Span).ToArray();
        var named = _plan.World.People.Select(_references.Named).ToArray();
        return new StoryTelling(_text.ToString(), events, _references.Facts, _references.Mentions, named, _narrator, _used);
    }

    // Who was introduced without trade or kin has some sentences' time for it, but not after the last event.
    private bool Due(int next) => next == _plan.Events.Count || (_wording.Random.NextInt(4) == 0 && _plan.Events[next].Kind is not null);

    private void BeginSentence()
    {
        _wording.Random = new CounterRandom(_seed, Stream, (ulong)++_sentence);
        _references.BeginSentence(_afresh || _text.AtParagraph);
        _afresh = false;
        _text.BeginSentence();
    }

    private void Frame(string part)
    {
        if (Lexicon.TrySection($"frame.{part}") is not { } section)
            return;
        _wording.Random = new CounterRandom(_seed, Stream, (ulong)++_sentence);
        var first = _plan.Events[0];
        if (section.TryPick(_wording.Random, _plan.Split, _wording.Situation(first) | (_wording.Random.NextInt(100) < BeginPercent ? StoryTags.Short : StoryTags.None)) is not { } entry)
            return;
        _used.Add(entry.Number);
        _text.BeginSentence();
        var start = _text.Length;
        _wording.Put(entry.Template, first, VerbUse.Past, _narrator ?? _plan.World.People[0]);
        if (_narrator is not null && entry.Template.Uses("full"))
            _references.Told(_narrator, name: true, entry.Template.Uses("trade"), _text.Trim(start, _text.Length).Start, _text.Length);
        _paragraph = _text.Length;
        _afresh = true;
    }

    // A diary's next day, a listener who breaks in, a new paragraph.
    private void Break(StoryEvent next)
    {
        var length = _text.Length - _paragraph;
        var newDay = next.Tell == TimeTelling.NextDay;
        var list = _register switch
        {
            StoryTags.Spoken when length > 160 && _framed < _text.Length / 350 && _wording.Random.NextInt(3) == 0 => "frame.spoken",
            StoryTags.Diary when newDay => "frame.day",
            _ when length > ParagraphCharacters && (newDay || _wording.Random.NextInt(3) == 0) => _register == StoryTags.Spoken ? "frame.spoken" : "frame.paragraph",
            _ => null,
        };
        if (list is null)
            return;
        _framed++;
        var entry = Lexicon.Section(list).TryPickFresh(_wording.Random, _plan.Split, _wording.Situation(next), _used)!;
        _wording.Put(entry.Template, next, VerbUse.Past, null);
        _paragraph = _text.Length;
        _references.BeginSentence(afresh: true);
        _text.BeginSentence();
    }

    private void Own(Person person)
    {
        BeginSentence();
        var start = _text.Length;
        var trade = _references.Settle(person);
        var self = person == _references.Narrator ? StoryTags.First : StoryTags.Third;
        if (!trade && person.KinTo == _references.Narrator)
            self = StoryTags.Short;
        var entry = Lexicon.Section(trade ? "own.trade" : "own.kin").Pick(_wording.Random, _plan.Split, _register | self | (person.Male ? StoryTags.Male : StoryTags.Female));
        _used.Add(entry.Number);
        _wording.Put(entry.Template, null, VerbUse.Past, person);
        var (from, length) = _text.Trim(start, _text.Length);
        _references.Add(trade ? StoryFactKind.Trade : StoryFactKind.Kinship, person, from, from + length);
    }

    private int Sentence(int next)
    {
        var happening = _plan.Events[next];
        var situation = _wording.Situation(happening);
        if (happening.Kind is null)
        {
            var scene = Lexicon.Section(_register == StoryTags.Depo ? "scenes.depo" : "scenes").TryPickFresh(_wording.Random, _plan.Split, situation, _used)!;
            _wording.Put(scene.Template, happening, VerbUse.Past);
            _afresh = true;
            return 1;
        }
        if (_plan.Events.Take(next).Any(earlier => earlier.Kind is not null))
            situation |= StoryTags.Later;
        if (Whole(happening, situation) is { } whole)
        {
            var start = _text.Length;
            _wording.PutWhole(whole, happening);
            _wording.Mark(next, start);
            return 1;
        }
        var count = GroupSize(next);
        _wording.Group = [.. Enumerable.Range(next, count)];
        var same = count > 1 && _plan.Events[next].A == _plan.Events[next + 1].A;
        var list = $"{(count == 1 ? "one" : count == 3 ? "three" : same ? "same" : "two")}{(happening.Tell != TimeTelling.None ? ".t" : "")}{(_plan.Events[next + count - 1].Why is null ? "" : ".w")}";
        if (_wording.Group.All(index => StoryWording.IsDeed(_plan.Events[index])))
            situation |= StoryTags.Deed;
        var construction = Lexicon.Section(list).TryPickFresh(_wording.Random, _plan.Split, situation, _used)
            ?? throw new InvalidOperationException($"No construction of the list {list} fits {situation}.");
        _wording.Put(construction.Template, null, VerbUse.Past);
        return count;
    }

    // A wording of its own that takes the whole sentence; events that nobody does have only such.
    private LexiconEntry? Whole(StoryEvent happening, StoryTags situation)
    {
        if (KindWordings.Sentences(happening.Kind!.Value) is not { } sentences)
            return null;
        var percent = Math.Min(MostWholePercent, sentences.All.Count * 7);
        if (happening.A is not null && (happening.Why is not null || happening.Tell != TimeTelling.None || _wording.Random.NextInt(100) >= percent))
            return null;
        return sentences.TryPickFresh(_wording.Random, _plan.Split, situation | StoryWording.Needs(happening), _used);
    }

    private int GroupSize(int next)
    {
        var random = _wording.Random;
        var draw = random.NextInt(100);
        if (!Joins(next + 1) || _plan.Events[next].Why is not null)
            return 1;
        var same = _plan.Events[next].A == _plan.Events[next + 1].A;
        if (draw >= (same ? 65 : 35))
            return 1;
        var third = draw < 14 && same && _plan.Events[next + 1].Why is null && Joins(next + 2) && _plan.Events[next + 2].A == _plan.Events[next].A
            && _plan.Events[next + 2].Why is null && _plan.Events[next].Tell == TimeTelling.None;
        return third ? 3 : 2;
    }

    // Whether an event can be told in the sentence of the one before.
    private bool Joins(int index) => index < _plan.Events.Count && _plan.Events[index] is { Kind: not (null or StoryFactKind.Have), A: not null, Tell: TimeTelling.None };
}
