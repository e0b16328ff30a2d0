using ICAE.Lab.Data;
using ICAE.Lab.Data.Stories;

namespace ICAE.Lab.Tests.Data.Stories;

public sealed class StorySplitTests
{
    private static readonly Dictionary<int, LexiconEntry> Entries = Lexicon.All.SelectMany(section => section.All).ToDictionary(entry => entry.Number);

    [Theory]
    [InlineData(DataSplit.Train)]
    [InlineData(DataSplit.Validation)]
    [InlineData(DataSplit.Test)]
    public void A_split_uses_what_is_for_all_and_what_is_its_own(DataSplit split)
    {
        var own = new HashSet<string>();
        foreach (var story in StorySample.Of(split, 1500, seed: 61))
        {
            foreach (var entry in Used(story))
            {
                Assert.True(entry.Only is null || entry.Only == split, $"{entry.Text} is for {entry.Only}");
                if (entry.Only is not null)
                    own.Add(entry.Text);
            }
        }
        Assert.InRange(own.Count, split == DataSplit.Train ? 0 : 20, split == DataSplit.Train ? 0 : int.MaxValue);
    }

    [Fact]
    public void Names_of_the_other_splits_are_not_in_training_stories()
    {
        var reserved = new[] { "given.m", "given.f", "surnames", "villages" }.SelectMany(name => Lexicon.Section(name).All).Where(entry => entry.Only is not null)
            .Select(entry => entry.Text).ToHashSet();
        Assert.InRange(reserved.Count, 30, int.MaxValue);

        Assert.All(StorySample.Of(DataSplit.Train, 1500, seed: 61), story =>
            Assert.DoesNotContain(System.Text.RegularExpressions.Regex.Matches(story.Text, @"\p{Lu}[\p{L}-]+").Select(match => match.Value), reserved.Contains));
        Assert.Contains(StorySample.Of(DataSplit.Test, 100, seed: 61), story => reserved.Any(name => story.Text.Contains(name, StringComparison.Ordinal)));
    }

    [Fact]
    public void Names_constructions_words_and_plots_are_kept_for_the_test_split() => Assert.All(
        new[] { "given.m", "given.f", "surnames", "one", "same", "two", "plots", "things", "trades", "Go", "Give", "time.opening", "intro.trade", "frame.open", "q.Who" },
        name => Assert.Contains(Lexicon.Section(name).All, entry => entry.Only == DataSplit.Test));

    private static IEnumerable<LexiconEntry> Used(Story story)
    {
        var world = story.Plan.World;
        var events = story.Plan.Events;
        var drawn = events.SelectMany(one => new[] { one.K, one.S, one.Why, one.O?.Entry, one.X?.Entry, one.P?.Entry, one.Q?.Entry }).OfType<LexiconEntry>();
        return story.Telling.Entries.Select(number => Entries[number]).Concat(drawn).Concat(world.People.Select(person => person.Trade))
            .Concat(world.Places.Select(place => place.Entry)).Concat(story.Plan.Plots);
    }
}
