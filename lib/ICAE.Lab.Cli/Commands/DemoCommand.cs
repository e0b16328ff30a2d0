using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json.Nodes;
using ICAE.Lab.Autoencoder;
using ICAE.Lab.Charts;
using ICAE.Lab.Data;
using ICAE.Lab.Experiments.RestorationEvaluation;
using ICAE.Lab.Formats;
using Spectre.Console;

namespace ICAE.Lab.Cli.Commands;

/// <summary>The main job on real text: compresses and restores passages with the models that the repository carries, and writes a report.</summary>
internal sealed class DemoCommand : IcaeCommand
{
    private const string PageFileName = "report.html";
    private const string ResultsFileName = "results.json";

    // Of each kind: enough for an interval in seconds, and a screen of texts.
    private const int Scored = 24;
    private const int Shown = 6;

    private readonly Option<string[]> _names = new("--model")
    {
        Description = "An autoencoder: a name or a folder; may be given several times. Without it, the repository's first choice, and the first one of the other slot layout.",
        DefaultValueFactory = _ => [],
        HelpName = "NAME",
    };

    private readonly Option<string?> _out = new("--out") { Description = "Where the report goes; without it, artifacts/demo of the repository.", HelpName = "FOLDER" };
    private readonly ComputeOptions _compute;

    public DemoCommand()
        : base(
            "demo",
            "Compress and restore English passages, the same passages shifted, and random ids; print them side by side and write a report.",
            "icae demo",
            "icae demo --model english-1m-4x --out report")
    {
        Add(_names);
        Add(_out);
        _compute = new ComputeOptions(this);
    }

    public override Task<int> RunAsync(Invocation invocation)
    {
        var watch = Stopwatch.StartNew();
        var settings = new RestorationSettings { Controls = true, Limit = Scored, Seed = (ulong)_compute.Seed(invocation) };
        var names = invocation.Arguments.GetValue(_names) is { Length: > 0 } given ? given : ShippedModels.OfEachLayout();
        var passages = Passages.Load(DataSplit.Test);
        var console = invocation.Terminal.Console;
        var reports = names.Select(each => Restore(each, passages, settings, invocation)).ToList();
        foreach (var (report, number) in reports.Select((report, i) => (report, i)))
            Print(console, report, withTexts: number == 0 && !invocation.Terminal.IsJson);

        var folder = Path.GetFullPath(invocation.Arguments.GetValue(_out) ?? DefaultFolder());
        var path = Write(folder, reports, settings, watch.Elapsed);
        if (invocation.Terminal.IsJson)
            invocation.Terminal.WriteJson(Describe(reports, path));

        console.WriteLine();
        console.MarkupLineInterpolated(CultureInfo.InvariantCulture, $"Done in {watch.Elapsed.TotalSeconds:0.0} s. The report, with figures and all texts:");

        // Not through the console, which would break a long path.
        (invocation.Terminal.IsJson ? invocation.Terminal.Error : invocation.Terminal.Output).WriteLine($"  {path}{Environment.NewLine}  {OpenCommand} \"{path}\"");
        return Task.FromResult(ExitCodes.Ok);
    }

    private static string OpenCommand => RuntimeInformation.IsOSPlatform(OSPlatform.OSX) ? "open" : OperatingSystem.IsWindows() ? "start \"\"" : "xdg-open";

    private RestorationReport Restore(string name, IReadOnlyList<Passage> passages, RestorationSettings settings, Invocation invocation)
    {
        using var model = IcaeModel.Load(name, _compute.ToModelOptions(invocation), invocation.Cancellation);
        SmallModels.FitThreads(model.Base, _compute.Threads(invocation));
        var texts = EvaluationTexts.Prepare(passages, model, settings);
        var result = EvaluationProgress.Run(
            invocation.Terminal, model.Name, progress => RestorationEvaluator.Run(model, texts, settings, progress, invocation.Cancellation));
        return RestorationReport.Of(model, result, Shown);
    }

    private static void Print(IAnsiConsole console, RestorationReport report, bool withTexts)
    {
        console.WriteLine();
        console.Write(new Rule(Markup.Escape(report.Result.Model)).LeftJustified());
        console.WriteLine(report.BaseStatement);
        var table = new Table().Border(TableBorder.None).HideHeaders().AddColumn("").AddColumn("");
        foreach (var (name, value) in report.Settings)
            table.AddRow(Markup.Escape(name), Markup.Escape(value));

        console.Write(table);
        if (withTexts)
            RestorationConsole.PrintTexts(console, report);

        foreach (var (condition, text) in report.WithoutMemory)
            console.MarkupLineInterpolated($"[grey]Written without memory ({RestorationReport.Describe(condition)}):[/] {(text.Length == 0 ? "nothing" : VisibleText.Of(text))}");

        RestorationConsole.PrintScores(console, report.Result);
        console.WriteLine("What this shows, and what not:");
        foreach (var limit in report.Limits)
            console.MarkupLineInterpolated($"- {limit}");
    }

    private static string Write(string folder, List<RestorationReport> reports, RestorationSettings settings, TimeSpan elapsed)
    {
        string[] introduction =
        [
            "An in-context autoencoder compresses a text into a few memory slots of a language model; from the slots alone the same model, frozen, writes the text again.",
            $"The texts are the first {settings.Tokens} tokens of passages of English books (the test split of datasets/passages), the same with every id shifted by one (patterned), and ids drawn at random.",
            string.Create(CultureInfo.InvariantCulture, $"Written by icae {ProductVersion.Text} demo on {DateTime.UtcNow:yyyy-MM-dd HH:mm} UTC after {elapsed.TotalSeconds:0.0} s. The numbers are in {ResultsFileName} beside this page."),
        ];
        try
        {
            Directory.CreateDirectory(folder);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new IcaeException($"{folder}: the folder cannot be made: {error.Message}", error);
        }

        var path = Path.Combine(folder, PageFileName);
        AtomicFile.WriteText(Path.Combine(folder, ResultsFileName), new JsonArray([.. reports.Select(report => RestorationJson.ToJson(report.Result))]).ToJsonString() + "\n");
        AtomicFile.WriteText(path, RestorationPage.Html("What comes back from memory", introduction, reports));
        return path;
    }

    private static JsonObject Describe(List<RestorationReport> reports, string path) => new()
    {
        ["report"] = path,
        ["models"] = new JsonArray([.. reports.Select(report =>
        {
            var json = RestorationJson.ToJson(report.Result);
            json["texts"] = new JsonArray([.. report.Shown.Select(text => (JsonNode)new JsonObject
            {
                ["id"] = text.Memory.Original.Id,
                ["kind"] = text.Memory.Original.Kind,
                ["tokens"] = text.Memory.Original.Ids.Count,
                ["slots"] = text.Slots,
                ["original"] = text.Memory.Original.Text,
                ["restored"] = text.Memory.Text,
                ["bleu_ids"] = text.Memory.BleuIds,
                ["edit_distance"] = text.Marked.Alignment.EditDistance,
            })]);
            return (JsonNode)json;
        })]),
        ["ok"] = true,
    };

    /// <summary>artifacts/demo of the clone that the program or the current folder is in, else of the current folder.</summary>
    private static string DefaultFolder() => Path.Combine(Repository.Root() ?? Directory.GetCurrentDirectory(), "artifacts", "demo");
}
