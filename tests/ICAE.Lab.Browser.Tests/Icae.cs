using System.Diagnostics;
using System.Reflection;

namespace ICAE.Lab.Browser.Tests;

/// <summary>The command, as a process of its own, and the clone that it belongs to.</summary>
internal static class Icae
{
    /// <summary>The top folder of the clone.</summary>
    public static string Repository { get; } = typeof(Icae).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(item => item.Key == "Repository").Value!;

    /// <summary>Whether the C# kernel's program was built.</summary>
    public static bool HasKernel => ((string[])["Release", "Debug"]).Any(configuration =>
        File.Exists(Path.Combine(Repository, "lib", "ICAE.Lab.Cli", "bin", configuration, $"net{Environment.Version.Major}.0", "kernel", "icae-kernel.dll")));

    /// <summary>Runs a command that is to succeed.</summary>
    public static async Task RunAsync(params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "icae.dll"), .. arguments]) { RedirectStandardOutput = true, RedirectStandardError = true };
        using var process = Process.Start(start)!;
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(5));
        try
        {
            var output = process.StandardOutput.ReadToEndAsync(limit.Token);
            var errors = process.StandardError.ReadToEndAsync(limit.Token);
            await process.WaitForExitAsync(limit.Token);
            Assert.True(process.ExitCode == 0, $"icae {string.Join(' ', arguments)}: {await errors}{await output}");
        }
        finally
        {
            if (!process.HasExited)
                process.Kill(entireProcessTree: true);
        }
    }
}
