namespace ICAE.Lab.Kernel.Protocol;

/// <summary>
/// Writes to a stream on a thread of its own. Whoever hands something over never waits: where nobody reads the stream, the oldest of what waits is
/// left out.
/// </summary>
internal sealed class OutputCopy
{
    /// <summary>How many bytes wait at most.</summary>
    public const int MaxWaiting = 4 << 20;

    private readonly object _gate = new();
    private readonly Queue<byte[]> _waiting = new();
    private int _bytes;
    private bool _writing;
    private bool _closed;

    public OutputCopy(Stream target) => new Thread(() => Run(target)) { IsBackground = true, Name = "standard error" }.UnsafeStart();

    public void Write(ReadOnlySpan<byte> bytes)
    {
        // Of more than fits, the end.
        var kept = bytes[^Math.Min(bytes.Length, MaxWaiting)..].ToArray();
        lock (_gate)
        {
            if (_closed)
                return;

            _waiting.Enqueue(kept);
            _bytes += kept.Length;
            while (_bytes > MaxWaiting)
                _bytes -= _waiting.Dequeue().Length;

            Monitor.PulseAll(_gate);
        }
    }

    /// <summary>Waits until all has been written.</summary>
    /// <param name="limit">How long at most.</param>
    public void Drain(TimeSpan limit)
    {
        var end = Environment.TickCount64 + (long)limit.TotalMilliseconds;
        lock (_gate)
        {
            while (!_closed && (_writing || _waiting.Count > 0))
            {
                var left = end - Environment.TickCount64;
                if (left <= 0)
                    return;

                Monitor.Wait(_gate, (int)left);
            }
        }
    }

    private void Run(Stream target)
    {
        try
        {
            while (true)
                target.Write(Take());
        }
        catch (Exception error) when (error is IOException or ObjectDisposedException)
        {
            // Nobody reads it any more.
            Close();
        }
    }

    private byte[] Take()
    {
        lock (_gate)
        {
            _writing = false;
            Monitor.PulseAll(_gate);
            while (_waiting.Count == 0)
                Monitor.Wait(_gate);

            _writing = true;
            var next = _waiting.Dequeue();
            _bytes -= next.Length;
            return next;
        }
    }

    private void Close()
    {
        lock (_gate)
        {
            _closed = true;
            _waiting.Clear();
            Monitor.PulseAll(_gate);
        }
    }
}
