using ICAE.Lab.Kernel.Language;

namespace ICAE.Lab.Kernel.Tests.Polyglot;

/// <summary>One Python kernel for the tests that leave it as they found it.</summary>
public sealed class OnePython : IDisposable
{
    private PythonCells? _cells;

    /// <summary>The kernel; the test is skipped if it, or a library, is not installed.</summary>
    internal async Task<PythonCells> GetAsync(params string[] libraries)
    {
        PythonCells.SkipWithout(libraries);
        HostConsole.Install(static _ => { });
        return _cells ??= await PythonCells.StartAsync();
    }

    public void Dispose() => _cells?.Dispose();
}
