using System.Diagnostics;
using System.Globalization;

namespace ICAE.Lab.Kernel.Protocol;

/// <summary>Ends a kernel whose front end has died without a word: nobody could reach it any more.</summary>
internal static class ParentWatch
{
    // Front ends set it to their own process.
    private const string Variable = "JPY_PARENT_PID";
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(2);

    /// <summary>Watches the process that the environment names, if it names one.</summary>
    /// <param name="gone">Called once, when it has ended.</param>
    public static void Start(Action gone)
    {
        // On Windows the variable holds a handle, not an id: taken for one, the kernel would end at once.
        if (OperatingSystem.IsWindows() || !int.TryParse(Environment.GetEnvironmentVariable(Variable), NumberStyles.None, CultureInfo.InvariantCulture, out var id) || id <= 1)
            return;

        new Thread(() => Watch(id, gone)) { IsBackground = true, Name = "parent" }.UnsafeStart();
    }

    private static void Watch(int id, Action gone)
    {
        while (IsRunning(id))
            Thread.Sleep(Interval);

        gone();
    }

    private static bool IsRunning(int id)
    {
        try
        {
            using var process = Process.GetProcessById(id);
            return !process.HasExited;
        }
        catch (ArgumentException)
        {
            return false;
        }
        catch (Exception error) when (error is InvalidOperationException or System.ComponentModel.Win32Exception)
        {
            // It is there, but may not be looked at.
            return true;
        }
    }
}
