using ICAE.Lab.Cli.Notebooks;
using ICAE.Lab.Notebooks;

namespace ICAE.Lab.Cli.Tests;

/// <summary>Running, checking and clearing notebooks from the command line.</summary>
public sealed class NotebookCommandTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [SkippableFact]
    public async Task A_run_stores_outputs_and_a_page_and_leaves_the_notebook()
    {
        NotebookFile.NeedPython();
        var path = NotebookFile.Python("n = 2", "print(n * 21)").Tag(0, "parameters").Write(_folder, "a.ipynb");
        var before = File.ReadAllText(path);

        var result = await CommandResult.RunAsync("notebook", "run", path, "--output", _folder.Path("out"), "--html", _folder.Path("page", "a.html"), "--param", "n=3");

        Assert.True(result.ExitCode == ExitCodes.Ok, result.Error);
        Assert.Equal(before, File.ReadAllText(path));
        var stored = NotebookDocument.Read(_folder.Path("out", "a.ipynb"));
        Assert.Equal("63\n", stored.Cells[2].Outputs.Single()["text"]!.ToString());
        Assert.Contains("63", File.ReadAllText(_folder.Path("page", "a.html")), StringComparison.Ordinal);
        Assert.Contains("[3/3]", result.Output, StringComparison.Ordinal);
        Assert.Empty(result.Error);
    }

    [SkippableFact]
    public async Task A_cell_that_fails_is_named_and_everything_is_kept()
    {
        NotebookFile.NeedPython();
        var path = NotebookFile.Python("print('before')", "raise ValueError('why')", "print('after')").Write(_folder, "a.ipynb");

        var result = await CommandResult.RunAsync("notebook", "run", path, "--in-place", "--stop-on-error", "--json");

        Assert.Equal(ExitCodes.Failed, result.ExitCode);
        Assert.Contains($"icae: {path}: cell 2 (raise ValueError('why')): ValueError: why", result.Error, StringComparison.Ordinal);
        var failure = result.Json["notebooks"]![0]!["failures"]![0]!;
        Assert.Equal(2, failure["cell"]!.GetValue<int>());
        Assert.False(result.Json["ok"]!.GetValue<bool>());
        var stored = NotebookDocument.Read(path);
        Assert.Equal("before\n", stored.Cells[0].Outputs.Single()["text"]!.ToString());
        Assert.Equal("error", stored.Cells[1].Outputs.Single()["output_type"]!.ToString());
        Assert.Empty(stored.Cells[2].Outputs);
    }

    [SkippableFact]
    public async Task Stopping_interrupts_the_cell_and_saves()
    {
        NotebookFile.NeedPython();
        var path = NotebookFile.Python("print('kept', flush=True)\nopen('started', 'w').close()\nimport time\ntime.sleep(1000)").Write(_folder, "a.ipynb");
        using var cancel = new CancellationTokenSource();
        var running = CommandResult.RunAsync(cancel.Token, "notebook", "run", path, "--in-place");
        while (!File.Exists(_folder.Path("started")) && !running.IsCompleted)
            await Task.Delay(50);

        await cancel.CancelAsync();
        var result = await running;

        Assert.Equal(ExitCodes.Interrupted, result.ExitCode);
        Assert.Equal("kept\n", NotebookDocument.Read(path).Cells[0].Outputs[0]["text"]!.ToString());
    }

    [SkippableFact]
    public async Task A_site_has_an_index_and_a_page_for_each()
    {
        NotebookFile.NeedPython();
        NotebookFile.Python("print('one')").Write(_folder, "00-one.ipynb");
        NotebookFile.Python("1/0").Write(_folder, "01-two.ipynb");

        var result = await CommandResult.RunAsync("notebook", "site", _folder.Folder, "--out", _folder.Path("site"));

        Assert.Equal(ExitCodes.Failed, result.ExitCode);
        Assert.True(File.Exists(_folder.Path("site", "00-one.html")));
        var index = File.ReadAllText(_folder.Path("site", "index.html"));
        Assert.Contains("01-two.html", index, StringComparison.Ordinal);
        Assert.Contains("ZeroDivisionError", index, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Notebooks_whose_pages_would_overwrite_each_other_are_refused_before_any_is_run()
    {
        Directory.CreateDirectory(_folder.Path("a"));
        Directory.CreateDirectory(_folder.Path("b"));
        foreach (var name in (string[])["a/intro.ipynb", "b/intro.ipynb", "index.ipynb"])
            NotebookFile.CSharp("1").Write(_folder, name);

        var same = await CommandResult.RunAsync("notebook", "site", _folder.Path("a"), _folder.Path("b"), "--out", _folder.Path("site"));
        var index = await CommandResult.RunAsync("notebook", "site", _folder.Path("index.ipynb"), "--out", _folder.Path("site"));

        Assert.Equal((ExitCodes.Usage, ExitCodes.Usage), (same.ExitCode, index.ExitCode));
        Assert.Contains("have the same name", same.Error, StringComparison.Ordinal);
        Assert.Contains("the site's index", index.Error, StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task CSharp_runs_without_an_installed_kernel()
    {
        Skip.If(KernelProgram.Folder() is null, "The kernel program is not beside the command.");
        var path = NotebookFile.CSharp("int n = 2;", "Console.WriteLine(n * 21);\nn", "throw new Exception(\"why\");").Tag(0, "parameters").Write(_folder, "a.ipynb");

        var result = await CommandResult.RunAsync("notebook", "run", path, "--in-place", "--param", "n=3");

        Assert.Equal(ExitCodes.Failed, result.ExitCode);
        Assert.Contains("cell 4", result.Error, StringComparison.Ordinal);
        Assert.Contains("why", result.Error, StringComparison.Ordinal);
        var outputs = NotebookDocument.Read(path).Cells[2].Outputs;
        Assert.Equal("63\n", outputs[0]["text"]!.ToString().ReplaceLineEndings("\n"));
        Assert.Equal("execute_result", outputs[1]["output_type"]!.ToString());
    }

    [Theory]
    [InlineData("no such notebook", "run", "{0}/none.ipynb")]
    [InlineData("no notebooks", "run", "{0}/*.ipynb")]
    [InlineData("exclude each other", "run", "{0}/sub/a.ipynb", "--in-place", "--output", "x")]
    [InlineData("NAME=VALUE", "run", "{0}/sub/a.ipynb", "--param", "n")]
    [InlineData("--param m", "run", "{0}/sub/a.ipynb", "--param", "m=1")]
    [InlineData("--timeout", "run", "{0}/sub/a.ipynb", "--timeout", "0")]
    [InlineData("same name", "run", "{0}/sub/a.ipynb", "{0}/other/a.ipynb", "--output", "{0}/out")]
    public async Task Bad_usage_exits_with_2(string told, params string[] args)
    {
        Directory.CreateDirectory(_folder.Path("sub"));
        Directory.CreateDirectory(_folder.Path("other"));
        NotebookFile.Python("n = 1").Tag(0, "parameters").Write(_folder, Path.Combine("sub", "a.ipynb"));
        NotebookFile.Python("n = 1").Write(_folder, Path.Combine("other", "a.ipynb"));

        var result = await CommandResult.RunAsync(["notebook", .. args.Select(each => string.Format(System.Globalization.CultureInfo.InvariantCulture, each, _folder.Folder))]);

        Assert.Equal(ExitCodes.Usage, result.ExitCode);
        Assert.Contains(told, result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_broken_notebook_is_one_line()
    {
        var path = _folder.Write("a.ipynb", "{\"cells\": [");

        var result = await CommandResult.RunAsync("notebook", "run", path);

        Assert.Equal(ExitCodes.Failed, result.ExitCode);
        Assert.StartsWith($"icae: {path}: line 1, byte ", result.Error, StringComparison.Ordinal);
        Assert.Single(result.Error.Trim().Split('\n'));
    }

    [Fact]
    public async Task Clearing_removes_outputs_once()
    {
        var document = NotebookFile.CSharp("1", "2").Tag(1, "injected-parameters");
        document.Cells[0].ExecutionCount = 5;
        var path = document.Write(_folder, "a.ipynb");

        Assert.StartsWith("1 of 1", (await CommandResult.RunAsync("notebook", "clear", _folder.Folder)).Output, StringComparison.Ordinal);
        Assert.StartsWith("0 of 1", (await CommandResult.RunAsync("notebook", "clear", path)).Output, StringComparison.Ordinal);

        var cell = Assert.Single(NotebookDocument.Read(path).Cells);
        Assert.Null(cell.ExecutionCount);
    }

    [Fact]
    public async Task A_check_says_what_and_where()
    {
        var path = NotebookFile.CSharp("%%time\n1").Write(_folder, "a.ipynb");

        var result = await CommandResult.RunAsync("notebook", "check", path);
        var json = (await CommandResult.RunAsync("notebook", "check", path, "--json")).Json;

        Assert.Equal(ExitCodes.Failed, result.ExitCode);
        Assert.Contains("cell 1: %%time is a magic of IPython", result.Output, StringComparison.Ordinal);
        Assert.Contains(json["findings"]!.AsArray(), finding => finding!["rule"]!.ToString() == "reference");
    }

    [SkippableFact]
    public async Task The_repositorys_notebooks_keep_the_conventions()
    {
        Skip.IfNot(Repository.Root() is { } root && Directory.Exists(Path.Combine(root, "notebooks")), "The repository has no notebooks here.");

        var result = await CommandResult.RunAsync("notebook", "check");

        Assert.True(result.ExitCode == ExitCodes.Ok, result.Output);
    }
}
