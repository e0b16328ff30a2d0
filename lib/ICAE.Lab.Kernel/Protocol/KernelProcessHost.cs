using System.Runtime.ExceptionServices;
using System.Runtime.InteropServices;
using ICAE.Lab.Jupyter;
using ICAE.Lab.Kernel.Language;
using NetMQ;

namespace ICAE.Lab.Kernel.Protocol;

/// <summary>The process around a kernel: its console, its signals, its parent.</summary>
internal static class KernelProcessHost
{
    // A registration that nothing refers to is collected, and the signal ends the process again.
    private static readonly List<PosixSignalRegistration> Signals = [];

    /// <summary>Runs a kernel until it is asked to end or its parent is gone.</summary>
    /// <returns>The exit code.</returns>
    public static int Run(ConnectionFile connection)
    {
        using var native = NativeOutput.Capture();
        var log = new KernelLog(native.Error);
        HostConsole.Install(log.Text);
        native.Start(ToCell);

        // A thread that a cell has started, and that is stopped with it, must not end the process.
        ExceptionHandling.SetUnhandledExceptionHandler(error => IsStop(error, log));
        AppDomain.CurrentDomain.UnhandledException += (_, fault) =>
        {
            log.Write($"unhandled: {fault.ExceptionObject}");
            native.Drain();
        };
        TaskScheduler.UnobservedTaskException += (_, fault) => fault.SetObserved();

        KernelHost host;
        try
        {
            host = new KernelHost(connection, PackageFolder(), native, log);
        }
        catch (JupyterException error)
        {
            log.Write(error.Message);
            return End(native, exitCode: 1);
        }

        // Before the sockets answer: who has an answer may interrupt at once.
        Signals.Add(PosixSignalRegistration.Create(PosixSignal.SIGINT, context => Handle(context, host.Interrupt)));
        Signals.Add(PosixSignalRegistration.Create(PosixSignal.SIGTERM, context => Handle(context, host.Stop)));
        ParentWatch.Start(host.Stop);
        host.Start();
        host.WaitForStop();
        host.Dispose();
        NetMQConfig.Cleanup(block: false);

        return End(native, exitCode: 0);
    }

    private static int End(NativeOutput native, int exitCode)
    {
        native.Drain();

        // Threads that wait, and those that cells have left running, do not keep the process.
        Environment.Exit(exitCode);
        return exitCode;
    }

    private static bool IsStop(Exception error, KernelLog log)
    {
        if (!CellStoppedException.IsAllOf(error))
            return false;

        log.Write("a thread that an interrupted cell has started was stopped");
        return true;
    }

    private static void ToCell(bool error, string text)
    {
        if (CellRun.ForUpdates is { } run)
            run.Output.Stream(error, text);
        else if (!error)
            HostConsole.Log(text);
    }

    private static void Handle(PosixSignalContext context, Action action)
    {
        context.Cancel = true;
        action();
    }

    private static string PackageFolder()
    {
        var data = Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.DoNotVerify);
        return Path.Combine(data.Length > 0 ? data : Path.GetTempPath(), "icae-lab", "notebook-packages");
    }
}
