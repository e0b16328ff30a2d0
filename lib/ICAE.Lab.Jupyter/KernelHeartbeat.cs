namespace ICAE.Lab.Jupyter;

/// <summary>
/// Asks a kernel's heartbeat again and again, and tells once when too many questions in a row had no answer. Questions are counted and not time: a process that was held
/// up itself has asked none meanwhile.
/// </summary>
internal sealed class KernelHeartbeat : IDisposable
{
    private const int Questions = 5;
    private readonly Lock _lock = new();
    private readonly Action<IReadOnlyList<byte[]>> _send;
    private readonly Action _silent;
    private readonly Timer _timer;
    private int _unanswered;
    private bool _ended;

    public KernelHeartbeat(Action<IReadOnlyList<byte[]>> send, TimeSpan limit, Action silent)
    {
        _send = send;
        _silent = silent;
        var period = TimeSpan.FromMilliseconds(Math.Max(limit.TotalMilliseconds / Questions, 10));
        _timer = new Timer(_ => Tick(), null, TimeSpan.Zero, period);
    }

    public void Answered() => Interlocked.Exchange(ref _unanswered, 0);

    public void Dispose()
    {
        lock (_lock)
            _ended = true;

        _timer.Dispose();
    }

    private void Tick()
    {
        lock (_lock)
        {
            if (_ended)
                return;

            _ended = Interlocked.Increment(ref _unanswered) > Questions + 1;
        }

        if (_ended)
            _silent();
        else
            _send([[], "ping"u8.ToArray()]);
    }
}
