using System.Diagnostics;
using ICAE.Lab.Jupyter;
using ICAE.Lab.Kernel.Language;
using ICAE.Lab.Kernel.Polyglot;
using ICAE.Lab.Kernel.Tests.Language;

namespace ICAE.Lab.Kernel.Tests.Polyglot;

/// <summary>Cells beside a Python kernel that is called <c>py</c>.</summary>
internal sealed class PythonCells : IDisposable
{
    public const string Connect = "#!connect jupyter --kernel-name py --kernel-spec python3";
    private static readonly Lazy<IReadOnlyList<string>> Missing = new(FindMissing);

    public Cells Cells { get; } = new();

    public CellEngine Engine => Cells.Engine;

    /// <summary>Connects the kernel; the test is skipped if it, or a library, is not installed.</summary>
    public static async Task<PythonCells> StartAsync(params string[] libraries)
    {
        SkipWithout(libraries);
        var cells = new PythonCells();
        await cells.RunAsync(Connect);
        return cells;
    }

    public static void SkipWithout(params string[] libraries)
    {
        Skip.If(new KernelSpecStore().Find("python3") is null, "No Jupyter kernel named python3 is installed (Debian: python3-ipykernel).");
        foreach (var library in libraries)
            Skip.If(Missing.Value.Contains(library), $"The Python of the kernel python3 has no {library} (Debian: python3-{library}).");
    }

    public SubKernel Kernel => ((JupyterLanguage)Engine.Languages["py"]).Kernel;

    public Task<RecordedOutput> RunAsync(string code) => Cells.RunAsync(code);

    public Task<RecordedOutput> PythonAsync(string code) => Cells.RunAsync("#!py\n" + code);

    /// <summary>What Python prints for an expression.</summary>
    public async Task<string> PrintAsync(string expression) => (await PythonAsync($"print({expression}, end='')")).Out;

    public async Task<string> FailAsync(string code) => (await Cells.FailAsync(code)).Value;

    public void Dispose() => Cells.Dispose();

    private static List<string> FindMissing()
    {
        var spec = new KernelSpecStore().Find("python3")!;
        return [.. new[] { "numpy", "pandas", "matplotlib" }.Where(library => !CanImport(spec.Arguments[0], library))];
    }

    private static bool CanImport(string python, string library)
    {
        using var process = Process.Start(new ProcessStartInfo(python, ["-c", $"import {library}"]) { RedirectStandardError = true, RedirectStandardOutput = true })!;
        process.StandardError.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0;
    }
}
