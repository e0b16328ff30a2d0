namespace ICAE.Lab.Kernel.Language;

/// <summary>
/// The one thread that all cells run on, with what follows their awaits: scopes that a library keeps for each thread hold from cell to cell,
/// and an interrupt reaches the code. While no cell runs, it goes on with what earlier cells left running.
/// </summary>
internal sealed class CellThread : IDisposable
{
    private const int StackBytes = 16 << 20;
    private readonly Queue<Action> _work = new();
    private readonly object _gate = new();
    private readonly KernelSynchronizationContext _context;
    private readonly Action<Exception> _failed;
    private readonly Thread _thread;
    private bool _disposed;

    /// <summary>Starts the thread.</summary>
    /// <param name="failed">Is told of faults in the kernel's own work.</param>
    public CellThread(Action<Exception> failed)
    {
        _failed = failed;
        _context = new KernelSynchronizationContext(this);
        _thread = new Thread(Run, StackBytes) { IsBackground = true, Name = "cells" };
        _thread.UnsafeStart();
    }

    public bool IsCurrent => Thread.CurrentThread == _thread;

    /// <summary>Runs the kernel's work for a cell on the thread; its awaits come back to it.</summary>
    public Task<T> RunAsync<T>(Func<Task<T>> work)
    {
        var done = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        Enqueue(() => Complete(work, done));
        return done.Task;
    }

    /// <summary>Adds work. Called from any thread.</summary>
    public void Enqueue(Action work)
    {
        lock (_gate)
        {
            if (_disposed)
                return;

            _work.Enqueue(work);
            Monitor.Pulse(_gate);
        }
    }

    /// <summary>
    /// Runs a stretch of a cell's code, unless the run was abandoned. To be called on the thread, and not by a cell's code. What the code throws
    /// outside of any task is told to the cell.
    /// </summary>
    public void RunCode(CellRun run, Action code)
    {
        if (run.IsAbandoned)
            return;

        using var turn = new CellTurn(_thread);
        run.Turn = turn;
        SynchronizationContext.SetSynchronizationContext(new CellSynchronizationContext(this, run));

        // What is merely posted to the thread, as a report of progress is, brings no mark.
        run.Flow();
        try
        {
            code();
        }
        catch (Exception) when (run.IsAbandoned)
        {
            // That is how it stops.
        }
        catch (Exception error)
        {
            run.Output.Stream(error: true, $"Code that the cell left running failed:{Environment.NewLine}{CellErrors.Describe(error)}{Environment.NewLine}");
        }
        finally
        {
            SynchronizationContext.SetSynchronizationContext(_context);
            run.Turn = null;
        }
    }

    public void Dispose()
    {
        lock (_gate)
        {
            _disposed = true;
            _work.Clear();
            Monitor.Pulse(_gate);
        }
    }

    private static async void Complete<T>(Func<Task<T>> work, TaskCompletionSource<T> done)
    {
        try
        {
            done.SetResult(await work());
        }
        catch (Exception error)
        {
            done.SetException(error);
        }
    }

    private void Run()
    {
        SynchronizationContext.SetSynchronizationContext(_context);
        while (Take() is { } work)
        {
            try
            {
                // A cell's marks must not be inherited by the next.
                ExecutionContext.Run(ExecutionContext.Capture()!, static state => ((Action)state!)(), work);
            }
            catch (Exception error)
            {
                _failed(error);
            }
        }
    }

    private Action? Take()
    {
        lock (_gate)
        {
            while (!_disposed && _work.Count == 0)
                Monitor.Wait(_gate);

            return _disposed ? null : _work.Dequeue();
        }
    }
}
