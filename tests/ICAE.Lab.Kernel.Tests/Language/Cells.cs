using ICAE.Lab.Kernel.Language;

namespace ICAE.Lab.Kernel.Tests.Language;

/// <summary>An engine with a notebook folder of its own.</summary>
internal sealed class Cells : IDisposable
{
    private int _number;

    public Cells()
    {
        CellPaths.NotebookFolder = Folder.Path;
        Engine = new CellEngine(Folder.File("packages"), error => Faults.Add(error));
    }

    public TemporaryFolder Folder { get; } = new();

    public CellEngine Engine { get; }

    public List<Exception> Faults { get; } = [];

    /// <summary>Runs a cell that must not fail.</summary>
    public async Task<RecordedOutput> RunAsync(string code)
    {
        var (error, output) = await TryAsync(code);
        Assert.True(error is null, error is null ? "" : string.Join('\n', error.Traceback));
        return output;
    }

    /// <summary>Runs a cell that must fail.</summary>
    public async Task<CellError> FailAsync(string code)
    {
        var (error, _) = await TryAsync(code);
        Assert.NotNull(error);
        return error;
    }

    public async Task<(CellError? Error, RecordedOutput Output)> TryAsync(string code, RecordedOutput? output = null)
    {
        output ??= new RecordedOutput();
        var error = await Engine.RunAsync(new CellRun(++_number, code, output));
        return (error, output);
    }

    /// <summary>The plain text of the value of a cell.</summary>
    public async Task<string> ValueAsync(string code) => Assert.Single((await RunAsync(code)).Results).Data["text/plain"];

    public void Dispose()
    {
        Engine.Dispose();
        Folder.Dispose();
    }
}
