using ICAE.Lab.Kernel.Language;
using ICAE.Lab.Kernel.Tests.Language;

namespace ICAE.Lab.Kernel.Tests.Polyglot;

/// <summary>Cells that a Python kernel runs.</summary>
[Collection("cells")]
public sealed class JupyterLanguageTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    public JupyterLanguageTests() => HostConsole.Install(static _ => { });

    [SkippableFact]
    public async Task One_cell_connects_and_uses_a_kernel_in_the_notebooks_folder()
    {
        PythonCells.SkipWithout();
        using var cells = new PythonCells();

        var output = await cells.RunAsync("#!connect jupyter --kernel-spec=\"python3\" --kernel-name 'py'\n#!py\nimport os\nprint(os.path.realpath(os.getcwd()))\n#!csharp\nConsole.Write(\"after\");");

        Assert.Equal($"{Path.GetFullPath(cells.Cells.Folder.Path)}\nafter", output.Out.ReplaceLineEndings("\n"));
        Assert.Equal("#!connect: py is connected already, to the kernel spec python3.", await cells.FailAsync(PythonCells.Connect));
        Assert.Contains("#!py  python, by the kernel", (await cells.RunAsync("#!lsmagic")).Displays.Single().Content.Data["text/plain"], StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task Outputs_arrive_in_order_and_as_they_are()
    {
        using var cells = await PythonCells.StartAsync();
        var output = await cells.PythonAsync("""
            import sys
            from IPython.display import display, HTML, clear_output
            print("one", flush=True)
            print("two", file=sys.stderr, flush=True)
            shown = display(HTML("<b>a</b>"), display_id="own")
            print("three", flush=True)
            shown.update(HTML("<b>c</b>"))
            display({"application/json": {"a": [1, {"b": None}]}}, raw=True, metadata={"application/json": {"expanded": True}})
            clear_output(wait=True)
            6 * 7
            """);

        Assert.Equal(["stdout", "stderr", "display_data", "stdout", "update_display_data", "display_data", "clear", "execute_result"], output.Events);
        Assert.Equal("one\nthree\n", output.Out);
        Assert.Equal("two\n", output.Error);
        var forwarded = output.Forwarded.ToList();
        Assert.Equal("<b>a</b>", forwarded[0].Content["data"]!["text/html"]!.ToString());
        Assert.Equal("own", forwarded[0].Content["transient"]!["display_id"]!.ToString());
        Assert.Equal("<b>c</b>", forwarded[1].Content["data"]!["text/html"]!.ToString());
        Assert.Equal("own", forwarded[1].Content["transient"]!["display_id"]!.ToString());
        Assert.Equal("""{"a":[1,{"b":null}]}""", forwarded[2].Content["data"]!["application/json"]!.ToJsonString());
        Assert.Equal("true", forwarded[2].Content["metadata"]!["application/json"]!["expanded"]!.ToString());
        Assert.Equal("42", forwarded[3].Content["data"]!["text/plain"]!.ToString());
    }

    [SkippableFact]
    public async Task A_result_that_is_not_the_cells_is_shown()
    {
        using var cells = await PythonCells.StartAsync();
        var output = await cells.RunAsync("#!py\n6 * 7\n#!csharp\n1 + 1");

        Assert.Equal(["display_data", "result"], output.Events);
        Assert.Equal("""{"data":{"text/plain":"42"},"metadata":{},"transient":{}}""", output.Forwarded.Single().Content.ToJsonString());
    }

    [SkippableFact]
    public async Task A_help_page_is_shown()
    {
        using var cells = await PythonCells.StartAsync();

        Assert.Contains("number of items", (await cells.PythonAsync("len?")).Forwarded.Single().Content["data"]!["text/plain"]!.ToString(), StringComparison.OrdinalIgnoreCase);
    }

    [SkippableFact]
    public async Task A_picture_arrives()
    {
        using var cells = await PythonCells.StartAsync("matplotlib");
        var output = await cells.PythonAsync("%matplotlib inline\nimport matplotlib.pyplot as plt\nplt.figure(figsize=(1, 1))\nplt.plot([1, 2])\nplt.show()");

        var picture = Convert.FromBase64String(output.Forwarded.Single().Content["data"]!["image/png"]!.ToString().Trim());
        Assert.Equal([0x89, (byte)'P', (byte)'N', (byte)'G'], picture[..4]);
    }

    [SkippableFact]
    public async Task An_error_is_the_kernels_own()
    {
        using var cells = await PythonCells.StartAsync();
        var (error, output) = await cells.Cells.TryAsync("#!py\nprint('before')\n1/0\n#!csharp\nConsole.Write(\"never\");");

        Assert.Equal("ZeroDivisionError", error!.Name);
        Assert.Equal("division by zero", error.Value);
        Assert.Contains(error.Traceback, line => line.Contains("ZeroDivisionError", StringComparison.Ordinal));
        Assert.Equal("before\n", output.Out);
        Assert.Equal("5", await cells.PrintAsync("2 + 3"));
    }

    [SkippableFact]
    public async Task Input_is_asked_for_and_arrives()
    {
        using var cells = await PythonCells.StartAsync();
        var output = new RecordedOutput();
        output.Answers.Enqueue("Ada");
        output.Answers.Enqueue("secret");
        var (error, _) = await cells.Cells.TryAsync("#!py\nimport getpass\nprint(input('who? ') + getpass.getpass('key? '), end='')", output);

        Assert.Null(error);
        Assert.Equal("Adasecret", output.Out);
        Assert.Equal(["ask:who? ", "ask:key? "], output.Events.Take(2));
    }

    [SkippableFact]
    public async Task Input_that_nobody_answers_is_one_error()
    {
        using var cells = await PythonCells.StartAsync();

        Assert.Equal("The code in py asks for input, but there is nobody to ask.", await cells.FailAsync("#!py\nimport time\nanswer = input('who? ')\ntime.sleep(60)"));
        Assert.Equal("ok", await cells.PrintAsync("'ok'"));
    }

    [SkippableTheory]
    [InlineData("while True: pass")]
    [InlineData("import time\ntime.sleep(1000)")]
    [InlineData("import time\nwhile True: time.sleep(0.01)")]
    public async Task An_interrupt_stops_the_code_and_the_kernel_goes_on(string code)
    {
        using var cells = await PythonCells.StartAsync();
        await cells.PythonAsync("kept = 4");
        for (var turn = 0; turn < 3; turn++)
        {
            var (error, _) = await InterruptAsync(cells, code);

            Assert.Equal("Interrupted", error?.Name);
            Assert.Equal("4", await cells.PrintAsync("kept"));
            Assert.Equal("2", await cells.Cells.ValueAsync("1 + 1"));
        }
    }

    [SkippableFact]
    public async Task A_question_can_be_interrupted()
    {
        using var cells = await PythonCells.StartAsync();
        var output = new SilentUser();
        var running = cells.Engine.RunAsync(new CellRun(9, "#!py\nx = input('who? ')", output));
        await output.Asked.WaitAsync(Limit);
        cells.Engine.Interrupt();

        Assert.Equal("Interrupted", (await running.WaitAsync(Limit))?.Name);
        Assert.Equal("ok", await cells.PrintAsync("'ok'"));
    }

    [SkippableFact]
    public async Task Code_that_does_not_stop_is_said_and_the_kernel_can_be_started_anew()
    {
        using var cells = await PythonCells.StartAsync();
        var process = cells.Kernel.ProcessId;
        var (error, output) = await InterruptAsync(cells, "import signal, time\nsignal.signal(signal.SIGINT, signal.SIG_IGN)\nprint('deaf', flush=True)\nwhile True: time.sleep(0.05)");

        Assert.Equal("Interrupted", error?.Name);
        Assert.Contains("py does not stop", output.Error, StringComparison.Ordinal);
        Assert.Contains(PythonCells.Connect, output.Error, StringComparison.Ordinal);
        Assert.Equal("2", await cells.Cells.ValueAsync("1 + 1"));

        await cells.RunAsync(PythonCells.Connect);
        Assert.NotEqual(process, cells.Kernel.ProcessId);
        Assert.Equal("ok", await cells.PrintAsync("'ok'"));
    }

    [SkippableFact]
    public async Task A_kernel_that_dies_is_one_error_and_can_be_connected_anew()
    {
        using var cells = await PythonCells.StartAsync();
        var error = await cells.FailAsync("#!py\nimport os\nos._exit(17)");

        Assert.Contains("The kernel py ended with exit code 17.", error, StringComparison.Ordinal);
        Assert.Contains(PythonCells.Connect + " starts it anew.", error, StringComparison.Ordinal);
        Assert.Equal("Line 1: there is no #!py; #!lsmagic lists what there is.", await cells.FailAsync("#!py\n1"));
        await cells.RunAsync(PythonCells.Connect);
        Assert.Equal("ok", await cells.PrintAsync("'ok'"));
    }

    [SkippableFact]
    public async Task A_kernel_that_died_between_cells_makes_room()
    {
        using var cells = await PythonCells.StartAsync();
        await cells.PythonAsync("import os, threading\nthreading.Timer(0.2, lambda: os._exit(3)).start()");
        for (var tries = 0; tries < 3000 && !cells.Kernel.HasEnded; tries++)
            await Task.Delay(20);

        await cells.RunAsync(PythonCells.Connect);
        Assert.Equal("ok", await cells.PrintAsync("'ok'"));
    }

    [SkippableFact]
    public async Task Nothing_is_left_running()
    {
        int process;
        using (var cells = await PythonCells.StartAsync())
        {
            process = cells.Kernel.ProcessId;
            Assert.True(ConnectTests.IsRunning(process));
        }

        Assert.False(ConnectTests.IsRunning(process));
    }

    [SkippableFact]
    public async Task A_kernel_that_hangs_is_killed_at_the_end()
    {
        int process;
        using (var cells = await PythonCells.StartAsync())
        {
            process = cells.Kernel.ProcessId;
            await InterruptAsync(cells, "import signal, time\nsignal.signal(signal.SIGINT, signal.SIG_IGN)\nprint('deaf', flush=True)\ntime.sleep(1000)");
        }

        Assert.False(ConnectTests.IsRunning(process));
    }

    [SkippableFact]
    public async Task Names_are_completed_and_explained()
    {
        using var cells = await PythonCells.StartAsync();
        await cells.PythonAsync("remembered = 'text'");
        var assistant = Assert.IsAssignableFrom<ICodeAssistant>(cells.Engine.Languages["py"]);
        const string Code = "a = '😀'; remem";

        var completion = await assistant.CompleteAsync(Code, Code.Length, CancellationToken.None);
        Assert.Equal(["remembered"], completion.Items.Select(item => item.Text));
        Assert.Equal((Code.Length - "remem".Length, Code.Length), (completion.Start, completion.End));
        Assert.Contains("str", (await assistant.InspectAsync("remembered", 3, false, CancellationToken.None))!.Data["text/plain"], StringComparison.Ordinal);
        Assert.Null(await assistant.InspectAsync("nothere", 3, true, CancellationToken.None));
    }

    private static async Task<(CellError? Error, RecordedOutput Output)> InterruptAsync(PythonCells cells, string code)
    {
        var output = new RecordedOutput();
        var running = cells.Cells.TryAsync("#!py\nprint('begun', flush=True)\n" + code, output);
        var sign = code.Contains("deaf", StringComparison.Ordinal) ? "begun\ndeaf" : "begun";
        while (!output.Out.StartsWith(sign, StringComparison.Ordinal))
        {
            Assert.False(running.IsCompleted);
            await Task.Delay(10);
        }

        cells.Engine.Interrupt();
        return await running.WaitAsync(Limit);
    }
}
