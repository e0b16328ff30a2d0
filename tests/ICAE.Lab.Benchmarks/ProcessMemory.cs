using System.Diagnostics;
using System.Globalization;

namespace ICAE.Lab.Benchmarks;

/// <summary>This process's memory, in MB.</summary>
internal static class ProcessMemory
{
    private const double Megabyte = 1 << 20;

    /// <summary>Resident now.</summary>
    public static double Resident
    {
        get
        {
            using var process = Process.GetCurrentProcess();
            return process.WorkingSet64 / Megabyte;
        }
    }

    /// <summary>The most that was resident since <see cref="ResetPeak"/>; since the start where the system cannot reset it.</summary>
    public static double Peak
    {
        get
        {
            if (!OperatingSystem.IsLinux())
            {
                using var process = Process.GetCurrentProcess();
                return process.PeakWorkingSet64 / Megabyte;
            }

            var line = File.ReadLines("/proc/self/status").First(text => text.StartsWith("VmHWM:", StringComparison.Ordinal));
            return double.Parse(line.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) / 1024;
        }
    }

    /// <summary>Page faults so far that needed no disk: memory the allocator asked the system for, 4 KB at a time. 0 where it is not known.</summary>
    public static long MinorFaults
    {
        get
        {
            if (!OperatingSystem.IsLinux())
            {
                return 0;
            }

            // The command's name, in parentheses, may hold blanks; what follows it does not.
            var text = File.ReadAllText("/proc/self/stat");
            return long.Parse(text[(text.LastIndexOf(')') + 2)..].Split(' ')[7], CultureInfo.InvariantCulture);
        }
    }

    /// <summary>Lets the peak start over from what is resident now.</summary>
    public static void ResetPeak()
    {
        if (OperatingSystem.IsLinux())
        {
            try
            {
                File.WriteAllText("/proc/self/clear_refs", "5");
            }
            catch (IOException)
            {
                // Some containers forbid it; the peak is then the process's.
            }
        }
    }
}
