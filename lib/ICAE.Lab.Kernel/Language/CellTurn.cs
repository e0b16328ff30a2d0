namespace ICAE.Lab.Kernel.Language;

/// <summary>One stretch of a cell's code on the cell thread: from its start, or from a continuation, to its return.</summary>
internal sealed class CellTurn(Thread thread) : IDisposable
{
    private readonly Lock _gate = new();
    private bool _ended;
    private bool _woken;

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
    public void Dispose()
    {
        while (!TryEnd())
        {
            // The wake-up came while this waited for the gate.
        }

        if (_woken)
            Absorb();
    }

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
