using System.CommandLine;
using System.Text.Json.Nodes;
using ICAE.Lab.Cli.Notebooks;
using ICAE.Lab.Notebooks;

namespace ICAE.Lab.Cli.Commands;

/// <summary>Executes notebooks and builds a site of their pages.</summary>
internal sealed class NotebookSiteCommand : IcaeCommand
{
    private readonly Argument<string[]> _files = new("FILES") { Description = "Notebooks in reading order, or folders of notebooks. Without them, the repository's.", Arity = ArgumentArity.ZeroOrMore };
    private readonly Option<string?> _out = new("--out") { Description = "Where the site goes; without it, artifacts/site of the repository.", HelpName = "FOLDER" };
    private readonly NotebookRunOptions _run;

    public NotebookSiteCommand()
        : base(
            "site",
            "Execute notebooks and write a page for each, and an index. The pages need no network.",
            "icae notebook site",
            "icae notebook site notebooks/*.ipynb --out site --timeout 600")
    {
        Add(_files);
        Add(_out);
        _run = new NotebookRunOptions(this);
    }

    public override async Task<int> RunAsync(Invocation invocation)
    {
        var given = invocation.Arguments.GetValue(_files) is { Length: > 0 } files ? files : [NotebookFiles.RepositoryFolder()];
        var paths = NotebookFiles.Expand(given);
        NotebookRunCommand.RequireDifferentNames(paths);
        if (paths.FirstOrDefault(path => NotebookSite.PageName(path).Equals(NotebookSite.IndexName, StringComparison.OrdinalIgnoreCase)) is { } taken)
            throw new UsageException($"{taken}: its page would have the name of the site's index; name the notebook otherwise.");

        var documents = NotebookExecution.Read(paths, _run.Parameters(invocation));
        var folder = Path.GetFullPath(invocation.Arguments.GetValue(_out) ?? Path.Combine(Repository.Root() ?? Directory.GetCurrentDirectory(), "artifacts", "site"));
        NotebookRunCommand.MakeFolder(folder);

        var execution = new NotebookExecution(_run.Settings(invocation), invocation.Terminal.Console);
        var pages = new List<SiteNotebook>();
        foreach (var (path, document) in paths.Zip(documents))
        {
            var result = await execution.RunAsync(new NotebookJob(path, document, Output: null, Html: null), invocation.Cancellation);
            pages.Add(NotebookSite.AddPage(document, path, result, folder));
        }

        foreach (var source in paths.Select(path => Path.GetDirectoryName(Path.GetFullPath(path))!).Distinct(StringComparer.Ordinal))
            NotebookSite.AddTexts(source, folder);

        var index = NotebookSite.WriteIndex("ICAE.Lab: notebooks", pages, folder);
        var ok = pages.TrueForAll(page => page.Result.Outcome == NotebookOutcome.Succeeded);
        foreach (var failure in pages.SelectMany(page => page.Result.Failures.Select(failure => $"{page.Path}: {failure}")))
            invocation.Terminal.Error.WriteLine($"icae: {failure}");

        if (invocation.Terminal.IsJson)
            invocation.Terminal.WriteJson(new JsonObject { ["index"] = index, ["pages"] = new JsonArray([.. pages.Select(page => (JsonNode)page.Page)]), ["ok"] = ok });
        else
            invocation.Terminal.Output.WriteLine($"The site:{Environment.NewLine}  {index}");

        return ok ? ExitCodes.Ok : ExitCodes.Failed;
    }
}
