using System.Text.Json.Nodes;
using ICAE.Lab.Cli.Commands;
using ICAE.Lab.Data;
using ICAE.Lab.Data.Stories;

namespace ICAE.Lab.Cli.Tests;

/// <summary>Generated stories as a file.</summary>
public sealed class DataStoriesCommandTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Stories_are_written_as_passages_the_same_each_time()
    {
        var (code, output, _) = await RunAsync("--count", "12", "--characters", "300", "--seed", "7", "--split", "test", "--output", _folder.Path("a.jsonl"));
        await RunAsync("--count", "12", "--characters", "300", "--seed", "7", "--split", "test", "--output", _folder.Path("b.jsonl"));

        Assert.Equal(ExitCodes.Ok, code);
        Assert.Contains("12 lines from 12 stories", output, StringComparison.Ordinal);
        Assert.Equal(File.ReadAllBytes(_folder.Path("a.jsonl")), File.ReadAllBytes(_folder.Path("b.jsonl")));
        var passages = JsonLines.Read(_folder.Path("a.jsonl")).ToArray();
        Assert.Equal(12, passages.Length);
        Assert.Equal(StoryGenerator.Create(7, 11, DataSplit.Test, new StorySettings { Characters = 300 }).Text, passages[11].Text);
        Assert.Equal(2, Directory.GetFiles(_folder.Folder).Length);
    }

    [Fact]
    public async Task Questions_are_written_as_instruction_examples()
    {
        var (code, output, _) = await RunAsync("--count", "5", "--questions", "--output", _folder.Path("q.jsonl"), "--json");

        Assert.Equal(ExitCodes.Ok, code);
        var json = JsonNode.Parse(output)!;
        var examples = PromptWithContext.Read(_folder.Path("q.jsonl")).ToArray();
        Assert.Equal((5, examples.Length), ((int)json["stories"]!, (int)json["lines"]!));
        Assert.Equal(5, examples.Select(example => example.Input).Distinct().Count());
    }

    [Fact]
    public async Task Stories_with_questions_behind_them_are_passages_and_exclude_questions_alone()
    {
        await RunAsync("--count", "4", "--seed", "7", "--asked", "2", "--output", _folder.Path("a.jsonl"));
        var passages = JsonLines.Read(_folder.Path("a.jsonl")).ToArray();

        Assert.Equal(4, passages.Length);
        Assert.Equal(StoryLines.ToAskedPassage(StoryGenerator.Create(7, 3, DataSplit.Train, new StorySettings()), 7, 2), passages[3]);
        var error = await Assert.ThrowsAsync<UsageException>(() => RunAsync("--asked", "2", "--questions", "--output", _folder.Path("b.jsonl")));
        var (_, output, _) = await RunAsync("--count", "4", "--seed", "7", "--asked", "2", "--output", _folder.Path("a.txt"));
        Assert.Contains($"{File.ReadAllLines(_folder.Path("a.txt")).Length} lines from 4 stories", output, StringComparison.Ordinal);
        Assert.Equal(string.Join('\n', passages.Select(passage => passage.Text)), PlainText.Read(_folder.Path("a.txt")).Text);
        var lines = await Assert.ThrowsAsync<UsageException>(() => RunAsync("--questions", "--output", _folder.Path("b.txt")));
        Assert.Contains("ends in .txt", lines.Message, StringComparison.Ordinal);
        Assert.Contains("exclude each other", error.Message, StringComparison.Ordinal);
        Assert.False(File.Exists(_folder.Path("b.jsonl")));
    }

    [Fact]
    public async Task A_register_can_be_asked_for_where_there_is_room()
    {
        Assert.Equal(ExitCodes.Ok, (await RunAsync("--count", "2", "--register", "letter", "--output", _folder.Path("l.jsonl"))).Code);
        Assert.All(JsonLines.Read(_folder.Path("l.jsonl")), passage => Assert.Contains("ear", passage.Text!.Split('\n')[0] + passage.Text.Split('\n')[1], StringComparison.Ordinal));

        var error = await Assert.ThrowsAsync<UsageException>(() => RunAsync("--register", "letter", "--characters", "100", "--output", _folder.Path("m.jsonl")));
        Assert.Contains("--register Letter needs --characters 200 or more; 100", error.Message, StringComparison.Ordinal);
        Assert.False(File.Exists(_folder.Path("m.jsonl")));
    }

    [Fact]
    public async Task What_is_stopped_or_cannot_be_written_leaves_nothing()
    {
        using var cancelled = new CancellationTokenSource();
        await cancelled.CancelAsync();
        await Assert.ThrowsAsync<OperationCanceledException>(() => RunAsync(cancelled.Token, "--count", "1000", "--output", _folder.Path("c.jsonl")));
        await Assert.ThrowsAsync<IcaeException>(() => RunAsync("--count", "1", "--output", _folder.Path("none", "d.jsonl")));

        Assert.Empty(Directory.GetFiles(_folder.Folder));
    }

    [Theory]
    [InlineData("--count", "0")]
    [InlineData("--characters", "79")]
    [InlineData("--characters", "3001")]
    [InlineData("--split", "holdout")]
    [InlineData("--register", "sonnet")]
    [InlineData("--split", "train,validation")]
    [InlineData("--split", "7")]
    [InlineData("--register", "99")]
    public void Values_out_of_range_are_refused(string option, string value) =>
        Assert.NotEmpty(new DataStoriesCommand().Parse([option, value, "--output", "x.jsonl"]).Errors);

    [Fact]
    public void The_file_has_to_be_named() => Assert.NotEmpty(new DataStoriesCommand().Parse([]).Errors);

    private static Task<(int Code, string Output, string Error)> RunAsync(params string[] args) => RunAsync(CancellationToken.None, args);

    private static async Task<(int Code, string Output, string Error)> RunAsync(CancellationToken cancellation, params string[] args)
    {
        var command = new DataStoriesCommand();
        var parsed = command.Parse(args);
        Assert.Empty(parsed.Errors);
        using var output = new StringWriter { NewLine = "\n" };
        using var error = new StringWriter { NewLine = "\n" };
        var code = await command.RunAsync(new Invocation(parsed, new Terminal(output, error, parsed.GetValue(command.Json)), cancellation));
        return (code, output.ToString(), error.ToString());
    }
}
