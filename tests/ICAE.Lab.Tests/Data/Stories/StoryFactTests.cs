using ICAE.Lab.Data.Stories;

namespace ICAE.Lab.Tests.Data.Stories;

public sealed class StoryFactTests
{
    private static readonly Lazy<IReadOnlyList<Story>> Stories = new(() => [.. StorySample.Mixed(800, seed: 31).Select(made => made.Story)]);

    [Fact]
    public void Facts_lie_in_the_text_and_events_in_their_order() => Assert.All(Stories.Value, story =>
    {
        Assert.NotEmpty(story.Facts);
        Assert.All(story.Facts, fact =>
        {
            Assert.InRange(fact.Length, 1, story.Text.Length - fact.Start);
            Assert.DoesNotMatch(@"^\s|\s$", story.Text.Substring(fact.Start, fact.Length));
        });
        var ends = story.Facts.Where(fact => fact.Kind > StoryFactKind.Looks).Select(fact => fact.Start + fact.Length).ToArray();
        Assert.Equal(ends.Order(), ends);
    });

    [Fact]
    public void A_mini_reader_finds_no_contradiction_and_the_same_final_places()
    {
        var asked = 0;
        foreach (var story in Stories.Value)
        {
            var reader = new StoryReader();
            foreach (var fact in story.Facts)
                reader.Read(fact);
            var places = story.Plan.World.Places.ToDictionary(place => place.Id, place => $"{place.Preposition} the {place.Noun}");
            foreach (var question in story.Questions.Where(question => question.Kind == StoryQuestionKind.FinalPlace))
            {
                asked++;
                var last = story.Facts[question.Facts[^1]];
                var thing = new[] { last.What!, last.Other }.First(thing => thing is not null && question.Text.Contains(thing.Name, StringComparison.Ordinal))!;
                Assert.Equal(reader.Place(thing, id => places[id]), question.Answer);
            }
        }
        Assert.InRange(asked, 100, int.MaxValue);
    }

    [Fact]
    public void What_a_fact_says_stands_in_the_text() => Assert.All(Stories.Value, story => Assert.All(story.Facts, fact =>
    {
        var told = story.Text.Substring(fact.Start, fact.Length);
        foreach (var name in new[] { fact.Who, fact.Whom, fact.Third }.OfType<StoryEntity>().Select(entity => entity.Name).Where(name => name is not ("the writer" or "the speaker")))
            Assert.Contains(name.StartsWith("the ", StringComparison.Ordinal) ? name[4..] : name, story.Text, StringComparison.Ordinal);
        foreach (var thing in new[] { fact.What, fact.Other }.OfType<StoryEntity>())
            Assert.Contains(thing.Name[4..], story.Text, StringComparison.OrdinalIgnoreCase);
        if (fact.Where is { } place)
            Assert.Contains(place.Name[4..], story.Text, StringComparison.OrdinalIgnoreCase);
        if (fact.Kind == StoryFactKind.Go)
            Assert.Contains(fact.Where!.Name[4..], told, StringComparison.OrdinalIgnoreCase);
        if (fact.Spot is { } spot)
            Assert.Contains(spot[(spot.IndexOf(' ', StringComparison.Ordinal) + 1)..], told, StringComparison.OrdinalIgnoreCase);
        if (fact.HowMany is > 1 and var count)
            Assert.Contains(English.InWords(count), told, StringComparison.OrdinalIgnoreCase);
        if (fact.Detail is { } detail && fact.Kind is not (StoryFactKind.Feel or StoryFactKind.Weather or StoryFactKind.Kinship))
            Assert.Contains(detail, told, StringComparison.OrdinalIgnoreCase);
        if (fact.When is { } when && when.StartsWith("at ", StringComparison.Ordinal))
            Assert.Contains(when[3..], told, StringComparison.OrdinalIgnoreCase);
    }));

    [Fact]
    public void The_first_time_told_names_the_weekday() => Assert.All(Stories.Value, story =>
    {
        if (story.Facts.FirstOrDefault(fact => fact.When is not null) is { } fact)
            Assert.Contains(fact.When!.Split(' ')[1], story.Text, StringComparison.Ordinal);
    });
}
