namespace ICAE.Lab.Kernel.Language;

/// <summary>The console of the process, as cells see it.</summary>
internal static class HostConsole
{
    private static Action<string> _log = static _ => { };
    private static bool _installed;

    /// <summary>Redirects the console to the cells.</summary>
    /// <param name="log">Takes what no cell has written.</param>
    public static void Install(Action<string> log)
    {
        _log = log;
        _installed = true;
        Renew();
        Console.SetIn(new CellReader());
    }

    /// <summary>Replaces the writers: an aborted thread may own the lock of the old ones for ever.</summary>
    public static void Renew()
    {
        if (!_installed)
            return;

        Console.SetOut(new CellWriter(error: false));
        Console.SetError(new CellWriter(error: true));
    }

    public static void Log(string text) => _log(text);
}
