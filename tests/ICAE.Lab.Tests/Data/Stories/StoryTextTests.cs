using System.Text.RegularExpressions;
using ICAE.Lab.Data.Stories;

namespace ICAE.Lab.Tests.Data.Stories;

/// <summary>What an editor would strike out at a glance.</summary>
public sealed partial class StoryTextTests
{
    private static readonly Lazy<IReadOnlyList<Story>> Stories = new(() => [.. StorySample.Mixed(1200, seed: 21).Select(made => made.Story)]);

    [Fact]
    public void A_and_an_fit_the_next_word() => Assert.All(Stories.Value, story => Assert.All(Articles().Matches(story.Text), match =>
        Assert.Equal(English.Article(match.Groups[2].Value), match.Groups[1].Value, ignoreCase: true)));

    [Fact]
    public void Spaces_and_stops_stand_as_in_print() => Assert.All(Stories.Value, story =>
    {
        Assert.DoesNotMatch(@"  | \n|\n |\n\n|^\s|\s$", story.Text);
        Assert.DoesNotMatch(@"\s[,.;:?!”]", story.Text);
        Assert.DoesNotMatch(@"[,;:][,.;:]|\.\.|— | —", story.Text.Replace(":—", ".—", StringComparison.Ordinal));
        Assert.DoesNotMatch(@"[{}<>*|~^«»()""_]", story.Text);
        Assert.DoesNotMatch("['`]", story.Text);
    });

    [Fact]
    public void Sentences_begin_with_a_capital_and_the_last_one_ends() => Assert.All(Stories.Value, story =>
    {
        var plain = Abbreviations().Replace(story.Text, "");
        Assert.DoesNotMatch(@"(^|\. |\.” |\n)[“‘]?\p{Ll}", plain);
        Assert.Matches(@"[.!?][’”]*$", story.Text);
    });

    [Fact]
    public void Quotation_marks_are_closed() => Assert.All(Stories.Value, story =>
    {
        var depth = 0;
        foreach (var c in story.Text)
        {
            depth += c switch { '“' => 1, '”' => -1, _ => 0 };
            Assert.InRange(depth, 0, 1);
        }
        Assert.Equal(0, depth);
        var opened = story.Text.Count(c => c == '‘');
        Assert.True(opened <= story.Text.Count(c => c == '’'));
        Assert.True(opened == 0 || story.Register == StoryRegister.Spoken);
    });

    [Fact]
    public void No_word_stands_twice() => Assert.All(Stories.Value, story =>
        Assert.DoesNotMatch(@"(?i)\b(?!had\b)(\p{L}+) \1\b", story.Text.Replace("rain, rain", "rain", StringComparison.Ordinal)));

    // In the sentence that a pronoun stands in, up to it, and, if the person has not been named there, in the one before, no other of that sex is named.
    [Fact]
    public void A_pronoun_can_mean_only_one_person()
    {
        var pronouns = 0;
        foreach (var story in Stories.Value)
        {
            var mentions = story.Telling.Mentions;
            for (var index = 0; index < mentions.Count; index++)
            {
                var pronoun = mentions[index];
                if (!pronoun.Pronoun)
                    continue;
                pronouns++;
                var before = mentions.Take(index).Where(mention => mention.Male == pronoun.Male).ToArray();
                var here = before.Any(mention => mention.Sentence == pronoun.Sentence && mention.Person == pronoun.Person);
                var candidates = before.Where(mention => mention.Sentence >= pronoun.Sentence - (here ? 0 : 1)).Select(mention => mention.Person).Distinct();
                Assert.Equal([pronoun.Person], candidates);
            }
        }
        Assert.InRange(pronouns, 1000, int.MaxValue);
    }

    [Fact]
    public void A_pronoun_is_of_the_persons_sex() => Assert.All(Stories.Value, story => Assert.All(
        story.Telling.Mentions.Where(mention => mention.Pronoun),
        mention => Assert.Matches(mention.Male ? "^(he|him|his)\\b" : "^(she|her)\\b", story.Text[mention.Position..].TrimStart(' ', ',', '—').ToLowerInvariant())));

    [GeneratedRegex(@"\b([Aa]n?) (\p{L}+)")]
    private static partial Regex Articles();

    [GeneratedRegex(@"\b(Mr|Mrs|Mem|St)\.")]
    private static partial Regex Abbreviations();
}
