using System.CommandLine;
using System.Text.Json.Nodes;
using ICAE.Lab.Data;
using ICAE.Lab.Data.Stories;
using ICAE.Lab.Formats;
using Spectre.Console;

namespace ICAE.Lab.Cli.Commands;

/// <summary>Writes generated stories, with or without questions behind them, or questions alone to a file.</summary>
internal sealed class DataStoriesCommand : IcaeCommand
{
    private const int ReportEvery = 200;

    private readonly Option<int> _count = new("--count") { Description = "How many stories.", DefaultValueFactory = _ => 1000, HelpName = "N" };

    private readonly Option<int> _characters = new("--characters")
    {
        Description = $"About how long each is, within 15 %: {StorySettings.ShortestCharacters} to {StorySettings.LongestCharacters} characters.",
        DefaultValueFactory = _ => new StorySettings().Characters,
        HelpName = "N",
    };

    private readonly Option<ulong> _seed = new("--seed") { Description = "The set of stories; the same one gives the same file everywhere.", DefaultValueFactory = _ => 1, HelpName = "N" };

    private readonly Option<string> _split = new("--split")
    {
        Description = "What they are for: train, validation or test, each with words, names, constructions and plots that the others lack.",
        DefaultValueFactory = _ => DataSplit.Train.Name(),
        HelpName = "SPLIT",
    };

    private readonly Option<StoryRegister?> _register = new("--register")
    {
        Description = "In what manner all are told: tale, letter, diary, newspaper, spoken, chronicle or deposition. Without it, each its own.",
        HelpName = "REGISTER",
    };

    private readonly Option<string> _output = new("--output") { Description = "The file; it is written beside and renamed. One that ends in .txt holds the stories as one running text, any other JSON lines, in which each is a text of its own.", Required = true, HelpName = "FILE" };

    private readonly Option<bool> _questions = new("--questions")
    {
        Description = "Write questions instead (not with --asked): a line each, with \"input\" (the story), \"prompt\" and \"answer\".",
    };

    private readonly Option<int?> _asked = new("--asked")
    {
        Description = "Write each story with this many of its questions and answers behind it, a line each: what a base reads that shall understand questions.",
        HelpName = "N",
    };

    public DataStoriesCommand()
        : base(
            "stories",
            "Write generated stories to a file; with --asked also questions and answers behind each, or with --questions in their place examples of a story, a question and its answer.",
            "icae data stories --count 10000 --characters 400 --seed 1 --output stories.jsonl",
            "icae data stories --count 500 --split test --questions --output questions.jsonl",
            "icae data stories --count 20000 --asked 3 --output asked.jsonl",
            "icae data stories --count 100 --register letter --characters 800 --output letters.jsonl --json")
    {
        _split.AcceptOnlyFromAmong(StringComparer.OrdinalIgnoreCase, [.. Enum.GetValues<DataSplit>().Select(split => split.Name())]);
        _register.AcceptOnlyFromAmong(StringComparer.OrdinalIgnoreCase, [.. Enum.GetNames<StoryRegister>().Select(name => name.ToLowerInvariant())]);
        _count.Validators.Add(result => RequireRange(result, "--count", 1, int.MaxValue));
        _characters.Validators.Add(result => RequireRange(result, "--characters", StorySettings.ShortestCharacters, StorySettings.LongestCharacters));
        _asked.Validators.Add(result => RequireRange(result, "--asked", 1, int.MaxValue));
        Add(_count);
        Add(_characters);
        Add(_seed);
        Add(_split);
        Add(_register);
        Add(_output);
        Add(_questions);
        Add(_asked);
    }

    public override Task<int> RunAsync(Invocation invocation)
    {
        var arguments = invocation.Arguments;
        var (count, seed, split, output) = (arguments.GetValue(_count), arguments.GetValue(_seed), DataSplitNames.Find(arguments.GetValue(_split)!.ToLowerInvariant())!.Value, arguments.GetValue(_output)!);
        var settings = new StorySettings { Characters = arguments.GetValue(_characters), Register = arguments.GetValue(_register) };
        if (settings.Register is { } register && !settings.HasRoom)
        {
            var shortest = StorySettings.ShortestCharactersOf(register);
            throw new UsageException($"--register {register} needs --characters {shortest} or more; {settings.Characters} were asked for.");
        }

        var asked = arguments.GetValue(_asked);
        if (asked is not null && arguments.GetValue(_questions))
            throw new UsageException("--questions and --asked exclude each other: the one writes questions alone, the other stories with questions behind them.");

        var asText = Path.GetExtension(output).Equals(".txt", StringComparison.OrdinalIgnoreCase);
        if (asText && arguments.GetValue(_questions))
            throw new UsageException($"--questions writes JSON lines, and {output} ends in .txt, which is for running text.");

        var lines = WithProgress(invocation, count, report =>
        {
            var written = 0L;
            AtomicFile.Write(output, stream => written = arguments.GetValue(_questions)
                ? StoryLines.WriteQuestions(stream, Stories(), seed)
                : WritePassages(stream, Stories().Select(story => asked is { } questions ? StoryLines.ToAskedPassage(story, seed, questions) : StoryLines.ToPassage(story, seed)), asText));
            return written;

            IEnumerable<Story> Stories()
            {
                for (var number = 0; number < count; number++)
                {
                    invocation.Cancellation.ThrowIfCancellationRequested();
                    if (number % ReportEvery == 0)
                        report(number);
                    yield return StoryGenerator.Create(seed, number, split, settings);
                }
            }
        });

        if (invocation.Terminal.IsJson)
            invocation.Terminal.WriteJson(new JsonObject { ["ok"] = true, ["output"] = output, ["stories"] = count, ["lines"] = lines });
        else
            invocation.Terminal.Output.WriteLine($"{output}: {lines} lines from {count} stories");

        return Task.FromResult(ExitCodes.Ok);
    }

    private static long WritePassages(Stream stream, IEnumerable<Passage> passages, bool asText)
    {
        if (asText)
            return PlainText.Write(stream, passages.Select(passage => passage.Text!));

        var count = 0L;
        JsonLines.Write(stream, passages.Select(passage =>
        {
            count++;
            return passage;
        }));
        return count;
    }

    private static long WithProgress(Invocation invocation, int count, Func<Action<int>, long> write)
    {
        var console = invocation.Terminal.Console;
        if (!console.Profile.Capabilities.Interactive || !console.Profile.Capabilities.Ansi)
            return write(_ => { });

        return console.Progress().AutoClear(true).Columns(new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn(), new RemainingTimeColumn()).Start(context =>
        {
            var task = context.AddTask("stories", maxValue: count);
            return write(done => task.Value = done);
        });
    }

    private static void RequireRange(System.CommandLine.Parsing.OptionResult result, string name, int least, int most)
    {
        if (result.Tokens.Count == 1 && int.TryParse(result.Tokens[0].Value, out var value) && (value < least || value > most))
            result.AddError(value < least ? $"{name}: {value} is less than {least}." : $"{name}: {value} is more than {most}.");
    }
}
