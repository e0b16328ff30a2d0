using System.Runtime;

namespace ICAE.Lab.Kernel.Language;

/// <summary>
/// The one thread that all cells run on, with what follows their awaits: scopes that a library keeps for each thread hold from cell to cell,
/// and an interrupt reaches the code. While no cell runs, it goes on with what earlier cells left running. Only an abort ends it: another
/// thread takes its place then, and what a library kept for the old one is gone.
/// </summary>
internal sealed class CellThread : IDisposable
{
    private const int StackBytes = 16 << 20;
    private readonly Queue<Action> _work = new();
    private readonly object _gate = new();
    private readonly KernelSynchronizationContext _context;
    private readonly Action<Exception> _failed;
    private volatile Thread _thread;
    private bool _disposed;

    /// <summary>Starts the thread.</summary>
    /// <param name="failed">Is told of faults in the kernel's own work.</param>
    public CellThread(Action<Exception> failed)
    {
        _failed = failed;
        _context = new KernelSynchronizationContext(this);
        _thread = Create();
        _thread.Start();
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

        using var turn = new CellTurn(Thread.CurrentThread);
        run.Turn = turn;
        SynchronizationContext.SetSynchronizationContext(new CellSynchronizationContext(this, run));
        try
        {
            // The abort may have been asked for between the check above and here.
            if (!run.IsAbandoned)
                RunAbortable(code, turn);
        }
        catch (Exception) when (turn.IsAborted)
        {
            HostConsole.Renew();
        }
        catch (Exception error)
        {
            run.Output.Stream(error: true, $"Code that the cell left running failed:{Environment.NewLine}{CellErrors.Describe(error)}{Environment.NewLine}");
        }
        finally
        {
            SynchronizationContext.SetSynchronizationContext(_context);
            run.Turn = null;
            if (turn.IsAborted)
                Replace();
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

    private Thread Create() => new(Run, StackBytes) { IsBackground = true, Name = "cells" };

    /// <summary>
    /// Makes another thread go on behind what this one is doing. The runtime aborts a thread in a loop once only: it throws out of the signal's
    /// handler, which leaves the thread marked as signalled, so that no later signal is sent to it, not even the collector's.
    /// </summary>
    private void Replace() => _thread = Create();

    private static void RunAbortable(Action code, CellTurn turn)
    {
#pragma warning disable SYSLIB0046 // The only means there is to stop a loop that looks at nothing; environment.md names its limits.
        ControlledExecution.Run(Whole, turn.AbortToken);
#pragma warning restore SYSLIB0046

        void Whole()
        {
            try
            {
                code();
            }
            finally
            {
                // A wake-up must not reach what the runtime does behind the code: half done, it could never abort this thread again.
                turn.End();
            }
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
        while (IsCurrent)
        {
            if (Take() is not { } work)
                return;

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

        _thread.Start();
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
