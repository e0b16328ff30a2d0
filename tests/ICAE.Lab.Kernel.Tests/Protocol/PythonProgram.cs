using System.Diagnostics;

namespace ICAE.Lab.Kernel.Tests.Protocol;

/// <summary>Debian's Python with Jupyter's packages, which finds the kernel in a folder.</summary>
internal static class PythonProgram
{
    private const string Path = "/usr/bin/python3";
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(8);

    /// <summary>Skips the test where a package is absent.</summary>
    public static async Task SkipWithoutAsync(string folder, string package)
    {
        Skip.IfNot(File.Exists(Path), $"There is no {Path}.");
        Skip.IfNot((await RunAsync(folder, "-c", $"import {package}")).Code == 0, $"The Python package {package} is not installed.");
    }

    /// <summary>Makes the kernel known below a folder.</summary>
    public static void InstallKernel(string folder) =>
        KernelPrograms.Spec().Write(Directory.CreateDirectory(System.IO.Path.Combine(folder, "kernels", KernelPrograms.Name)).FullName);

    /// <summary>Runs a script that lies beside the tests.</summary>
    public static Task<(int Code, string Output)> RunScriptAsync(string folder, string script, params string[] arguments) =>
        RunAsync(folder, [System.IO.Path.Combine(AppContext.BaseDirectory, "Protocol", script), .. arguments]);

    private static async Task<(int Code, string Output)> RunAsync(string folder, params string[] arguments)
    {
        var start = new ProcessStartInfo(Path, arguments) { RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = folder };
        start.Environment["JUPYTER_PATH"] = folder;
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEndAsync();
        try
        {
            await process.WaitForExitAsync().WaitAsync(Limit);
        }
        finally
        {
            if (!process.HasExited)
                process.Kill(entireProcessTree: true);
        }

        return (process.ExitCode, await output + await error);
    }
}
