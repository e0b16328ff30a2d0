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
            stories.SelectMany(story => story.Questions.Select(question => new InstructionExample(story.Text, question.Text, question.Answer))),
            examples);
    }
}
