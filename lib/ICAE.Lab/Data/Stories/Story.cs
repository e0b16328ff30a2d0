namespace ICAE.Lab.Data.Stories;

/// <summary>
/// A generated text with its ground truth. Text, facts and questions are functions of seed, number, split and settings; they are the same on every
/// platform. The text uses LF between paragraphs and ends at a sentence's end.
/// </summary>
public sealed class Story
{
    private static readonly uint ContradictionStream = CounterRandom.StreamOf("stories.contradiction");

    private readonly StoryPlan _plan;
    private readonly ulong _wording;
    private readonly List<(StoryFact Fact, StoryEvent Event)> _facts;
    private IReadOnlyList<StoryQuestion>? _questions;

    internal Story(long number, StoryPlan plan, StoryTelling telling, StoryRegister register, ulong wording)
    {
        Number = number;
        Register = register;
        Telling = telling;
        _plan = plan;
        _wording = wording;
        Names = new StoryNames(plan, telling, register);
        _facts = StoryFacts.List(plan, telling, Names);
        Facts = [.. _facts.Select(fact => fact.Fact)];
    }

    /// <summary>The story's number among those of its seed and split.</summary>
    public long Number { get; }

    /// <summary>The split it is for.</summary>
    public DataSplit Split => _plan.Split;

    /// <summary>How it is told.</summary>
    public StoryRegister Register { get; }

    /// <summary>The text.</summary>
    public string Text => Telling.Text;

    /// <summary>What the text tells: traits of people and things first, then events as they happened.</summary>
    public IReadOnlyList<StoryFact> Facts { get; }

    /// <summary>Questions that the text answers, and that have one answer; their wordings are drawn by the story's own numbers.</summary>
    public IReadOnlyList<StoryQuestion> Questions => _questions ??= new StoryQuestions(Names, _facts, Text.Length, _wording).Write();

    internal StoryTelling Telling { get; }

    internal StoryNames Names { get; }

    internal StoryPlan Plan => _plan;

    /// <summary>Tells the same facts in other words.</summary>
    /// <param name="seed">Draws the wording.</param>
    /// <param name="register">The manner; null draws another than this story's.</param>
    /// <returns>The paraphrase: its facts say the same, in the same order (<see cref="StoryFact.SaysTheSame"/>). Its length is not bound.</returns>
    public Story Paraphrase(ulong seed, StoryRegister? register = null)
    {
        var random = new CounterRandom(seed, CounterRandom.StreamOf("stories.paraphrase"), _wording);
        var wording = random.NextUInt64();
        var chosen = register ?? StoryRegisters.Draw(random, Math.Max(Text.Length, StorySettings.ShortestCharacters), not: Register);
        return new Story(Number, _plan, StoryTeller.Tell(_plan, chosen, wording), chosen, wording);
    }

    /// <summary>Changes one fact, such that the rest can still be so, and tells the story in the same manner.</summary>
    /// <param name="seed">Draws the change.</param>
    /// <returns>The changed story and the change; null if nothing can be changed alone.</returns>
    public StoryContradiction? Contradiction(ulong seed)
    {
        var random = new CounterRandom(seed, ContradictionStream, _wording);
        foreach (var plan in StoryChanges.Of(_plan, random))
        {
            var story = new Story(Number, plan, StoryTeller.Tell(plan, Register, _wording), Register, _wording);
            if (story.Facts.Count != Facts.Count)
                continue;
            var changed = Enumerable.Range(0, Facts.Count).Where(index => !Facts[index].SaysTheSame(story.Facts[index])).ToArray();
            if (changed.Length == 1)
                return new StoryContradiction(story, changed[0], Facts[changed[0]], story.Facts[changed[0]]);
        }
        return null;
    }
}
