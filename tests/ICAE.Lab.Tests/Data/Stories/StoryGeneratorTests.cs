using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using ICAE.Lab.Data;
using ICAE.Lab.Data.Stories;

namespace ICAE.Lab.Tests.Data.Stories;

public sealed class StoryGeneratorTests
{
    [Fact]
    public void The_first_stories_are_the_same_everywhere()
    {
        var text = string.Join('\n', new[] { DataSplit.Train, DataSplit.Validation, DataSplit.Test }.SelectMany(split => StorySample.Of(split, 50))
            .SelectMany(story => story.Questions.Select(question => $"{question.Text} {question.Answer}").Prepend(story.Text)));

        Assert.Equal("1d733c67c7252dac39a5f29d173066afceed37637a2471d3e7bd46e720dd596f", Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text))));
    }

    [Fact]
    public void A_story_depends_on_its_number_and_not_on_those_before_it()
    {
        var inOrder = StorySample.Of(DataSplit.Train, 30).Select(story => story.Text).ToArray();

        Assert.Equal(inOrder[29], StoryGenerator.Create(1, 29, DataSplit.Train).Text);
        Assert.Equal(inOrder[3], StoryGenerator.Create(1, 3, DataSplit.Train).Text);
        Assert.Equal(30, inOrder.Distinct().Count());
        Assert.NotEqual(inOrder[0], StoryGenerator.Create(2, 0, DataSplit.Train).Text);
        Assert.NotEqual(inOrder[0], StoryGenerator.Create(1, 0, DataSplit.Test).Text);
        Assert.NotEqual(inOrder[0], StoryGenerator.Create(1, 0, DataSplit.Validation).Text);
        Assert.Equal(29, StoryGenerator.Create(1, 29, DataSplit.Train).Number);
    }

    [Fact]
    public void The_culture_changes_nothing()
    {
        var before = CultureInfo.CurrentCulture;
        try
        {
            var usual = StoryGenerator.Create(5, 7, DataSplit.Train).Text;
            var strange = (CultureInfo)CultureInfo.InvariantCulture.Clone();
            strange.DateTimeFormat.MonthNames = [.. Enumerable.Range(1, 13).Select(month => $"m{month}")];
            strange.NumberFormat.NegativeSign = "~";
            CultureInfo.CurrentCulture = strange;
            Assert.Equal(usual, StoryGenerator.Create(5, 7, DataSplit.Train).Text);
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }

    [Fact]
    public void Lengths_are_within_15_percent_of_what_was_asked_for() => Assert.All(StorySample.Mixed(600, seed: 11), made =>
        Assert.InRange(Math.Abs(made.Story.Text.Length - made.Characters), 0, made.Characters * 15 / 100));

    [Theory]
    [InlineData(80)]
    [InlineData(90)]
    [InlineData(1400)]
    [InlineData(3000)]
    public void The_shortest_and_the_longest_stories_can_be_made(int characters) => Assert.All(
        StorySample.Of(DataSplit.Train, characters < 100 ? 500 : 40, characters, seed: 12),
        story => Assert.InRange(Math.Abs(story.Text.Length - characters), 0, characters * 15 / 100));

    [Fact]
    public void Each_register_can_be_asked_for() => Assert.All(Enum.GetValues<StoryRegister>(), register =>
    {
        var least = StorySettings.ShortestCharactersOf(register);
        foreach (var (characters, count) in ((int, int)[])[(least, 100), (300, 5), (900, 5)])
        {
            for (var number = 0; number < count; number++)
            {
                var story = StoryGenerator.Create(13, number, (DataSplit)(number % 3), new StorySettings { Characters = characters, Register = register });
                Assert.Equal(register, story.Register);
                Assert.InRange(Math.Abs(story.Text.Length - characters), 0, characters * 15 / 100);
            }
        }
    });

    [Fact]
    public void What_cannot_be_made_is_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => StoryGenerator.Create(1, -1, DataSplit.Train));
        Assert.Throws<ArgumentOutOfRangeException>(() => StoryGenerator.Create(1, 0, DataSplit.Train, new StorySettings { Characters = 79 }));
        Assert.Throws<ArgumentOutOfRangeException>(() => StoryGenerator.Create(1, 0, DataSplit.Train, new StorySettings { Characters = 3001 }));
        var error = Assert.Throws<ArgumentException>(() =>
            StoryGenerator.Create(1, 0, DataSplit.Train, new StorySettings { Characters = 150, Register = StoryRegister.Letter }));
        Assert.Contains("Letter needs 200 characters or more; 150", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Stories_have_thousands_of_words_and_share_little()
    {
        var stories = StorySample.Of(DataSplit.Train, 5000).Select(story => StorySample.Words(story.Text)).ToArray();
        Assert.InRange(stories.SelectMany(words => words).Distinct().Count(), 3000, int.MaxValue);

        // Measured over these 400 stories: the two that are most alike share 0.14 of the shorter one's eight-word sequences, the mean pair 0.0002.
        const int Size = 8;
        var sequences = stories.Take(400).Select(words => Enumerable.Range(0, Math.Max(1, words.Length - Size + 1))
            .Select(start => string.Join(' ', words.Skip(start).Take(Size))).ToHashSet()).ToArray();
        var shares = (from one in Enumerable.Range(0, sequences.Length)
                      from other in Enumerable.Range(0, one)
                      select sequences[one].Count(sequences[other].Contains) / (double)Math.Min(sequences[one].Count, sequences[other].Count)).ToArray();
        Assert.InRange(shares.Max(), 0, 0.25);
        Assert.InRange(shares.Average(), 0, 0.001);
    }
}
