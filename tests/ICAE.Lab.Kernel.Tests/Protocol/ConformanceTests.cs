using System.Diagnostics;

namespace ICAE.Lab.Kernel.Tests.Protocol;

/// <summary>The public conformance tests, jupyter_kernel_test, against the kernel as front ends start it.</summary>
[Collection("cells")]
public sealed class ConformanceTests : IDisposable
{
    private const string Python = "/usr/bin/python3";
    private const int TestCount = 12;
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(5);
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [SkippableFact]
    public async Task Jupyters_conformance_tests_pass_and_none_is_left_out()
    {
        Skip.IfNot(File.Exists(Python), $"There is no {Python}.");
        Skip.IfNot((await RunAsync("-c", "import jupyter_kernel_test")).Code == 0, "The Python package jupyter_kernel_test is not installed.");
        var spec = Directory.CreateDirectory(Path.Combine(_folder.Path, "kernels", KernelPrograms.Name)).FullName;
        KernelPrograms.Spec().Write(spec);

        var (code, output) = await RunAsync(Path.Combine(AppContext.BaseDirectory, "Protocol", "conformance.py"));

        Assert.True(code == 0, output);
        Assert.Contains($"Ran {TestCount} tests", output, StringComparison.Ordinal);
        Assert.DoesNotContain("skipped", output, StringComparison.Ordinal);
    }

    private async Task<(int Code, string Output)> RunAsync(params string[] arguments)
    {
        var start = new ProcessStartInfo(Python, arguments) { RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = _folder.Path };
        start.Environment["JUPYTER_PATH"] = _folder.Path;
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync().WaitAsync(Limit);
        return (process.ExitCode, await output + await error);
    }
}
