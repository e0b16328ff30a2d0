using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json.Nodes;

namespace ICAE.Lab.Jupyter;

/// <summary>
/// A kernel that was started here, with a client. Its connection file lies in a folder of its own that only the user can read. When the
/// process ends, by itself or by force, whatever was waited for ends with an error that shows the end of what it wrote.
/// </summary>
public sealed partial class KernelProcess : IAsyncDisposable
{
    private const int InterruptSignal = 2;
    private const int ShownErrorLength = 2000;
    private const int MaxStarts = 3;

    // What a shell makes of SIGILL, SIGABRT, SIGBUS (macOS, Linux), SIGFPE and SIGSEGV.
    private static readonly int[] CrashCodes = [132, 134, 135, 138, 136, 139];
    private static readonly TimeSpan ShutdownLimit = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan DrainLimit = TimeSpan.FromSeconds(1);
    private readonly Process _process;
    private readonly string _folder;
    private readonly KernelLaunch _launch;
    private readonly TextTail _output = new();
    private readonly TextTail _errors = new();
    private readonly Task _exited;
    private int _dropped;
    private volatile MessageRejection? _lastDropped;

    private KernelProcess(Process process, KernelLaunch launch, string folder, ConnectionFile connection)
    {
        _process = process;
        _launch = launch;
        _folder = folder;
        Client = new JupyterClient(connection);
        Client.Rejected += NoteDropped;
        process.StandardInput.Close();
        _exited = WatchAsync(Task.WhenAll(PumpAsync(process.StandardOutput, _output), PumpAsync(process.StandardError, _errors)));
    }

    /// <summary>The client.</summary>
    public JupyterClient Client { get; }

    /// <summary>The content of the kernel's first <c>kernel_info_reply</c>: language, version, banner.</summary>
    public JsonObject Info { get; private set; } = [];

    /// <summary>The process's number.</summary>
    public int Id => _process.Id;

    /// <summary>Ends, without an error, when the process has ended.</summary>
    public Task Exited => _exited;

    /// <summary>The end of what the process wrote to standard output, at most 64 Ki characters.</summary>
    public string StandardOutput => _output.ToString();

    /// <summary>The end of what the process wrote to standard error, at most 64 Ki characters.</summary>
    public string StandardError => _errors.ToString();

    /// <summary>Starts a kernel and waits until it answers.</summary>
    /// <param name="launch">What to start and how.</param>
    /// <param name="cancellationToken">Ends the wait, and the process.</param>
    /// <returns>The kernel; dispose it to end it.</returns>
    /// <exception cref="JupyterException">It cannot be started, ends at once, or does not answer in time.</exception>
    public static async Task<KernelProcess> StartAsync(KernelLaunch launch, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(launch);
        for (var start = 1; ; start++)
        {
            var connection = ConnectionFile.Create(launch.Name);
            try
            {
                return await StartAsync(launch, connection, cancellationToken).ConfigureAwait(false);
            }
            catch (KernelDiedException) when (start < MaxStarts && connection.HasTakenPort())
            {
                // The ports were free when they were chosen, and another process was faster.
            }
        }
    }

    private static async Task<KernelProcess> StartAsync(KernelLaunch launch, ConnectionFile connection, CancellationToken cancellationToken)
    {
        var folder = Directory.CreateTempSubdirectory("icae-kernel-").FullName;
        KernelProcess kernel;
        try
        {
            var file = Path.Combine(folder, "connection.json");
            connection.Write(file);
            kernel = new KernelProcess(Start(launch, file), launch, folder, connection);
        }
        catch
        {
            Directory.Delete(folder, recursive: true);
            throw;
        }

        try
        {
            await kernel.WaitUntilReadyAsync(cancellationToken).ConfigureAwait(false);
            return kernel;
        }
        catch
        {
            kernel.Kill();
            await kernel.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Asks the kernel to stop what it runs, in the way its spec says.</summary>
    /// <param name="cancellationToken">Ends the wait for its answer.</param>
    /// <returns>A task that ends when the kernel has taken note.</returns>
    /// <exception cref="JupyterException">Its spec says by a signal, and this system has none.</exception>
    public async Task InterruptAsync(CancellationToken cancellationToken = default)
    {
        if (_launch.Spec.InterruptMode == InterruptMode.Message)
        {
            await Client.InterruptAsync(cancellationToken).ConfigureAwait(false);
            return;
        }

        if (OperatingSystem.IsWindows())
            throw new JupyterException($"The kernel {Name} is interrupted by a signal, which Windows does not have; it can only be ended.");

        if (!_process.HasExited)
            _ = SendSignal(_process.Id, InterruptSignal);
    }

    /// <summary>Asks the kernel to end, and ends it and what it started by force if it has not ended in time.</summary>
    /// <param name="limit">How long it may take; <see langword="null"/> for 5 s.</param>
    /// <returns>A task that ends when the process has ended.</returns>
    public async Task ShutdownAsync(TimeSpan? limit = null)
    {
        using var time = new CancellationTokenSource(limit ?? ShutdownLimit);
        try
        {
            if (!_process.HasExited)
                await Client.ShutdownAsync(cancellationToken: time.Token).ConfigureAwait(false);

            await _exited.WaitAsync(time.Token).ConfigureAwait(false);
        }
        catch (Exception error) when (error is OperationCanceledException or JupyterException)
        {
            // It did not answer, did not end, or was gone before it could answer.
        }

        Kill();
        await _exited.ConfigureAwait(false);
    }

    /// <summary>Ends the process and what it started, at once.</summary>
    public void Kill()
    {
        try
        {
            _process.Kill(entireProcessTree: true);
        }
        catch (Exception error) when (error is InvalidOperationException or Win32Exception or AggregateException)
        {
            // It has ended already.
        }
    }

    /// <summary>Shuts the kernel down and removes its connection file.</summary>
    /// <returns>A task that ends when the process has ended.</returns>
    public async ValueTask DisposeAsync()
    {
        await ShutdownAsync().ConfigureAwait(false);
        Client.Dispose();
        _process.Dispose();
        try
        {
            Directory.Delete(_folder, recursive: true);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // A leftover in the temporary folder, with the key of a kernel that is gone.
        }
    }

    private string Name => _launch.Name.Length > 0 ? _launch.Name : _launch.Spec.DisplayName;

    private static Process Start(KernelLaunch launch, string connectionFile)
    {
        var command = launch.Spec.CommandLine(connectionFile);
        var start = new ProcessStartInfo(command[0], command.Skip(1))
        {
            WorkingDirectory = launch.WorkingFolder ?? "",
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardOutputEncoding = Encoding.UTF8,
            StandardErrorEncoding = Encoding.UTF8,
            UseShellExecute = false,
        };

        // Kernels look at it and end when their parent does. On Windows they expect a handle, which is not inherited here.
        if (!OperatingSystem.IsWindows())
            start.Environment["JPY_PARENT_PID"] = Environment.ProcessId.ToString(CultureInfo.InvariantCulture);
        foreach (var (name, value) in launch.Spec.Environment.Concat(launch.Environment))
            start.Environment[name] = value;

        try
        {
            return Process.Start(start)!;
        }
        catch (Exception error) when (error is Win32Exception or InvalidOperationException)
        {
            throw new JupyterException($"The kernel {launch.Name} cannot be started by {command[0]}: {error.Message}", error);
        }
    }

    private async Task WaitUntilReadyAsync(CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(_launch.ReadyLimit);
        try
        {
            Info = (JsonObject)(await Client.WaitUntilReadyAsync(limit.Token).ConfigureAwait(false)).DeepClone();
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new JupyterException($"The kernel {Name} did not answer within {_launch.ReadyLimit.TotalSeconds:0.#} s.{DroppedEnd()}{ErrorEnd()}");
        }
    }

    private async Task WatchAsync(Task pumps)
    {
        await _process.WaitForExitAsync().ConfigureAwait(false);

        // What it started may hold its output open for ever.
        await Task.WhenAny(pumps, Task.Delay(DrainLimit)).ConfigureAwait(false);
        // What it sent before it ended may still be on its way.
        await Client.SettleAsync(DrainLimit).ConfigureAwait(false);
        Client.Fail($"The kernel {Name} ended with exit code {_process.ExitCode}.{CrashNote(_process.ExitCode)}{DroppedEnd()}{ErrorEnd()}");
    }

    /// <summary>A kernel that takes up what is written to its descriptors loses, when it crashes, what it has not read yet.</summary>
    private static string CrashNote(int exitCode) =>
        !OperatingSystem.IsWindows() && CrashCodes.Contains(exitCode) ? " It crashed: what native code wrote last may be missing." : "";

    private string ErrorEnd()
    {
        var text = StandardError.Trim();
        if (text.Length > ShownErrorLength)
            text = "…" + text[^ShownErrorLength..];

        return text.Length == 0 ? " It wrote nothing to standard error." : $" The end of its standard error:{System.Environment.NewLine}{text}";
    }

    private void NoteDropped(MessageRejection rejection)
    {
        _lastDropped = rejection;
        Interlocked.Increment(ref _dropped);
    }

    private string DroppedEnd() => _lastDropped is { } last ? $" Messages that it sent and that could not be taken: {Volatile.Read(ref _dropped)}; the last: {last}." : "";

    private static async Task PumpAsync(StreamReader reader, TextTail tail)
    {
        var buffer = new char[4096];
        try
        {
            int count;
            while ((count = await reader.ReadAsync(buffer).ConfigureAwait(false)) > 0)
                tail.Append(buffer.AsSpan(0, count));
        }
        catch (Exception error) when (error is IOException or ObjectDisposedException or OperationCanceledException)
        {
            // The process is gone.
        }
    }

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int SendSignal(int process, int signal);
}
