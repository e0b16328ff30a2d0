using ICAE.Lab.Data.Stories;

namespace ICAE.Lab.Tests.Data.Stories;

public sealed class StoryVariantTests
{
    private static readonly Lazy<IReadOnlyList<Story>> Stories = new(() => [.. StorySample.Mixed(250, seed: 51).Select(made => made.Story)]);

    [Fact]
    public void A_paraphrase_says_the_same_in_every_register() => Assert.All(Stories.Value, story => Assert.All(Enum.GetValues<StoryRegister>(), register =>
    {
        var paraphrase = story.Paraphrase(3, register);
        Assert.Equal(register, paraphrase.Register);
        Assert.NotEqual(story.Text, paraphrase.Text);
        Assert.Equal(story.Facts.Count, paraphrase.Facts.Count);
        Assert.All(story.Facts.Zip(paraphrase.Facts), pair => Assert.True(pair.First.SaysTheSame(pair.Second), $"{pair.First} / {pair.Second}"));
    }));

    [Fact]
    public void A_paraphrase_depends_on_its_seed_and_has_another_register_by_itself() => Assert.All(Stories.Value.Take(50), story =>
    {
        Assert.Equal(story.Paraphrase(1).Text, story.Paraphrase(1).Text);
        Assert.NotEqual(story.Paraphrase(1).Text, story.Paraphrase(2).Text);
        Assert.NotEqual(story.Register, story.Paraphrase(1).Register);
    });

    [Fact]
    public void A_contradiction_changes_one_fact_and_can_be_so()
    {
        var changes = 0;
        foreach (var story in Stories.Value)
        {
            if (story.Contradiction(4) is not { } contradiction)
                continue;
            changes++;
            var other = contradiction.Story;
            Assert.Equal(story.Register, other.Register);
            Assert.NotEqual(story.Text, other.Text);
            Assert.Equal(story.Facts.Count, other.Facts.Count);
            for (var index = 0; index < story.Facts.Count; index++)
                Assert.Equal(index != contradiction.FactIndex, story.Facts[index].SaysTheSame(other.Facts[index]));
            Assert.Equal(story.Facts[contradiction.FactIndex], contradiction.Original);
            Assert.Equal(other.Facts[contradiction.FactIndex], contradiction.Changed);
            var reader = new StoryReader();
            foreach (var fact in other.Facts)
                reader.Read(fact);
            Assert.Equal(other.Text, story.Contradiction(4)!.Story.Text);
        }
        Assert.InRange(changes, Stories.Value.Count * 9 / 10, Stories.Value.Count);
    }

    [Fact]
    public void A_change_leaves_most_of_the_text_alone()
    {
        var shares = Stories.Value.Select(story => (story, other: story.Contradiction(4)?.Story)).Where(pair => pair.other is not null).Select(pair =>
        {
            var words = StorySample.Words(pair.story.Text).ToHashSet();
            var changed = StorySample.Words(pair.other!.Text).ToHashSet();
            return words.Count(changed.Contains) / (double)words.Count;
        });
        Assert.InRange(shares.Average(), 0.8, 1);
    }
}
