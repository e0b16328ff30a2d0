namespace ICAE.Lab.Kernel.Tests.Protocol;

/// <summary>The public conformance tests, jupyter_kernel_test, against the kernel as front ends start it.</summary>
[Collection("cells")]
public sealed class ConformanceTests : IDisposable
{
    private const int TestCount = 12;
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [SkippableFact]
    public async Task Jupyters_conformance_tests_pass_and_none_is_left_out()
    {
        await PythonProgram.SkipWithoutAsync(_folder.Path, "jupyter_kernel_test");
        PythonProgram.InstallKernel(_folder.Path);

        var (code, output) = await PythonProgram.RunScriptAsync(_folder.Path, "conformance.py");

        Assert.True(code == 0, output);
        Assert.Contains($"Ran {TestCount} tests", output, StringComparison.Ordinal);
        Assert.DoesNotContain("skipped", output, StringComparison.Ordinal);
    }
}
