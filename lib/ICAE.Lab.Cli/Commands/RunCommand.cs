using System.CommandLine;
using System.Text.Json.Nodes;
using ICAE.Lab.Autoencoder;
using ICAE.Lab.Cli.Runs;
using ICAE.Lab.Formats;
using ICAE.Lab.Models;
using ICAE.Lab.Training;
using Spectre.Console;

namespace ICAE.Lab.Cli.Commands;

/// <summary>
/// A command that trains: makes a run's folder from texts and settings, or goes on with the run that the folder holds. Ctrl-C saves.
/// </summary>
internal abstract class RunCommand : IcaeCommand
{
    private readonly Option<string> _run = new("--run") { Description = "The run's folder: settings, log, checkpoints and the model. One that holds a run is gone on with.", Required = true, HelpName = "FOLDER" };
    private readonly Option<string?> _settings = new("--settings") { Description = "Settings that replace the usual ones, in the form of a run's settings.json; some of the fields are enough.", HelpName = "FILE" };
    private readonly Option<long?> _steps = new("--steps") { Description = "Updates in all.", HelpName = "N" };
    private readonly Option<int?> _batch = new("--batch") { Description = "Rows or texts in a batch.", HelpName = "N" };
    private readonly Option<double?> _rate = new("--learning-rate") { Description = "The largest learning rate.", HelpName = "R" };
    private readonly ComputeOptions _compute;

    protected RunCommand(string name, string description, params string[] examples)
        : base(name, description, examples)
    {
        Add(_run);
        Texts = new RunTexts(this);
        foreach (var option in (Option[])[_settings, _steps, _batch, _rate])
            Add(option);

        _compute = new ComputeOptions(this, trains: true);
        Validators.Add(result =>
        {
            result.RequireAtLeastOne(_steps, _batch);
            result.RequirePositive(_rate);
        });
    }

    public override Task<int> RunAsync(Invocation invocation)
    {
        var path = invocation.Arguments.GetRequiredValue(_run);
        var terminal = invocation.Terminal;
        if (RecipeFolder.Exists(path))
            throw new UsageException($"--run {path}: the folder holds a recipe, which 'icae recipe' goes on with.");

        var resumes = RunFolder.Exists(path);
        _compute.Prepare(invocation);
        var folder = resumes ? RunFolder.Open(path) : Create(path, invocation);
        if (!Trains(folder.Settings.Kind))
            throw new UsageException($"--run {path}: the folder holds a run of the kind {KindName(folder.Settings.Kind)}, which 'icae {CommandOf(folder.Settings.Kind)}' goes on with.");

        if (resumes)
        {
            TellUnused(folder, invocation);
            string[] begun = [.. Beginning.Concat(Texts.Options).Where(invocation.IsGiven).Select(option => option.Name)];
            terminal.Error.WriteLine($"going on with {path} and its own settings{(begun.Length > 0 ? $" and what it was begun with ({string.Join(", ", begun)}: not looked at anew)" : "")}{(folder.LatestCheckpoint() is { } checkpoint ? $", from {Path.GetFileName(checkpoint)}" : "")}");
        }

        terminal.Error.WriteLine(Describe(folder.Settings));
        var display = new RunDisplay(terminal);
        var status = display.Show(() => TrainingRun.Run(folder, display, invocation.Cancellation));
        return Task.FromResult(Finish(folder, status, display, terminal));
    }

    /// <summary>A run keeps the settings that it was begun with: what was given of them and says otherwise is not used, and that is said.</summary>
    private void TellUnused(RunFolder folder, Invocation invocation)
    {
        var kept = RunSettingsJson.Write(folder.Settings);
        var asked = (JsonObject)kept.DeepClone();
        if (invocation.Arguments.GetValue(_settings) is { } file)
            RunSettingsJson.Overlay(asked, BoundedJson.ReadObject(file));

        asked = RunSettingsJson.Write(Apply(Common(RunSettingsJson.Read(asked, "--settings"), invocation), invocation));
        string[] unused = [.. Differences(kept, asked, "")];
        if (unused.Length > 0)
            invocation.Terminal.Error.WriteLine($"icae: note: the run goes on with its own settings, not with {string.Join(", ", unused)}. To change one, edit {Path.Combine(folder.Path, "settings.json")}");
    }

    /// <summary>The fields in which settings differ, as <c>steps 100 (the run has 50)</c>.</summary>
    private static IEnumerable<string> Differences(JsonObject kept, JsonObject asked, string place) => asked.SelectMany(field => (kept[field.Key], field.Value) switch
    {
        (JsonObject own, JsonObject given) => Differences(own, given, $"{place}{field.Key}."),
        (_, JsonArray given) when !JsonNode.DeepEquals(kept[field.Key], given) => [place + field.Key],
        var (own, given) when !JsonNode.DeepEquals(own, given) => [$"{place}{field.Key} {given?.ToJsonString() ?? "null"} (the run has {own?.ToJsonString() ?? "null"})"],
        _ => (string[])[],
    });

    /// <summary>Whether runs of a kind are this command's.</summary>
    protected abstract bool Trains(RunKind kind);

    /// <summary>Options that only begin a run: what it is made from.</summary>
    protected abstract IEnumerable<Option> Beginning { get; }

    /// <summary>The usual settings for what was given.</summary>
    protected abstract RunSettings Defaults(string run, Invocation invocation);

    /// <summary>Lays options of the command's own over the settings.</summary>
    protected abstract RunSettings Apply(RunSettings settings, Invocation invocation);

    /// <summary>The texts to train on and to evaluate on.</summary>
    protected RunTexts Texts { get; }

    /// <summary>The folder of a base that was named.</summary>
    protected static string FindBase(string nameOrPath)
    {
        var path = ModelStore.Default.Find(nameOrPath);
        return File.Exists(Path.Combine(path, ModelStore.AutoencoderMarker)) ? throw new UsageException($"--base {nameOrPath}: this is an autoencoder; a base is needed.") : path;
    }

    /// <summary>The folder of an autoencoder that was named, and its base's folder or file.</summary>
    protected static (string Folder, string Base) FindAutoencoder(string nameOrPath)
    {
        var path = ModelStore.Default.Find(nameOrPath);
        return File.Exists(Path.Combine(path, ModelStore.AutoencoderMarker)) ? (path, IcaeFolder.FindBase(path, ModelStore.Default)) : throw new UsageException($"--model {nameOrPath}: this is no autoencoder's folder; a base belongs to --base.");
    }

    private RunFolder Create(string path, Invocation invocation)
    {
        var over = invocation.Arguments.GetValue(_settings) is { } file ? (File: file, Json: BoundedJson.ReadObject(file)) : ((string File, JsonObject Json)?)null;
        var settings = Defaults(path, invocation);
        if (over is { } given)
        {
            var json = RunSettingsJson.Write(settings);
            RunSettingsJson.Overlay(json, given.Json);
            var laid = RunSettingsJson.Read(json, given.File);
            if (settings.FromAutoencoder is { } named && laid.FromAutoencoder != named)
                throw new UsageException($"--settings {given.File}: from_autoencoder is {laid.FromAutoencoder ?? "null"} there, and --model names {named}; leave the field out of the file.");

            settings = laid;
        }

        if (!Trains(settings.Kind))
            throw new UsageException($"--settings {over!.Value.File}: the kind {KindName(settings.Kind)} is that of 'icae {CommandOf(settings.Kind)}'.");

        settings = Apply(Common(settings, invocation), invocation).Validate();
        return TrainingRun.Create(path, settings, measured => invocation.Terminal.Error.WriteLine(measured));
    }

    /// <summary>Options that every run has. Those that were not given leave the settings as they are.</summary>
    private RunSettings Common(RunSettings settings, Invocation invocation)
    {
        var (rows, autoencoder, instruction) = (settings.Rows, settings.Autoencoder, settings.Instruction);
        if (invocation.Arguments.GetValue(_batch) is { } batch)
        {
            rows = rows is null ? null : rows with { Batch = batch };
            autoencoder = autoencoder is null ? null : autoencoder with { Batch = batch };
            instruction = instruction is null ? null : instruction with { Batch = batch };
        }

        return settings with
        {
            Steps = invocation.Arguments.GetValue(_steps) ?? settings.Steps,
            Rows = rows,
            Autoencoder = autoencoder,
            Instruction = instruction,
            Optimizer = invocation.Arguments.GetValue(_rate) is { } rate ? settings.Optimizer with { LearningRate = rate } : settings.Optimizer,
            Seed = _compute.IsSeedGiven(invocation) ? _compute.Seed(invocation) : settings.Seed,
            Device = _compute.IsDeviceGiven(invocation) ? _compute.Device(invocation) : settings.Device,
            ComputeType = _compute.IsTypeGiven(invocation) && _compute.TypeName(invocation) != "auto" ? _compute.TypeName(invocation) : settings.ComputeType,
            Threads = _compute.Threads(invocation) > 0 ? _compute.Threads(invocation) : settings.Threads,
        };
    }

    /// <summary>A run's kind, updates and device, in a line.</summary>
    internal static string Describe(RunSettings settings) =>
        FormattableString.Invariant($"{KindName(settings.Kind)}: {settings.Steps:N0} updates, {settings.ComputeType}, {settings.Threads} threads, {settings.Device}");

    private static int Finish(RunFolder folder, RunStatus status, RunDisplay display, Terminal terminal)
    {
        var completed = status == RunStatus.Completed;
        if (terminal.IsJson)
        {
            terminal.WriteJson(new JsonObject
            {
                ["status"] = completed ? "completed" : "stopped",
                ["run"] = Path.GetFullPath(folder.Path),
                ["model"] = completed ? Path.GetFullPath(folder.ModelPath) : null,
                ["kind"] = KindName(folder.Settings.Kind),
                ["steps"] = folder.Settings.Steps,
                ["compute_type"] = folder.Settings.ComputeType,
                ["values"] = display.LatestJson(),
                ["ok"] = completed,
            });
        }
        else if (completed)
        {
            terminal.Console.MarkupLineInterpolated($"The model is in [bold]{folder.ModelPath}[/].");
            if (folder.AutoencoderPath is { } encoder)
                terminal.Console.MarkupLineInterpolated($"The encoder that it was trained with is in [bold]{encoder}[/].");
        }

        if (!completed)
            terminal.Error.WriteLine($"icae: stopped and saved in {folder.Path}; the same command goes on from there");

        return completed ? ExitCodes.Ok : ExitCodes.Interrupted;
    }

    private static string CommandOf(RunKind kind) => kind switch
    {
        RunKind.Autoencoder => "pretrain",
        RunKind.Instruction => "finetune",
        _ => "pretrain-base",
    };

    internal static string KindName(RunKind kind) => kind.ToString().ToLowerInvariant();
}
