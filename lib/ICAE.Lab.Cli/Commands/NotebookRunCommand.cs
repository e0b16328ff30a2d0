using System.CommandLine;
using System.Text.Json.Nodes;
using ICAE.Lab.Cli.Notebooks;
using ICAE.Lab.Notebooks;

namespace ICAE.Lab.Cli.Commands;

/// <summary>Executes notebooks cell by cell, without Jupyter.</summary>
internal sealed class NotebookRunCommand : IcaeCommand
{
    private readonly Argument<string[]> _files = new("FILES") { Description = "Notebooks, or folders of notebooks.", Arity = ArgumentArity.OneOrMore };
    private readonly Option<string?> _output = new("--output") { Description = "Store the notebooks with their outputs in a folder.", HelpName = "FOLDER" };
    private readonly Option<bool> _inPlace = new("--in-place") { Description = "Store the outputs in the notebooks themselves." };

    private readonly Option<string?> _html = new("--html")
    {
        Description = "Write one HTML file that needs no network; of several notebooks, one each into a folder of that name.",
        HelpName = "FILE",
    };

    private readonly NotebookRunOptions _run;

    public NotebookRunCommand()
        : base(
            "run",
            "Execute notebooks cell by cell. The exit code is 1 if a cell failed: the messages say which, where and why.",
            "icae notebook run notebooks/00-quickstart.ipynb",
            "icae notebook run notebooks/*.ipynb --output executed --timeout 600",
            "icae notebook run notebooks/02-pretraining.ipynb --param quick=false --param texts=corpus/ --html pretraining.html")
    {
        Add(_files);
        Add(_output);
        Add(_inPlace);
        Add(_html);
        _run = new NotebookRunOptions(this);
        Validators.Add(result =>
        {
            if (result.IsGiven(_output) && result.IsGiven(_inPlace))
                result.AddError("--output and --in-place exclude each other.");
        });
    }

    public override async Task<int> RunAsync(Invocation invocation)
    {
        var jobs = Jobs(invocation);
        var execution = new NotebookExecution(_run.Settings(invocation), invocation.Terminal.Console);
        var done = new List<(NotebookJob Job, NotebookRunResult Result)>();
        foreach (var job in jobs)
            done.Add((job, await execution.RunAsync(job, invocation.Cancellation)));

        var failures = done.SelectMany(each => each.Result.Failures.Select(failure => $"{each.Job.Path}: {failure}")).ToList();
        foreach (var failure in failures)
            invocation.Terminal.Error.WriteLine($"icae: {failure}");

        var ok = done.TrueForAll(each => each.Result.Outcome == NotebookOutcome.Succeeded);
        if (invocation.Terminal.IsJson)
        {
            invocation.Terminal.WriteJson(new JsonObject
            {
                ["notebooks"] = new JsonArray([.. done.Select(each => (JsonNode)NotebookExecution.Describe(each.Job, each.Result))]),
                ["ok"] = ok,
            });
        }

        return ok ? ExitCodes.Ok : ExitCodes.Failed;
    }

    private List<NotebookJob> Jobs(Invocation invocation)
    {
        var paths = NotebookFiles.Expand(invocation.Arguments.GetValue(_files)!);
        var documents = NotebookExecution.Read(paths, _run.Parameters(invocation));
        var inPlace = invocation.Arguments.GetValue(_inPlace);
        var folder = invocation.Arguments.GetValue(_output);
        var html = invocation.Arguments.GetValue(_html);
        if ((folder ?? html) is not null)
            RequireDifferentNames(paths);

        if (folder is not null)
            MakeFolder(folder);

        if (html is not null)
            MakeFolder(paths.Count > 1 ? html : Path.GetDirectoryName(Path.GetFullPath(html))!);

        return [.. paths.Zip(documents, (path, document) => new NotebookJob(
            path,
            document,
            inPlace ? path : folder is null ? null : Path.Combine(folder, Path.GetFileName(path)),
            html is null ? null : paths.Count > 1 ? Path.Combine(html, NotebookSite.PageName(path)) : html))];
    }

    /// <summary>Refuses notebooks whose pages or copies would overwrite each other in one folder.</summary>
    internal static void RequireDifferentNames(IReadOnlyList<string> paths)
    {
        var same = paths.GroupBy(Path.GetFileName, StringComparer.OrdinalIgnoreCase).FirstOrDefault(group => group.Count() > 1);
        if (same is not null)
            throw new UsageException($"{string.Join(" and ", same)} have the same name and would overwrite each other.");
    }

    internal static void MakeFolder(string folder)
    {
        try
        {
            Directory.CreateDirectory(folder);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new IcaeException($"{folder}: the folder cannot be made: {error.Message}", error);
        }
    }
}
