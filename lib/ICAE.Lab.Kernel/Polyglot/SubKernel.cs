using ICAE.Lab.Jupyter;
using ICAE.Lab.Kernel.Language;

namespace ICAE.Lab.Kernel.Polyglot;

/// <summary>Another kernel that the notebook has started. It runs one thing at a time.</summary>
internal sealed class SubKernel(string name, string specName, KernelProcess process) : IAsyncDisposable
{
    private static readonly TimeSpan InterruptInterval = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan ShutdownLimit = TimeSpan.FromSeconds(2);
    private readonly CancellationTokenSource _closing = new();
    private volatile Task _running = Task.CompletedTask;
    private readonly Lock _gate = new();
    private Task? _disposal;

    /// <summary>What the notebook calls it.</summary>
    public string Name => name;

    /// <summary>The spec it was started by.</summary>
    public string SpecName => specName;

    /// <summary>Its language, as it says itself.</summary>
    public string Language { get; } = process.Info["language_info"]?["name"]?.ToString() is { Length: > 0 } language ? language : "unknown";

    public JupyterClient Client => process.Client;

    /// <summary>Its process's number.</summary>
    public int ProcessId { get; } = process.Id;

    /// <summary>Whether it runs something, be it what a cell that has ended left running.</summary>
    public bool IsBusy => !_running.IsCompleted;

    /// <summary>Whether its process has ended, or is about to.</summary>
    public bool HasEnded => process.Exited.IsCompleted || _closing.IsCancellationRequested;

    /// <summary>Runs code for a cell. An interrupt of the cell reaches it.</summary>
    /// <param name="request">The code.</param>
    /// <param name="run">The cell.</param>
    /// <param name="published">Takes what it publishes, in order; also after this has ended, if it does not stop.</param>
    /// <exception cref="KernelDiedException">The kernel ended.</exception>
    /// <exception cref="OperationCanceledException">The cell was interrupted, and the kernel does not stop.</exception>
    /// <exception cref="CellErrorException">The code asks, and nobody answers; or the kernel was shut down.</exception>
    public async Task<ExecuteResult> ExecuteAsync(ExecuteRequest request, CellRun run, Action<JupyterMessage> published)
    {
        run.Cancellation.ThrowIfCancellationRequested();
        if (IsBusy)
            run.Output.Stream(error: true, $"{name} still runs what an earlier cell has started; this one waits for it.{Environment.NewLine}");

        var questions = new SubKernelQuestions(run, Interrupt);
        var running = process.Client.ExecuteAsync(request, published, questions.AskAsync, _closing.Token);
        _running = SettleAsync(_running, running);
        try
        {
            await WaitAsync(running, run).ConfigureAwait(false);
            var result = await running.ConfigureAwait(false);
            return questions.Refusal is { } refusal && !result.Succeeded ? throw new CellErrorException($"The code in {name} asks for input, but {refusal}") : result;
        }
        catch (Exception error) when (error is ObjectDisposedException || (error is OperationCanceledException && _closing.IsCancellationRequested))
        {
            throw new CellErrorException($"The kernel {name} was shut down.", error);
        }
    }

    /// <summary>Asks it to stop what it runs. Returns at once.</summary>
    public void Interrupt()
    {
        if (IsBusy && !HasEnded)
            _ = InterruptAsync();
    }

    /// <summary>Ends its process at once.</summary>
    public void Kill()
    {
        if (!process.Exited.IsCompleted)
            process.Kill();
    }

    /// <summary>Shuts it down, by force if need be.</summary>
    public ValueTask DisposeAsync()
    {
        lock (_gate)
            return new ValueTask(_disposal ??= Task.Run(EndAsync));
    }

    private async Task EndAsync()
    {
        // What still runs would not let it answer.
        if (IsBusy)
            process.Kill();

        await _closing.CancelAsync().ConfigureAwait(false);
        await process.ShutdownAsync(ShutdownLimit).ConfigureAwait(false);
        await process.DisposeAsync().ConfigureAwait(false);
    }

    private async Task InterruptAsync()
    {
        try
        {
            await process.InterruptAsync(_closing.Token).ConfigureAwait(false);
        }
        catch (Exception error) when (error is JupyterException or OperationCanceledException or ObjectDisposedException or InvalidOperationException)
        {
            // It is gone, or cannot be interrupted; who waits for it says so.
        }
    }

    private async Task WaitAsync(Task running, CellRun run)
    {
        await Task.WhenAny(running, Task.Delay(Timeout.Infinite, run.Cancellation)).ConfigureAwait(false);
        for (var waited = TimeSpan.Zero; !running.IsCompleted && waited < Patience; waited += InterruptInterval)
        {
            await Task.WhenAny(running, Task.Delay(InterruptInterval)).ConfigureAwait(false);

            // Again: the first may have come before the code began, and been lost.
            if (!running.IsCompleted)
                Interrupt();
        }

        if (running.IsCompleted)
            return;

        run.Output.Stream(error: true, $"{name} does not stop: what it runs goes on. \"#!connect jupyter --kernel-name {name} --kernel-spec {specName}\" ends it and starts it anew.{Environment.NewLine}");
        throw new OperationCanceledException(run.Cancellation);
    }

    private static async Task SettleAsync(Task first, Task second)
    {
        await first.ConfigureAwait(false);
        try
        {
            await second.ConfigureAwait(false);
        }
        catch (Exception)
        {
            // Who asked for it has it.
        }
    }
}
