using System.Diagnostics;

namespace ICAE.Lab.Browser.Tests;

/// <summary>The classic Jupyter Notebook, versions 5 and 6, and Python's kernel for it.</summary>
internal static class Classic
{
    private const string Python = "/usr/bin/python3";

    private static readonly Lazy<string?> ClassicMissing = new(() =>
    {
        if (Program is null)
            return "There is no jupyter-notebook on the PATH (Debian: jupyter-notebook).";

        var version = Ask(Program, "--version").Output.Trim();
        return version.StartsWith("5.", StringComparison.Ordinal) || version.StartsWith("6.", StringComparison.Ordinal)
            ? null
            : $"Jupyter Notebook is {version}, not the classic one (5 or 6).";
    });

    private static readonly Lazy<string?> KernelMissing = new(() =>
        File.Exists(Python) && Ask(Python, "-c", "import ipykernel").Code == 0 ? null : "Python has no module ipykernel (Debian: python3-ipykernel).");

    /// <summary>The server's program.</summary>
    public static string? Program => (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
        .Select(folder => Path.Combine(folder, "jupyter-notebook")).FirstOrDefault(File.Exists);

    /// <summary>Why the server cannot be used here.</summary>
    public static string? Missing => ClassicMissing.Value;

    /// <summary>Why Python's kernel cannot be used here.</summary>
    public static string? PythonMissing => KernelMissing.Value;

    private static (int Code, string Output) Ask(string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        errors.Wait();
        return (process.ExitCode, output);
    }
}
