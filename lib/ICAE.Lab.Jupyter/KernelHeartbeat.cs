using System.Diagnostics;

namespace ICAE.Lab.Jupyter;

/// <summary>Asks a kernel's heartbeat again and again, and tells once when it has been silent for too long.</summary>
internal sealed class KernelHeartbeat : IDisposable
{
    private readonly Lock _lock = new();
    private readonly Action<IReadOnlyList<byte[]>> _send;
    private readonly Action _silent;
    private readonly TimeSpan _limit;
    private readonly Timer _timer;
    private long _answered = Stopwatch.GetTimestamp();
    private bool _ended;

    public KernelHeartbeat(Action<IReadOnlyList<byte[]>> send, TimeSpan limit, Action silent)
    {
        _send = send;
        _silent = silent;
        _limit = limit;
        var period = TimeSpan.FromMilliseconds(Math.Max(limit.TotalMilliseconds / 5, 10));
        _timer = new Timer(_ => Tick(), null, TimeSpan.Zero, period);
    }

    public void Answered() => Volatile.Write(ref _answered, Stopwatch.GetTimestamp());

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

            _ended = Stopwatch.GetElapsedTime(Volatile.Read(ref _answered)) > _limit;
        }

        if (_ended)
            _silent();
        else
            _send([[], "ping"u8.ToArray()]);
    }
}
