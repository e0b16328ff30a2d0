namespace ICAE.Lab.Kernel.Language;

/// <summary>
/// Brings what follows an await in a cell back to the cell thread. What comes after the run was abandoned is dropped: the method that awaits
/// never goes on.
/// </summary>
internal sealed class CellSynchronizationContext(CellThread thread, CellRun run) : SynchronizationContext
{
    public override void Post(SendOrPostCallback d, object? state) => thread.Enqueue(() => thread.RunCode(run, () => d(state)));

    public override void Send(SendOrPostCallback d, object? state)
    {
        if (thread.IsCurrent)
        {
            d(state);
            return;
        }

        using var done = new ManualResetEventSlim();
        Post(
            _ =>
            {
                try
                {
                    d(state);
                }
                finally
                {
                    done.Set();
                }
            },
            null);
        done.Wait(run.Cancellation);
    }

    public override SynchronizationContext CreateCopy() => this;
}
