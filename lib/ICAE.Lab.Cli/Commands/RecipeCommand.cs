using System.CommandLine;
using System.Text.Json.Nodes;
using ICAE.Lab.Cli.Runs;
using ICAE.Lab.Training;
using Spectre.Console;

namespace ICAE.Lab.Cli.Commands;

/// <summary>Follows a recipe: makes a base and an autoencoder on it from nothing but texts, stage after stage. Ctrl-C saves.</summary>
internal sealed class RecipeCommand : IcaeCommand
{
    private readonly Argument<string?> _recipe = new("recipe") { Description = "The recipe: a file, or the name of one in datasets/recipes. Not needed to go on.", Arity = ArgumentArity.ZeroOrOne, HelpName = "NAME|FILE" };
    private readonly Option<string> _run = new("--run") { Description = "The folder: the recipe, the texts, and a run's folder for each stage. One that holds a recipe is gone on with.", Required = true, HelpName = "FOLDER" };
    private readonly RunTexts _texts;
    private readonly ComputeOptions _compute;

    public RecipeCommand()
        : base(
            "recipe",
            "Make a base and an autoencoder on it from nothing but texts, as a recipe says. The same command goes on with one that was stopped.",
            "icae recipe half-hour --texts corpus/ --run runs/half-hour",
            "icae recipe half-hour --texts books/ --validation held-out.txt --run runs/mine --seed 2",
            "icae recipe --run runs/half-hour")
    {
        Add(_recipe);
        Add(_run);
        _texts = new RunTexts(this);
        _compute = new ComputeOptions(this, trains: true);
    }

    public override Task<int> RunAsync(Invocation invocation)
    {
        var path = invocation.Arguments.GetRequiredValue(_run);
        var terminal = invocation.Terminal;
        _compute.Prepare(invocation);
        var folder = RecipeFolder.Exists(path) ? GoOn(path, invocation) : Begin(path, invocation);
        var stages = new JsonArray();
        foreach (var (index, run) in folder.Remaining())
        {
            var stage = folder.Recipe.Stages[index];
            terminal.Error.WriteLine($"stage {index + 1} of {folder.Recipe.Stages.Count}, {stage.Name}: {RunCommand.Describe(run.Settings)}");
            var display = new RunDisplay(terminal);
            if (display.Show(() => TrainingRun.Run(run, display, invocation.Cancellation)) == RunStatus.Stopped)
                return Task.FromResult(Stopped(folder, terminal));

            stages.Add(new JsonObject
            {
                ["name"] = stage.Name,
                ["kind"] = RunCommand.KindName(stage.Kind),
                ["steps"] = run.Settings.Steps,
                ["minutes"] = run.MinutesLogged(),
                ["model"] = Path.GetFullPath(run.ModelPath),
                ["values"] = display.LatestJson(),
            });
        }

        if (terminal.IsJson)
            terminal.WriteJson(Summary(folder, "completed", stages));
        else
            terminal.Console.MarkupLineInterpolated($"The model is in [bold]{folder.ModelPath}[/].");

        return Task.FromResult(ExitCodes.Ok);
    }

    private RecipeFolder Begin(string path, Invocation invocation)
    {
        if (RunFolder.Exists(path))
            throw new UsageException($"--run {path}: the folder holds a single run; choose another one.");

        var name = invocation.Arguments.GetValue(_recipe) ?? throw new UsageException("A recipe is needed to begin: a file, or the name of one in datasets/recipes.");
        var recipe = TrainingRecipe.Load(name).With(Choices(invocation));
        var data = _texts.Prepare(path, null, recipe.Base.Vocabulary, invocation);
        return RecipeFolder.Create(path, recipe, data, measured => invocation.Terminal.Error.WriteLine(measured));
    }

    private RecipeFolder GoOn(string path, Invocation invocation)
    {
        var folder = RecipeFolder.Open(path);
        if (invocation.Arguments.GetValue(_recipe) is { } named && TrainingRecipe.Load(named).Name is var name && name != folder.Recipe.Name)
            throw new UsageException($"--run {path}: the folder follows the recipe {folder.Recipe.Name}, not {name}; choose another folder.");

        var (texts, validation) = _texts.Given(invocation);
        string[] unused = [.. Choices(invocation).Select(choice => choice.Key), .. texts.Length > 0 ? ["texts"] : (string[])[], .. validation.Length > 0 ? ["validation"] : (string[])[]];
        invocation.Terminal.Error.WriteLine($"going on with {path}{(unused.Length > 0 ? $" and its own settings and texts; what was given anew is not looked at: {string.Join(", ", unused)}" : "")}");
        return folder;
    }

    /// <summary>What was chosen on the command line, as it is laid over every stage.</summary>
    private JsonObject Choices(Invocation invocation)
    {
        var over = new JsonObject();
        if (_compute.IsSeedGiven(invocation))
            over["seed"] = _compute.Seed(invocation);

        if (_compute.IsDeviceGiven(invocation))
            over["device"] = _compute.Device(invocation);

        if (_compute.IsTypeGiven(invocation))
            over["compute_type"] = _compute.TypeName(invocation);

        if (_compute.Threads(invocation) > 0)
            over["threads"] = _compute.Threads(invocation);

        return over;
    }

    private static int Stopped(RecipeFolder folder, Terminal terminal)
    {
        if (terminal.IsJson)
            terminal.WriteJson(Summary(folder, "stopped", null));

        terminal.Error.WriteLine($"icae: stopped and saved in {folder.Path}; the same command goes on from there");
        return ExitCodes.Interrupted;
    }

    private static JsonObject Summary(RecipeFolder folder, string status, JsonArray? stages)
    {
        var completed = stages is not null;
        return new JsonObject
        {
            ["status"] = status,
            ["recipe"] = folder.Recipe.Name,
            ["run"] = Path.GetFullPath(folder.Path),
            ["model"] = completed ? Path.GetFullPath(folder.ModelPath) : null,
            ["stages"] = stages,
            ["ok"] = completed,
        };
    }
}
