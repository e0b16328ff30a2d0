namespace ICAE.Lab.Kernel.Language;

/// <summary>The console of the process, as cells see it.</summary>
internal static class HostConsole
{
    private static Action<string> _log = static _ => { };

    /// <summary>Redirects the console to the cells.</summary>
    /// <param name="log">Takes what no cell has written.</param>
    public static void Install(Action<string> log)
    {
        _log = log;
        Console.SetOut(new CellWriter(error: false));
        Console.SetError(new CellWriter(error: true));
        Console.SetIn(new CellReader());
    }

    public static void Log(string text) => _log(text);
}
