using ICAE.Lab.Data;
using ICAE.Lab.Data.Stories;

namespace ICAE.Lab.Tests.Data.Stories;

public sealed class StoryLinesTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Passages_can_be_read_again()
    {
        var stories = StorySample.Of(DataSplit.Test, 20).ToArray();
        using (var stream = File.Create(_folder.File("stories.jsonl")))
            JsonLines.Write(stream, stories.Select(story => StoryLines.ToPassage(story, 1)));

        var passages = JsonLines.Read(_folder.File("stories.jsonl")).ToArray();

        Assert.Equal(stories.Select(story => story.Text), passages.Select(passage => passage.Text));
        Assert.All(passages, passage => Assert.Equal("story", passage.Kind));
        Assert.Equal("story-test-1-7", passages[7].Id);
        Assert.Equal(20, passages.Select(passage => passage.Book).Distinct().Count());
    }

    [Fact]
    public void Questions_can_be_read_as_instruction_examples()
    {
        var stories = StorySample.Of(DataSplit.Train, 10).ToArray();
        long written;
        using (var stream = File.Create(_folder.File("questions.jsonl")))
            written = StoryLines.WriteQuestions(stream, stories, 1);

        var examples = PromptWithContext.Read(_folder.File("questions.jsonl")).ToArray();

        Assert.Equal(written, examples.Length);
        Assert.Equal(
            stories.SelectMany(story => story.Questions.Select(question => new InstructionExample(story.Text, question.Text, question.Answer) { Kind = question.Kind.ToString().ToLowerInvariant() })),
            examples);
    }

    [Fact]
    public void A_story_with_questions_behind_it_has_some_of_its_own_and_their_answers()
    {
        var story = StorySample.Of(DataSplit.Train, 10).First(one => one.Questions.Count > 6);

        var lines = StoryLines.ToAskedPassage(story, 1, 3).Text![story.Text.Length..].Split('\n');

        Assert.StartsWith(story.Text, StoryLines.ToAskedPassage(story, 1, 3).Text, StringComparison.Ordinal);
        Assert.Equal(string.Empty, lines[0]);
        var exchanges = lines[1..].Chunk(2).Select(pair => (pair[0], pair[1])).ToArray();
        Assert.Equal(3, exchanges.Distinct().Count());
        Assert.All(exchanges, exchange => Assert.Contains(story.Questions, question => (question.Text, question.Answer) == exchange));
        Assert.Equal(StoryLines.ToAskedPassage(story, 1, 3), StoryLines.ToAskedPassage(story, 1, 3));
        Assert.NotEqual(StoryLines.ToAskedPassage(story, 1, 3), StoryLines.ToAskedPassage(story, 2, 3) with { Id = StoryLines.ToPassage(story, 1).Id, Book = StoryLines.ToPassage(story, 1).Book });
        Assert.Equal(story.Questions.Count * 2, StoryLines.ToAskedPassage(story, 1, int.MaxValue).Text![story.Text.Length..].Split('\n').Length - 1);
        Assert.Throws<ArgumentOutOfRangeException>(() => StoryLines.ToAskedPassage(story, 1, 0));
    }
}
