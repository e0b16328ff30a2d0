using ICAE.Lab.Jupyter;

namespace ICAE.Lab.Notebooks.Tests;

/// <summary>The runner with the kernel of IPython.</summary>
public sealed class NotebookRunnerTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly CancellationTokenSource _limit = new(TimeSpan.FromSeconds(120));

    public void Dispose()
    {
        _folder.Dispose();
        _limit.Dispose();
    }

    [SkippableFact]
    public async Task Outputs_are_those_of_a_front_end()
    {
        var document = Notebooks.Python(
            Notebooks.Text("# Title"),
            Notebooks.Code("import os, sys\nfrom IPython.display import display, HTML, clear_output\nprint('a'); sys.stdout.flush(); print('b')\nprint('c', file=sys.stderr)"),
            Notebooks.Code("h = display(HTML('<i>old</i>'), display_id='d')"),
            Notebooks.Code("h.update(HTML('<i>new</i>'))\n6 * 7"),
            Notebooks.Code("print('gone')\nclear_output(wait=True)\nprint('left')"),
            Notebooks.Code("print('gone')\nclear_output()"),
            Notebooks.Code("print(os.getcwd())"));
        var told = new List<NotebookProgress>();

        var result = await RunAsync(document, null, told.Add);

        Assert.Equal(NotebookOutcome.Succeeded, result.Outcome);
        Assert.Equal(6, result.Executed);
        Assert.Equal(12, told.Count);
        Assert.Equal(["a\nb\n", "c\n"], document.Cells[1].Outputs.Select(output => output["text"]!.ToString()));
        Assert.Equal("<i>new</i>", document.Cells[2].Outputs.Single()["data"]!["text/html"]!.ToString());
        Assert.Null(document.Cells[2].Outputs.Single()["transient"]);
        Assert.Equal("42", document.Cells[3].Outputs.Single()["data"]!["text/plain"]!.ToString());
        Assert.Equal(3, document.Cells[3].Outputs.Single()["execution_count"]!.GetValue<int>());
        Assert.Equal("left\n", document.Cells[4].Outputs.Single()["text"]!.ToString());
        Assert.Empty(document.Cells[5].Outputs);
        Assert.Equal(_folder.Path + "\n", document.Cells[6].Outputs.Single()["text"]!.ToString());
        Assert.Equal([1, 2, 3, 4, 5, 6], document.Cells.Skip(1).Select(cell => cell.ExecutionCount!.Value));

        document.Write(_folder.File("done.ipynb"));
        Assert.Equal("valid", Python.Run("import nbformat, sys\nnbformat.validate(nbformat.read(sys.argv[1], as_version=4))\nprint('valid', end='')", _folder.File("done.ipynb")));
    }

    [SkippableFact]
    public async Task A_failure_is_told_and_the_rest_runs_or_not_as_asked()
    {
        NotebookDocument Document() => Notebooks.Python(
            Notebooks.Code("1/0", "raises-exception"), Notebooks.Code("\nraise ValueError('why')"), Notebooks.Code("print('on')"), Notebooks.Code("input()"));
        var all = Document();
        var stopped = Document();

        var result = await RunAsync(all);
        var first = await RunAsync(stopped, new NotebookRunSettings { StopOnError = true });

        Assert.Equal(NotebookOutcome.Failed, result.Outcome);
        Assert.Equal([2, 4], result.Failures.Select(failure => failure.Number));
        Assert.Equal("cell 2 (raise ValueError('why')): ValueError: why", result.Failures[0].ToString());
        Assert.Equal("on\n", all.Cells[2].Outputs.Single()["text"]!.ToString());
        Assert.Equal("ZeroDivisionError", all.Cells[0].Outputs.Single()["ename"]!.ToString());
        Assert.Equal(2, first.Executed);
        Assert.Empty(stopped.Cells[2].Outputs);
    }

    [SkippableFact]
    public async Task A_cell_over_its_time_is_interrupted_and_the_next_one_runs()
    {
        var document = Notebooks.Python(Notebooks.Code("print('kept')\nwhile True: pass"), Notebooks.Code("print('on')"));

        var result = await RunAsync(document, new NotebookRunSettings { CellLimit = TimeSpan.FromSeconds(8) });

        Assert.Equal(NotebookOutcome.Failed, result.Outcome);
        Assert.Contains("8 s", Assert.Single(result.Failures).Reason);
        Assert.Equal("kept\n", document.Cells[0].Outputs[0]["text"]!.ToString());
        Assert.Equal("KeyboardInterrupt", document.Cells[0].Outputs[1]["ename"]!.ToString());
        Assert.Equal("on\n", document.Cells[1].Outputs.Single()["text"]!.ToString());
    }

    [SkippableFact]
    public async Task A_cell_that_ignores_the_interrupt_ends_with_its_kernel()
    {
        var document = Notebooks.Python(Notebooks.Code("import signal, time\nsignal.signal(signal.SIGINT, signal.SIG_IGN)\nwhile True:\n    try: time.sleep(100)\n    except BaseException: pass"), Notebooks.Code("1"));

        var result = await RunAsync(document, new NotebookRunSettings { CellLimit = TimeSpan.FromSeconds(8), InterruptLimit = TimeSpan.FromSeconds(2) });

        Assert.Equal(NotebookOutcome.KernelDied, result.Outcome);
        Assert.Equal("Timeout", Assert.Single(result.Failures).Name);
        Assert.Equal(1, result.Executed);
    }

    [SkippableFact]
    public async Task Cancelling_interrupts_the_cell_and_keeps_what_there_is()
    {
        using var cancel = CancellationTokenSource.CreateLinkedTokenSource(_limit.Token);
        var document = Notebooks.Python(Notebooks.Code("print('first')"), Notebooks.Code("import time\nprint('kept', flush=True)\ntime.sleep(1000)"), Notebooks.Code("1"));

        var result = await RunAsync(document, null, progress =>
        {
            if (progress is { Number: 2, Ended: false })
                cancel.CancelAfter(TimeSpan.FromSeconds(8));
        }, cancel.Token);

        Assert.Equal(NotebookOutcome.Cancelled, result.Outcome);
        Assert.Equal("first\n", document.Cells[0].Outputs.Single()["text"]!.ToString());
        Assert.Equal("kept\n", document.Cells[1].Outputs[0]["text"]!.ToString());
        Assert.Empty(document.Cells[2].Outputs);
    }

    [SkippableFact]
    public async Task A_kernel_that_dies_is_told()
    {
        var document = Notebooks.Python(Notebooks.Code("import os\nos._exit(9)"), Notebooks.Code("1"));

        var result = await RunAsync(document);

        Assert.Equal(NotebookOutcome.KernelDied, result.Outcome);
        Assert.Contains("exit code 9", result.Failures.Single().Reason);
        Assert.Equal("error", document.Cells[0].Outputs.Single()["output_type"]!.ToString());
    }

    [SkippableFact]
    public async Task Output_without_end_is_cut_and_says_so()
    {
        var document = Notebooks.Python(Notebooks.Code("for i in range(2000): print('x' * 99)"), Notebooks.Code("print('next')"));

        await RunAsync(document, new NotebookRunSettings { MaxOutputLength = 10_000 });

        Assert.True(document.Cells[0].Outputs[0]["text"]!.ToString().Length <= 10_000);
        Assert.Contains("10000", document.Cells[0].Outputs[1]["text"]!.ToString());
        Assert.Equal(2, document.Cells[0].Outputs.Count);
        Assert.Equal("next\n", document.Cells[1].Outputs.Single()["text"]!.ToString());
    }

    [SkippableFact]
    public async Task Parameters_reach_the_code()
    {
        var document = Notebooks.Python(Notebooks.Code("n = 1", "parameters"), Notebooks.Code("print(n + 1)"));
        NotebookParameters.Inject(document, new Dictionary<string, string> { ["n"] = "41" });

        await RunAsync(document);

        Assert.Equal("42\n", document.Cells[2].Outputs.Single()["text"]!.ToString());
    }

    [Fact]
    public void A_notebook_that_names_no_kernel_or_an_unknown_one_is_refused()
    {
        var store = new KernelSpecStore([_folder.Path]);
        var own = new KernelSpec { Arguments = ["x", "{connection_file}"], DisplayName = "C#", Language = "C#" };

        Assert.Contains("names no kernel", Assert.Throws<NotebookException>(() => NotebookKernels.Find(new NotebookDocument(), "a.ipynb", store, own)).Message);
        Assert.Contains("python3 is not installed", Assert.Throws<NotebookException>(() => NotebookKernels.Find(Notebooks.Python(), "a.ipynb", store, own)).Message);
        Assert.Same(own, NotebookKernels.Find(Notebooks.CSharp(), "a.ipynb", store, own).Spec);

        KernelSpecStore.Install(NotebookKernels.CSharp, own with { DisplayName = "installed" }, new Dictionary<string, byte[]>(), _folder.Path);
        Assert.Same(own, NotebookKernels.Find(Notebooks.CSharp(), "a.ipynb", store, own).Spec);
        Assert.Equal("installed", NotebookKernels.Find(Notebooks.CSharp(), "a.ipynb", store, null).Spec.DisplayName);
    }

    private Task<NotebookRunResult> RunAsync(
        NotebookDocument document, NotebookRunSettings? settings = null, Action<NotebookProgress>? progress = null, CancellationToken? cancellationToken = null)
    {
        var store = new KernelSpecStore();
        Skip.If(store.Find("python3") is null, "No Jupyter kernel named python3 is installed (Debian: python3-ipykernel).");
        var launch = NotebookKernels.Find(document, _folder.File("some.ipynb"), store, null);
        return NotebookRunner.RunAsync(document, launch, settings, progress, cancellationToken ?? _limit.Token);
    }
}
