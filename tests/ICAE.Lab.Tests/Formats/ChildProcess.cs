using System.Diagnostics;

namespace ICAE.Lab.Tests.Formats;

/// <summary>Starts this assembly's <see cref="StartupHook"/> in a process of its own.</summary>
internal static class ChildProcess
{
    /// <summary>Starts a task.</summary>
    /// <param name="task">What to do.</param>
    /// <param name="path">With which file.</param>
    /// <param name="maxFileBlocks">How long a file the process may write, in units of 512 bytes, or <see langword="null"/> for any length.</param>
    public static Process Start(string task, string path, int? maxFileBlocks = null)
    {
        var assembly = typeof(ChildProcess).Assembly.Location;
        var start = maxFileBlocks is { } blocks
            ? new ProcessStartInfo("sh", ["-c", $"trap '' XFSZ; ulimit -f {blocks}; exec dotnet exec \"$0\"", assembly])
            : new ProcessStartInfo("dotnet", ["exec", assembly]);
        start.RedirectStandardOutput = true;
        start.Environment["DOTNET_STARTUP_HOOKS"] = assembly;
        start.Environment["ICAE_TEST_TASK"] = $"{task} {path}";

        // The runtime's own mapping of its code counts as a file where it is kept apart from its writable view.
        start.Environment["DOTNET_EnableWriteXorExecute"] = "0";
        return Process.Start(start)!;
    }
}
