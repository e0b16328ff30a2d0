using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using ICAE.Lab.Jupyter;
using ICAE.Lab.Notebooks;
using Spectre.Console;

namespace ICAE.Lab.Cli.Notebooks;

/// <summary>Executes notebooks one after another, and tells of each cell.</summary>
internal sealed class NotebookExecution
{
    // What was computed is not lost for long if the process is killed.
    private static readonly TimeSpan SaveInterval = TimeSpan.FromSeconds(30);

    private readonly NotebookRunSettings _settings;
    private readonly IAnsiConsole _console;
    private readonly KernelSpecStore _store = new();

    public NotebookExecution(NotebookRunSettings settings, IAnsiConsole console)
    {
        _settings = settings;
        _console = console;
    }

    /// <summary>Reads notebooks and gives their parameters values. A value must have a place in one of them at least.</summary>
    /// <param name="paths">The files.</param>
    /// <param name="parameters">Values by name.</param>
    /// <returns>The notebooks in their order.</returns>
    /// <exception cref="UsageException">No notebook has a parameter of a name.</exception>
    /// <exception cref="NotebookException">A notebook is malformed, or a value does not fit.</exception>
    public static IReadOnlyList<NotebookDocument> Read(IReadOnlyList<string> paths, IReadOnlyDictionary<string, string> parameters)
    {
        var documents = paths.Select(NotebookDocument.Read).ToList();
        var declared = documents.Select(document => NotebookParameters.Declared(document).Select(parameter => parameter.Name).ToHashSet()).ToList();
        foreach (var name in parameters.Keys.Where(name => !declared.Exists(names => names.Contains(name))))
            throw new UsageException($"--param {name}: no cell tagged 'parameters' declares it; there is {List(declared.SelectMany(names => names).Distinct())}.");

        foreach (var (document, names) in documents.Zip(declared))
            NotebookParameters.Inject(document, parameters.Where(each => names.Contains(each.Key)).ToDictionary());

        return documents;
    }

    /// <summary>Executes a notebook, and saves it whatever happens.</summary>
    /// <param name="job">The notebook.</param>
    /// <param name="cancellation">Interrupts the cell that runs.</param>
    /// <returns>How it went.</returns>
    /// <exception cref="OperationCanceledException">It was cancelled; what there was is saved.</exception>
    /// <exception cref="JupyterException">The kernel is not there or cannot be started.</exception>
    public async Task<NotebookRunResult> RunAsync(NotebookJob job, CancellationToken cancellation)
    {
        var own = KernelProgram.Folder() is { } folder ? KernelProgram.Spec(folder) : null;
        var launch = NotebookKernels.Find(job.Document, job.Path, _store, own);
        _console.MarkupLineInterpolated($"[bold]{job.Path}[/] [grey]({launch.Spec.DisplayName})[/]");
        var sinceSaved = Stopwatch.StartNew();
        var result = await NotebookRunner.RunAsync(job.Document, launch, _settings, progress => Report(progress, job, sinceSaved), cancellation);
        job.Save();
        if (result.Outcome == NotebookOutcome.Cancelled)
            throw new OperationCanceledException(cancellation);

        var seconds = result.Elapsed.TotalSeconds.ToString("0.0", CultureInfo.InvariantCulture);
        _console.MarkupLineInterpolated($"  {result.Executed} cells in {seconds} s, {result.Failures.Count} failed");
        return result;
    }

    /// <summary>What a run's result looks like in JSON.</summary>
    public static JsonObject Describe(NotebookJob job, NotebookRunResult result) => new()
    {
        ["notebook"] = job.Path,
        ["outcome"] = result.Outcome.ToString().ToLowerInvariant(),
        ["executed"] = result.Executed,
        ["seconds"] = Math.Round(result.Elapsed.TotalSeconds, 3),
        ["output"] = job.Output,
        ["html"] = job.Html,
        ["failures"] = new JsonArray([.. result.Failures.Select(failure => (JsonNode)new JsonObject
        {
            ["cell"] = failure.Number,
            ["id"] = failure.Id,
            ["line"] = failure.FirstLine,
            ["error"] = failure.Name,
            ["reason"] = failure.Reason,
        })]),
    };

    private void Report(NotebookProgress progress, NotebookJob job, Stopwatch sinceSaved)
    {
        var place = string.Create(CultureInfo.InvariantCulture, $"[{progress.Number}/{progress.Count}]");
        if (!progress.Ended)
        {
            if (_console.Profile.Capabilities.Interactive)
                _console.Write(new ControlCode($"  {place} {Shortened(progress.FirstLine)} …\r"));
            return;
        }

        if (_console.Profile.Capabilities.Interactive)
            _console.Write(new ControlCode("\u001b[2K"));

        var seconds = progress.Elapsed.TotalSeconds.ToString("0.00", CultureInfo.InvariantCulture).PadLeft(8);
        _console.MarkupLineInterpolated($"  {place} {seconds} s  {progress.FirstLine}");
        if (progress.Failure is { } failure)
            _console.MarkupLineInterpolated($"  [red]failed: {failure}[/]");

        if (sinceSaved.Elapsed < SaveInterval)
            return;

        job.Save();
        sinceSaved.Restart();
    }

    private string Shortened(string line)
    {
        var room = Math.Max(_console.Profile.Width - 20, 10);
        return line.Length <= room ? line : line[..room];
    }

    private static string List(IEnumerable<string> names) => string.Join(", ", names) is { Length: > 0 } list ? list : "none";
}
