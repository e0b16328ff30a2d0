using System.Globalization;
using ICAE.Lab.Autoencoder;
using ICAE.Lab.Models;

namespace ICAE.Lab.Training;

/// <summary>
/// A run at work on a thread of its own, made by <see cref="Pretraining"/>. It stops between two updates and saves, so that no update is
/// left half done. All members can be used from any thread.
/// </summary>
public sealed class PretrainingRun
{
    private readonly Lock _lock = new();
    private readonly TaskCompletionSource<RunStatus> _done = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly List<RunPoint> _points;
    private readonly List<string> _messages = [];
    private readonly Func<Action<string>, CancellationToken, IEnumerable<RunPart>> _open;
    private Action _requestStop = () => { };
    private RunStage _stage = RunStage.Preparing;
    private Exception? _handlerError;
    private RunPart? _part;
    private RunProgress? _progress;

    internal PretrainingRun(string path, string modelPath, IEnumerable<RunPoint> before, Func<Action<string>, CancellationToken, IEnumerable<RunPart>> open)
    {
        Path = path;
        ModelPath = modelPath;
        _points = [.. before];
        _open = open;
    }

    /// <summary>Told, on a thread of the run, when there is something new to see. A handler must be quick. What one throws stops neither the run nor the other handlers; see <see cref="HandlerError"/>.</summary>
    public event EventHandler? Changed;

    /// <summary>The run's folder.</summary>
    public string Path { get; }

    /// <summary>Where the model is written when all updates are made.</summary>
    public string ModelPath { get; }

    /// <summary>Where the run stands.</summary>
    public RunStage Stage => Locked(() => _stage);

    /// <summary>Whether the run still works.</summary>
    public bool IsRunning => Stage is RunStage.Preparing or RunStage.Training;

    /// <summary>The run's settings, all choices made; those of the stage at hand where it follows a recipe; <see langword="null"/> while it prepares.</summary>
    public RunSettings? Settings => Locked(() => _part?.Folder.Settings);

    /// <summary>The name of a recipe's stage at hand; <see langword="null"/> for a run of its own.</summary>
    public string? Part => Locked(() => _part?.Name);

    /// <summary>Updates in all, those of every stage of a recipe; 0 while that is not known.</summary>
    public long Steps => Locked(() => _part?.StepsInAll ?? 0);

    /// <summary>The latest report of an update, of the stage at hand where the run follows a recipe; <see langword="null"/> before the first.</summary>
    public RunProgress? Progress => Locked(() => _progress);

    /// <summary>Updates made, as far as reported; those of a recipe's stages counted through.</summary>
    public long Step => Locked(() => _points.Count == 0 ? 0 : _points[^1].Step);

    /// <summary>All measured values in their order, those from before a resumption too.</summary>
    public IReadOnlyList<RunPoint> Points => Locked(() => _points.ToArray());

    /// <summary>What was told while the run was prepared.</summary>
    public IReadOnlyList<string> Messages => Locked(() => _messages.ToArray());

    /// <summary>What a handler of <see cref="Changed"/> threw first; <see langword="null"/> where none did.</summary>
    public Exception? HandlerError => Locked(() => _handlerError);

    /// <summary>The latest value of everything measured, by its name in the log.</summary>
    public IReadOnlyDictionary<string, double> Latest
    {
        get
        {
            var latest = new Dictionary<string, double>(StringComparer.Ordinal);
            foreach (var point in Points)
                latest[point.Name] = point.Value;

            return latest;
        }
    }

    /// <summary>Ends when the run does, for code that awaits; it faults where the run fails.</summary>
    public Task<RunStatus> Completion => _done.Task;

    /// <summary>The values of one name, in order.</summary>
    /// <param name="name">A name in the log, such as <c>ae_loss</c>.</param>
    /// <returns>The points; none where that was not measured.</returns>
    public IReadOnlyList<RunPoint> Curve(string name) => [.. Points.Where(point => point.Name == name)];

    /// <summary>Waits for the end. Where the wait is cancelled (in a notebook by an interrupt), the run stops between two updates and saves.</summary>
    /// <param name="cancellation">Ends wait and run; the running cell's where none is given.</param>
    /// <returns>Whether all updates are made.</returns>
    /// <exception cref="OperationCanceledException">The wait was cancelled; the run has stopped and saved.</exception>
    /// <exception cref="IcaeException">The run failed; the last checkpoint is kept.</exception>
    public RunStatus Wait(CancellationToken cancellation = default)
    {
        var token = NotebookHost.OrCell(cancellation);
        try
        {
            _done.Task.Wait(token);
        }
        catch (OperationCanceledException) when (token.IsCancellationRequested)
        {
            Stop();
            throw;
        }
        catch (AggregateException)
        {
            // Thrown as it is below.
        }

        return _done.Task.GetAwaiter().GetResult();
    }

    /// <summary>Asks the run to stop and waits until it has, saved: <see cref="Pretraining.Resume"/> goes on.</summary>
    /// <returns>Whether all updates were made already.</returns>
    /// <exception cref="IcaeException">The run failed; the last checkpoint is kept.</exception>
    public RunStatus Stop()
    {
        RequestStop();
        return _done.Task.GetAwaiter().GetResult();
    }

    /// <summary>Asks the run to stop between two updates, and does not wait.</summary>
    public void RequestStop() => Locked(() => _requestStop)();

    /// <summary>Loads what was trained.</summary>
    /// <param name="options">Device, types and store; <see langword="null"/> for the CPU and float32.</param>
    /// <returns>The autoencoder; the caller owns it.</returns>
    /// <exception cref="IcaeException">The run has not made all updates.</exception>
    public IcaeModel Load(ModelOptions? options = null) => Stage == RunStage.Completed
        ? IcaeModel.Load(ModelPath, options)
        : throw new IcaeException($"{Path}: the model is written when all updates are made; the run is {Describe(Stage)}.");

    /// <summary>Where the run stands, in a line.</summary>
    /// <returns>Stage, step and the latest losses.</returns>
    public override string ToString()
    {
        var steps = Steps;
        var values = Latest.Where(entry => entry.Key.Contains("loss", StringComparison.Ordinal) || entry.Key.Contains("bleu", StringComparison.Ordinal))
            .Select(entry => string.Create(CultureInfo.InvariantCulture, $"{entry.Key} {entry.Value:0.###}"));
        return string.Join(", ", values.Prepend(string.Create(CultureInfo.InvariantCulture, $"{Describe(Stage)}: step {Step}{(steps == 0 ? "" : $" of {steps}")}")));
    }

    internal void Begin()
    {
        var source = new CancellationTokenSource();
        _requestStop = source.Cancel;

        // A thread of its own: gradients, dispose scopes and the like are each thread's, and a cell's thread may be aborted. The cell's context
        // does not flow into it, for the run outlives the cell.
        new Thread(() => Work(source.Token)) { IsBackground = true, Name = "ICAE pretraining" }.UnsafeStart();
    }

    private void Work(CancellationToken cancellation)
    {
        try
        {
            var status = RunStatus.Stopped;
            foreach (var part in _open(Tell, cancellation))
            {
                Locked(() => (_part, _stage, _progress) = (part, RunStage.Training, null));
                OnChanged();
                status = TrainingRun.Run(part.Folder, new Listener(this, part.StepsBefore), cancellation);
                if (status == RunStatus.Stopped)
                    break;
            }

            End(status);
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            End(RunStatus.Stopped);
        }
#pragma warning disable CA1031 // Whatever ends the run is told to whoever waits for it; on this thread it would end the process.
        catch (Exception error)
#pragma warning restore CA1031
        {
            Locked(() => _stage = RunStage.Failed);
            Tell(error.Message);
            _done.SetException(error);
        }
    }

    private void End(RunStatus status)
    {
        Locked(() => _stage = status == RunStatus.Completed ? RunStage.Completed : RunStage.Stopped);
        OnChanged();
        _done.SetResult(status);
    }

    private void Tell(string message)
    {
        lock (_lock)
            _messages.Add(message);

        OnChanged();
    }

    private void Add(RunProgress progress, long before)
    {
        lock (_lock)
        {
            _points.AddRange(progress.Values.Select(entry => new RunPoint(before + progress.Step, entry.Key, entry.Value)));

            // An evaluation has no pace.
            if (progress.TokensPerSecond > 0)
                _progress = progress;
        }

        OnChanged();
    }

    private void OnChanged()
    {
        foreach (var handler in Changed?.GetInvocationList() ?? [])
        {
            try
            {
                ((EventHandler)handler)(this, EventArgs.Empty);
            }
#pragma warning disable CA1031 // A handler of somebody else's must not end the run, nor, on this thread, the process.
            catch (Exception error)
#pragma warning restore CA1031
            {
                lock (_lock)
                    _handlerError ??= error;
            }
        }
    }

    private T Locked<T>(Func<T> get)
    {
        lock (_lock)
            return get();
    }

    private static string Describe(RunStage stage) => stage.ToString().ToLowerInvariant();

    /// <summary>Adds points at once, on the run's thread: <see cref="Progress{T}"/> would hand them to another.</summary>
    private sealed class Listener(PretrainingRun run, long before) : IProgress<RunProgress>
    {
        public void Report(RunProgress value) => run.Add(value, before);
    }
}
