using System.Diagnostics;

namespace ICAE.Lab.Notebooks.Tests;

/// <summary>The system's Python, where it has what a test needs.</summary>
internal static class Python
{
    private const string Program = "/usr/bin/python3";

    /// <summary>Runs a script that needs nbformat; the test is skipped where that is missing.</summary>
    public static string Run(string script, params string[] arguments)
    {
        Skip.IfNot(File.Exists(Program), "There is no /usr/bin/python3.");
        Skip.If(Start("import nbformat").Code != 0, "Python has no module nbformat (Debian: python3-nbformat).");
        var (code, output, errors) = Start(script, arguments);
        Assert.True(code == 0, errors);
        return output;
    }

    private static (int Code, string Output, string Errors) Start(string script, params string[] arguments)
    {
        var start = new ProcessStartInfo(Program, ["-c", script, .. arguments]) { RedirectStandardOutput = true, RedirectStandardError = true };
        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output, errors.Result);
    }
}
