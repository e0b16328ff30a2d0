using ICAE.Lab.Data.Stories;

namespace ICAE.Lab.Tests.Data.Stories;

public sealed class StoryQuestionTests
{
    private static readonly Lazy<IReadOnlyList<Story>> Stories = new(() => [.. StorySample.Mixed(400, seed: 41).Select(made => made.Story)]);

    [Fact]
    public void Every_kind_is_asked_and_has_three_wordings()
    {
        var kinds = Stories.Value.SelectMany(story => story.Questions).Select(question => question.Kind).Distinct();
        Assert.Equal(Enum.GetValues<StoryQuestionKind>().Order(), kinds.Order());
        Assert.All(
            Lexicon.All.Where(section => section.Name.StartsWith("q.", StringComparison.Ordinal)),
            section => Assert.True(section.All.Count(entry => entry.Only is null) >= 3, section.Name));
    }

    [Fact]
    public void Questions_are_written_out_and_their_distances_are_those_of_their_facts() => Assert.All(Stories.Value, story => Assert.All(story.Questions, question =>
    {
        Assert.DoesNotMatch(@"[{}<>*|~^«»()]|  | [?,.]|=>", question.Text + question.Answer);
        Assert.Matches(@"^\p{Lu}.*\?$", question.Text);
        Assert.NotEmpty(question.Answer);
        Assert.NotEmpty(question.Facts);
        var last = question.Facts.Max(index => story.Facts[index].Start + story.Facts[index].Length);
        Assert.Equal(story.Text.Length - last, question.Distance);
    }));

    [Fact]
    public void Answers_are_those_of_their_facts() => Assert.All(Stories.Value, story => Assert.All(story.Questions, question =>
    {
        var fact = story.Facts[question.Facts[0]];
        string?[] possible = question.Kind switch
        {
            StoryQuestionKind.Who => [fact.Who?.Name, fact.Whom?.Name, fact.Third?.Name],
            StoryQuestionKind.When => [fact.When],
            StoryQuestionKind.Why => [fact.Why, "because " + fact.Why],
            StoryQuestionKind.HowMany => [English.InWords(fact.HowMany!.Value)],
            StoryQuestionKind.True => ["yes"],
            StoryQuestionKind.False => ["no"],
            StoryQuestionKind.What when fact.Kind == StoryFactKind.Buy => [$"{English.InWords(fact.HowMany!.Value)} {fact.Detail}"],
            StoryQuestionKind.What => [fact.What?.Name, fact.Other?.Name, fact.Detail, "to " + fact.Detail],
            _ => [question.Answer],
        };
        Assert.Contains(question.Answer, possible);
        if (question.Kind == StoryQuestionKind.Where)
            Assert.Contains(fact.Where!.Name, question.Answer, StringComparison.Ordinal);
    }));

    [Fact]
    public void Of_two_events_the_answer_is_the_one_told_first() => Assert.All(
        Stories.Value.SelectMany(story => story.Questions.Where(question => question.Kind == StoryQuestionKind.Order).Select(question => (story, question))),
        asked =>
        {
            var (story, question) = asked;
            Assert.Equal(2, question.Facts.Count);
            Assert.True(question.Facts[0] < question.Facts[1]);
            Assert.StartsWith(story.Facts[question.Facts[0]].Who!.Name, question.Answer, StringComparison.Ordinal);
            Assert.Contains(question.Answer, question.Text, StringComparison.Ordinal);
        });

    [Fact]
    public void A_time_and_a_reason_are_asked_for_only_where_the_story_gives_one() => Assert.All(Stories.Value, story => Assert.All(
        story.Questions.Where(question => question.Kind is StoryQuestionKind.When or StoryQuestionKind.Why),
        question =>
        {
            var fact = story.Facts[question.Facts[0]];
            Assert.DoesNotContain(story.Facts, other => (question.Kind == StoryQuestionKind.When ? other.When is { } when && when != fact.When : other.Why is { } why && why != fact.Why)
                && (other with { When = fact.When, Why = fact.Why }).SaysTheSame(fact));
        }));

    // Meetings and quarrels have two sides.
    [Fact]
    public void Nobody_is_asked_for_where_two_would_be_right() => Assert.All(Stories.Value, story => Assert.All(
        story.Questions.Where(question => question.Kind == StoryQuestionKind.Who && question.Facts.Count == 1),
        question =>
        {
            var fact = story.Facts[question.Facts[0]];
            if (fact.Kind is not (StoryFactKind.Quarrel or StoryFactKind.Go or StoryFactKind.Recover or StoryFactKind.Nurse))
                return;
            var (answer, named) = question.Answer == fact.Who!.Name ? (fact.Who, fact.Whom) : (fact.Whom!, fact.Who);
            Assert.DoesNotContain(story.Facts, other => other.Kind == fact.Kind && other != fact && other.Where?.Id == fact.Where?.Id && other.Via?.Id == fact.Via?.Id
                && (named is null || other.Who!.Id == named.Id || other.Whom!.Id == named.Id) && other.Who!.Id != answer.Id && other.Whom?.Id != answer.Id);
        }));

    [Fact]
    public void A_quarrel_is_denied_only_where_neither_side_is_told_of() => Assert.All(Stories.Value, story => Assert.All(
        story.Questions.Where(question => question.Kind == StoryQuestionKind.False && story.Facts[question.Facts[0]].Kind == StoryFactKind.Quarrel),
        question => Assert.DoesNotContain(story.Facts, fact => fact.Kind == StoryFactKind.Quarrel
            && question.Text.Contains(fact.Who!.Name, StringComparison.Ordinal)
            && question.Text.Contains(fact.Whom!.Name, StringComparison.Ordinal)
            && question.Text.Contains(fact.Where?.Name ?? "", StringComparison.Ordinal))));
}
