namespace ICAE.Lab.Kernel.Language;

/// <summary>One stretch of a cell's code on the cell thread: from its start, or from a continuation, to its return.</summary>
internal sealed class CellTurn(Thread thread) : IDisposable
{
    private readonly CancellationTokenSource _abort = new();
    private readonly Lock _gate = new();
    private bool _ended;
    private bool _woken;

    /// <summary>Cancelled when the code is to be aborted.</summary>
    public CancellationToken AbortToken => _abort.Token;

    public bool IsAborted => _abort.IsCancellationRequested;

    /// <summary>Aborts the code. Returns at once: the abort lands when the code is next in managed code and outside of a finally block.</summary>
    public void Abort()
    {
        // The call returns only once the abort has landed.
        var thread = new Thread(() => _abort.Cancel()) { IsBackground = true, Name = "abort of a cell" };
        thread.Start();
    }

    /// <summary>Wakes the code from a sleep or a wait.</summary>
    public void Wake()
    {
        lock (_gate)
        {
            if (_ended)
                return;

            _woken = true;
            thread.Interrupt();
        }
    }

    /// <summary>Called on the cell thread when the code has returned: no wake-up reaches the thread any more.</summary>
    public void End()
    {
        while (!TryEnd())
        {
            // The wake-up came while this waited for the gate.
        }

        if (!_woken)
            return;

        _woken = false;
        Absorb();
    }

    public void Dispose() => End();

    private bool TryEnd()
    {
        try
        {
            lock (_gate)
                _ended = true;

            return true;
        }
        catch (ThreadInterruptedException)
        {
            return false;
        }
    }

    private static void Absorb()
    {
        try
        {
            // A wake-up that found the thread awake waits for its next sleep.
            Thread.Sleep(1);
        }
        catch (ThreadInterruptedException)
        {
            // That was it.
        }
    }
}
