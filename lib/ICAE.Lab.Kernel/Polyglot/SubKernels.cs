using ICAE.Lab.Jupyter;

namespace ICAE.Lab.Kernel.Polyglot;

/// <summary>The other kernels that the notebook has started. None outlives this.</summary>
internal sealed class SubKernels : IDisposable
{
    private static readonly TimeSpan EndLimit = TimeSpan.FromSeconds(15);
    private readonly Lock _gate = new();
    private readonly List<SubKernel> _kernels = [];
    private readonly List<Task> _starts = [];
    private readonly CancellationTokenSource _ending = new();

    public SubKernels() => AppDomain.CurrentDomain.ProcessExit += KillAll;

    /// <summary>Where kernels are looked for.</summary>
    public KernelSpecStore Specs { get; set; } = new();

    /// <summary>How long a kernel may take to answer for the first time.</summary>
    public TimeSpan ReadyLimit { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary>Starts a kernel and waits until it answers.</summary>
    /// <param name="name">What the notebook calls it.</param>
    /// <param name="specName">The name of its spec.</param>
    /// <param name="spec">Its spec.</param>
    /// <param name="folder">The folder it works in.</param>
    /// <param name="cancellationToken">Ends the wait, and the kernel.</param>
    /// <exception cref="JupyterException">It cannot be started, ends at once, or does not answer.</exception>
    public Task<SubKernel> StartAsync(string name, string specName, KernelSpec spec, string folder, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_ending.IsCancellationRequested, this);
            var launch = new KernelLaunch { Spec = spec, Name = name, WorkingFolder = folder, ReadyLimit = ReadyLimit };
            var start = StartAsync(launch, specName, cancellationToken);
            _starts.RemoveAll(earlier => earlier.IsCompleted);
            _starts.Add(start);
            return start;
        }
    }

    /// <summary>Ends a kernel in the background.</summary>
    public void Discard(SubKernel kernel) => _ = DiscardAsync(kernel);

    /// <summary>Ends all kernels, by force if need be, and waits until they have ended.</summary>
    public void Dispose()
    {
        _ending.Cancel();
        Task.Run(EndAsync).Wait(EndLimit);
        KillAll(null, EventArgs.Empty);
        AppDomain.CurrentDomain.ProcessExit -= KillAll;
    }

    private async Task<SubKernel> StartAsync(KernelLaunch launch, string specName, CancellationToken cancellationToken)
    {
        // Not on the cell thread: what follows must also happen when that has ended.
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _ending.Token);
        var process = await Task.Run(() => KernelProcess.StartAsync(launch, either.Token), CancellationToken.None).ConfigureAwait(false);
        var kernel = new SubKernel(launch.Name, specName, process);
        lock (_gate)
            _kernels.Add(kernel);

        return kernel;
    }

    private async Task DiscardAsync(SubKernel kernel)
    {
        await kernel.DisposeAsync().ConfigureAwait(false);
        lock (_gate)
            _kernels.Remove(kernel);
    }

    private async Task EndAsync()
    {
        List<Task> starts;
        lock (_gate)
            starts = [.. _starts];

        foreach (var start in starts)
            await Task.WhenAny(start).ConfigureAwait(false);

        await Task.WhenAll(Kernels().Select(kernel => kernel.DisposeAsync().AsTask())).ConfigureAwait(false);
    }

    private void KillAll(object? sender, EventArgs arguments) => Kernels().ForEach(kernel => kernel.Kill());

    private List<SubKernel> Kernels()
    {
        lock (_gate)
            return [.. _kernels];
    }
}
