using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using ICAE.Lab.Jupyter;

namespace ICAE.Lab.Notebooks;

/// <summary>Executes notebooks without a front end, and keeps their outputs as a front end would.</summary>
public sealed class NotebookRunner
{
    private const string MayFailTag = "raises-exception";
    private const string SkipTag = "skip-execution";
    private readonly NotebookDocument _document;
    private readonly NotebookRunSettings _settings;
    private readonly Action<NotebookProgress>? _progress;
    private readonly Dictionary<string, List<JsonObject>> _displays = [];
    private readonly List<CellFailure> _failures = [];
    private readonly Stopwatch _watch = Stopwatch.StartNew();
    private int _executed;

    private NotebookRunner(NotebookDocument document, NotebookRunSettings settings, Action<NotebookProgress>? progress)
    {
        _document = document;
        _settings = settings;
        _progress = progress;
    }

    /// <summary>
    /// Starts a kernel and executes the code cells in their order. The outputs go into the document as they come: whatever happens,
    /// it can be written afterwards.
    /// </summary>
    /// <param name="document">The notebook.</param>
    /// <param name="launch">The kernel; its working folder should be that of the notebook.</param>
    /// <param name="settings">How it is executed.</param>
    /// <param name="progress">Is told of each cell that begins or ends, on some thread; the next cell waits for it.</param>
    /// <param name="cancellationToken">Interrupts the cell that runs, and ends the execution.</param>
    /// <returns>How it went; also where it was cancelled.</returns>
    /// <exception cref="JupyterException">The kernel cannot be started.</exception>
    public static async Task<NotebookRunResult> RunAsync(
        NotebookDocument document,
        KernelLaunch launch,
        NotebookRunSettings? settings = null,
        Action<NotebookProgress>? progress = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(document);
        ArgumentNullException.ThrowIfNull(launch);
        var runner = new NotebookRunner(document, settings ?? new NotebookRunSettings(), progress);
        foreach (var cell in document.Cells)
            cell.Clear();

        var kernel = await KernelProcess.StartAsync(launch, cancellationToken).ConfigureAwait(false);
        await using (kernel.ConfigureAwait(false))
        {
            if (kernel.Info["language_info"] is JsonObject language)
                document.Metadata["language_info"] = language.DeepClone();

            var outcome = await runner.RunCellsAsync(kernel, cancellationToken).ConfigureAwait(false);
            return new NotebookRunResult(outcome, runner._executed, runner._failures, runner._watch.Elapsed);
        }
    }

    private async Task<NotebookOutcome> RunCellsAsync(KernelProcess kernel, CancellationToken cancellationToken)
    {
        var cells = _document.Cells
            .Select((cell, index) => (Cell: cell, Number: index + 1))
            .Where(each => each.Cell.Kind == NotebookCellKind.Code && each.Cell.Source.Trim().Length > 0 && !each.Cell.Tags.Contains(SkipTag))
            .ToList();
        for (var index = 0; index < cells.Count; index++)
        {
            if (cancellationToken.IsCancellationRequested)
                return NotebookOutcome.Cancelled;

            var (cell, number) = cells[index];
            var started = _watch.Elapsed;
            Report(index, cells.Count, cell, false, default, null);
            var (failure, ended) = await RunCellAsync(kernel, cell, number, cancellationToken).ConfigureAwait(false);
            _executed++;
            if (failure is not null)
                _failures.Add(failure);

            Report(index, cells.Count, cell, true, _watch.Elapsed - started, failure);
            if (ended is { } outcome)
                return outcome;

            if (failure is not null && _settings.StopOnError)
                break;
        }

        return _failures.Count > 0 ? NotebookOutcome.Failed : NotebookOutcome.Succeeded;
    }

    private async Task<(CellFailure? Failure, NotebookOutcome? Ended)> RunCellAsync(KernelProcess kernel, NotebookCell cell, int number, CancellationToken cancellationToken)
    {
        var outputs = new CellOutputs(cell, _displays, _settings.MaxOutputLength);
        var execution = kernel.Client.ExecuteAsync(new ExecuteRequest(cell.Source), outputs.Add, null, CancellationToken.None);
        var inTime = true;
        try
        {
            inTime = await WaitAsync(execution, kernel, cancellationToken).ConfigureAwait(false);
            var result = await execution.ConfigureAwait(false);
            outputs.Complete();
            cell.ExecutionCount = result.ExecutionCount ?? cell.ExecutionCount;
            if (cancellationToken.IsCancellationRequested)
                return (null, NotebookOutcome.Cancelled);

            if (!inTime)
                return (Timeout(cell, number, "was interrupted"), null);

            return (result.Succeeded ? null : Failure(cell, number, result, outputs), null);
        }
        catch (KernelDiedException error)
        {
            if (cancellationToken.IsCancellationRequested)
            {
                outputs.Complete();
                return (null, NotebookOutcome.Cancelled);
            }

            var failure = inTime
                ? new CellFailure(number, cell.Id, FirstLine(cell), "KernelDied", error.Message, [])
                : Timeout(cell, number, "could not be interrupted; the kernel was ended");
            outputs.AddError(failure.Name, failure.Reason, [failure.Reason]);
            outputs.Complete();
            return (failure, NotebookOutcome.KernelDied);
        }
    }

    /// <summary>Waits for a cell; interrupts it when its time is over or the run is cancelled, and ends the kernel if that does not help.</summary>
    /// <returns>Whether it ended by itself.</returns>
    private async Task<bool> WaitAsync(Task<ExecuteResult> execution, KernelProcess kernel, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        if (_settings.CellLimit is { } most)
            limit.CancelAfter(most);

        try
        {
            await execution.WaitAsync(limit.Token).ConfigureAwait(false);
            return true;
        }
        catch (OperationCanceledException)
        {
            using var patience = new CancellationTokenSource(_settings.InterruptLimit);
            try
            {
                await kernel.InterruptAsync(patience.Token).ConfigureAwait(false);
                await execution.WaitAsync(patience.Token).ConfigureAwait(false);
            }
            catch (Exception error) when (error is OperationCanceledException or JupyterException)
            {
                // It cannot be stopped: the wait for the execution ends with the kernel's death.
                kernel.Kill();
            }

            return false;
        }
    }

    private CellFailure Timeout(NotebookCell cell, int number, string end)
    {
        var reason = string.Create(CultureInfo.InvariantCulture, $"it did not end within {_settings.CellLimit!.Value.TotalSeconds:0.###} s and {end}");
        return new CellFailure(number, cell.Id, FirstLine(cell), "Timeout", reason, []);
    }

    private static CellFailure? Failure(NotebookCell cell, int number, ExecuteResult result, CellOutputs outputs)
    {
        var (name, reason) = (result.ErrorName ?? result.Status, result.ErrorValue ?? "");
        if (!cell.Outputs.Any(output => output["output_type"]?.ToString() == "error"))
        {
            outputs.AddError(name, reason, result.Traceback);
            outputs.Complete();
        }

        return cell.Tags.Contains(MayFailTag) ? null : new CellFailure(number, cell.Id, FirstLine(cell), name, reason, result.Traceback);
    }

    private void Report(int index, int count, NotebookCell cell, bool ended, TimeSpan elapsed, CellFailure? failure) =>
        _progress?.Invoke(new NotebookProgress(index + 1, count, FirstLine(cell), ended, elapsed, failure));

    private static string FirstLine(NotebookCell cell)
    {
        const int Shown = 70;
        var line = cell.Source.Split('\n').Select(each => each.Trim()).FirstOrDefault(each => each.Length > 0) ?? "";
        return line.Length <= Shown ? line : line[..Shown] + "…";
    }
}
