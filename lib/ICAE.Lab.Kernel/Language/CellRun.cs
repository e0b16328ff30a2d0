namespace ICAE.Lab.Kernel.Language;

/// <summary>One execution of one cell.</summary>
internal sealed class CellRun : IDisposable
{
    private static readonly AsyncLocal<CellRun?> Flowing = new(static change => _flowed = change.CurrentValue);
    private static volatile CellRun? _latest;
    private static volatile CellRun? _latestVisible;

    // What has flowed to this thread: loops look at it in every turn, and it is read several times as fast.
    [ThreadStatic]
    private static CellRun? _flowed;

    private readonly bool _isVisible;
    private readonly CancellationTokenSource _cancellation = new();
    private readonly TaskCompletionSource _abandoned = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly ManualResetEventSlim _ended = new();
    private int _interrupted;
    private volatile Abandonment? _abandonment;
    private volatile CellTurn? _turn;

    /// <summary>Creates a run.</summary>
    /// <param name="number">The cell's number: what errors call it.</param>
    /// <param name="code">Its code.</param>
    /// <param name="output">Where its output goes.</param>
    public CellRun(int number, string code, ICellOutput output)
    {
        Number = number;
        Code = code;
        Output = new CellStreams(output);
        _isVisible = output is not NoOutput;
    }

    /// <summary>
    /// The run whose code calls: the one that started it, as far as that is known (it flows to tasks and threads), else the one that runs now or ran last.
    /// </summary>
    public static CellRun? Current => _flowed ?? _latest;

    /// <summary>The run whose code calls, where that is known.</summary>
    public static CellRun? Flowed => _flowed;

    /// <summary>
    /// The run that what is replaced, and what native code writes, is shown by. Front ends drop what belongs to a cell that has ended while they wait
    /// for another; what belongs to a run whose output nobody sees is lost, which only such a run's own code means.
    /// </summary>
    public static CellRun? ForUpdates
    {
        get
        {
            if (_flowed is { _isVisible: false } own)
                return own;

            return Running is { _isVisible: true } running ? running : _flowed ?? _latestVisible ?? _latest;
        }
    }

    /// <summary>The run that the kernel is at now, whoever calls; <see langword="null"/> between cells.</summary>
    public static CellRun? Running => _latest is { HasEnded: false } run ? run : null;

    /// <summary>Raised on the cell thread when all of the cell has run, however it ended.</summary>
    public event Action? Ending;

    public int Number { get; }

    public string Code { get; }

    public CellStreams Output { get; }

    /// <summary>Cancelled by an interrupt.</summary>
    public CancellationToken Cancellation => _cancellation.Token;

    public bool IsInterrupted => Volatile.Read(ref _interrupted) != 0;

    /// <summary>Whether what the cell's code still posts is dropped.</summary>
    public bool IsAbandoned => _abandonment is not null;

    /// <summary>Ends when the run is abandoned.</summary>
    public Task Abandoned => _abandoned.Task;

    /// <summary>The stretch of its code that is on the cell thread now, if one is.</summary>
    public CellTurn? Turn
    {
        get => _turn;
        set => _turn = value;
    }

    /// <summary>Whether any of it has run.</summary>
    public bool HasBegun { get; private set; }

    public bool HasEnded => _ended.IsSet;

    /// <summary>Makes this the run that output belongs to. Called on the cell thread, in the context that its code is to inherit.</summary>
    public void Begin()
    {
        Flow();
        HasBegun = true;
        _latest = this;
        if (_isVisible)
            _latestVisible = this;
    }

    /// <summary>Makes this the run whose code calls, in the context of the caller.</summary>
    public void Flow() => Flowing.Value = this;

    public bool WaitForEnd(TimeSpan limit) => _ended.Wait(limit);

    /// <summary>Marks the run as interrupted.</summary>
    /// <returns>Whether it had not been.</returns>
    public bool TryInterrupt() => Interlocked.Exchange(ref _interrupted, 1) == 0;

    /// <summary>Cancels the token. Callbacks that the cell's code registered run on this thread.</summary>
    public void Cancel()
    {
        try
        {
            _cancellation.Cancel();
        }
        catch (AggregateException error)
        {
            Output.Stream(error: true, $"A callback failed when the cell was cancelled: {error.InnerException?.Message}{Environment.NewLine}");
        }
    }

    /// <summary>Drops what the cell's code still posts, and ends its loops where they look, also those that it has left running on other threads.</summary>
    public void Abandon()
    {
        CellGuard.Raise();
        _abandonment = new Abandonment(CellGuard.Newest);
        _abandoned.TrySetResult();
    }

    /// <summary>Whether code that this run calls is to stop.</summary>
    /// <param name="code">The code's number.</param>
    public bool Stops(int code) => _abandonment is { } abandonment && code <= abandonment.Newest;

    /// <summary>Ends the run: what its code writes from now on is late, and still goes to this cell.</summary>
    public void Dispose()
    {
        Ending?.Invoke();
        Output.Flush();
        _ended.Set();
    }

    /// <summary>
    /// Goes with the run: what the run has started on other threads, and may look any time, refers to it. Only the collector knows when nothing does any more.
    /// </summary>
    /// <param name="newest">The number of the newest code that there was.</param>
    private sealed class Abandonment(int newest)
    {
        public int Newest => newest;

        ~Abandonment() => CellGuard.Lower();
    }
}
