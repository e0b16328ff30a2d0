using System.Diagnostics;
using System.Text;

namespace ICAE.Lab.Jupyter.Tests;

/// <summary>The client and the process against the kernel of IPython.</summary>
public sealed class PythonKernelTests : IDisposable
{
    private readonly CancellationTokenSource _limit = new(TimeSpan.FromSeconds(120));

    public void Dispose() => _limit.Dispose();

    [SkippableFact]
    public async Task Code_runs_and_its_outputs_arrive()
    {
        await using var kernel = await StartAsync();
        var types = new List<string>();
        var text = new StringBuilder();
        var code = """
            import sys
            from IPython.display import display, HTML, clear_output
            print("one")
            print("two", file=sys.stderr)
            h = display(HTML("<b>a</b>"), display_id=True)
            h.update(HTML("<b>c</b>"))
            clear_output(wait=True)
            print("half \ud83d pair" if False else "end")
            6 * 7
            """;

        var result = await kernel.Client.ExecuteAsync(new ExecuteRequest(code), message =>
        {
            types.Add(message.Type);
            text.Append(message.Content["text"]);
        }, null, _limit.Token);

        Assert.True(result.Succeeded, result.ErrorValue);
        Assert.Equal(1, result.ExecutionCount);
        Assert.Contains("one", text.ToString());
        Assert.Contains("two", text.ToString());
        Assert.Contains("display_data", types);
        Assert.Contains("update_display_data", types);
        Assert.Contains("clear_output", types);
        Assert.Contains("execute_result", types);
        Assert.Equal("python", kernel.Info["language_info"]!["name"]!.ToString());
    }

    [SkippableFact]
    public async Task Errors_questions_completion_and_inspection()
    {
        await using var kernel = await StartAsync();

        var failed = await kernel.Client.ExecuteAsync(new ExecuteRequest("1/0"), cancellationToken: _limit.Token);
        Assert.Equal("ZeroDivisionError", failed.ErrorName);
        Assert.NotEmpty(failed.Traceback);

        var text = new StringBuilder();
        await kernel.Client.ExecuteAsync(new ExecuteRequest("print(input('who? ').upper())"), message => text.Append(message.Content["text"]), (question, _) => Task.FromResult("ada " + question.Prompt), _limit.Token);
        Assert.Equal("ADA WHO? \n", text.ToString());

        var refused = await kernel.Client.ExecuteAsync(new ExecuteRequest("input()"), cancellationToken: _limit.Token);
        Assert.Equal("StdinNotImplementedError", refused.ErrorName);

        var completion = await kernel.Client.CompleteAsync("impor", 5, _limit.Token);
        Assert.Contains("import", completion["matches"]!.AsArray().Select(match => match!.ToString().Trim()));
        Assert.Equal("true", (await kernel.Client.InspectAsync("print", 5, cancellationToken: _limit.Token))["found"]!.ToString());
        Assert.Equal("incomplete", (await kernel.Client.IsCompleteAsync("for i in x:", _limit.Token))["status"]!.ToString());
        Assert.NotNull((await kernel.Client.HistoryAsync(5, cancellationToken: _limit.Token))["history"]);
    }

    [SkippableFact]
    public async Task An_interrupt_stops_the_code_and_the_kernel_goes_on()
    {
        await using var kernel = await StartAsync();
        var started = new TaskCompletionSource();
        var running = kernel.Client.ExecuteAsync(new ExecuteRequest("print('on')\nwhile True: pass"), message => _ = message.Type == "stream" && started.TrySetResult(), null, _limit.Token);
        await started.Task.WaitAsync(_limit.Token);

        await kernel.InterruptAsync(_limit.Token);

        Assert.Equal("KeyboardInterrupt", (await running).ErrorName);
        Assert.True((await kernel.Client.ExecuteAsync(new ExecuteRequest("x = 1"), cancellationToken: _limit.Token)).Succeeded);
    }

    [SkippableFact]
    public async Task A_kernel_that_dies_is_noticed()
    {
        await using var kernel = await StartAsync();

        var error = await Assert.ThrowsAsync<KernelDiedException>(() => kernel.Client.ExecuteAsync(
            new ExecuteRequest("import os\nos._exit(17)"), cancellationToken: _limit.Token));

        Assert.Contains("exit code 17", error.Message);
        await kernel.Exited.WaitAsync(_limit.Token);
        await Assert.ThrowsAsync<KernelDiedException>(() => kernel.Client.ExecuteAsync(new ExecuteRequest("1"), cancellationToken: _limit.Token));
    }

    [SkippableFact]
    public async Task Shutdown_ends_the_process_and_what_hangs_is_killed()
    {
        await using var kernel = await StartAsync();
        await kernel.ShutdownAsync();
        Assert.True(kernel.Exited.IsCompletedSuccessfully);

        await using var hanging = await StartAsync();
        _ = hanging.Client.ExecuteAsync(new ExecuteRequest("import signal, time\nsignal.signal(signal.SIGINT, signal.SIG_IGN)\nprint('on')\ntime.sleep(1000)"));
        var watch = Stopwatch.StartNew();
        await hanging.ShutdownAsync(TimeSpan.FromSeconds(2));
        Assert.True(hanging.Exited.IsCompletedSuccessfully);
        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(60));
    }

    [SkippableFact]
    public async Task The_connection_file_is_the_users_alone_and_goes_with_the_kernel()
    {
        string path;
        await using (var kernel = await StartAsync())
        {
            var text = new StringBuilder();
            await kernel.Client.ExecuteAsync(
                new ExecuteRequest("import ipykernel.kernelapp\nprint(ipykernel.kernelapp.IPKernelApp.instance().abs_connection_file, end='')"), message => text.Append(message.Content["text"]), null, _limit.Token);
            path = text.ToString();
            if (!OperatingSystem.IsWindows())
            {
                Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(path));

                // ipykernel sets the sticky bit.
                var mode = File.GetUnixFileMode(Path.GetDirectoryName(path)!) & ~UnixFileMode.StickyBit;
                Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, mode);
            }
        }

        Assert.False(Directory.Exists(Path.GetDirectoryName(path)));
    }

    [Fact]
    public async Task A_program_that_is_not_there_is_one_error()
    {
        var error = await Assert.ThrowsAsync<JupyterException>(() => KernelProcess.StartAsync(Launch("/no/such/program"), _limit.Token));

        Assert.Contains("/no/such/program", error.Message);
    }

    [SkippableFact]
    public async Task A_program_that_ends_at_once_is_told_with_its_error()
    {
        Skip.IfNot(File.Exists("/bin/sh"), "There is no /bin/sh.");

        var error = await Assert.ThrowsAsync<KernelDiedException>(() => KernelProcess.StartAsync(Launch("/bin/sh", "-c", "echo why it ends >&2; exit 3"), _limit.Token));

        Assert.Contains("exit code 3", error.Message);
        Assert.Contains("why it ends", error.Message);
    }

    [SkippableFact]
    public async Task A_program_that_never_answers_is_ended()
    {
        Skip.IfNot(File.Exists("/bin/sh"), "There is no /bin/sh.");
        var launch = Launch("/bin/sh", "-c", "sleep 1000") with { ReadyLimit = TimeSpan.FromSeconds(2) };

        var error = await Assert.ThrowsAsync<JupyterException>(() => KernelProcess.StartAsync(launch, _limit.Token));

        Assert.Contains("did not answer", error.Message);
    }

    private static KernelLaunch Launch(params string[] command) =>
        new() { Name = "test", Spec = new KernelSpec { Arguments = [.. command, "{connection_file}"], DisplayName = "Test", Language = "none" } };

    private async Task<KernelProcess> StartAsync()
    {
        var spec = new KernelSpecStore().Find("python3");
        Skip.If(spec is null, "No Jupyter kernel named python3 is installed (Debian: python3-ipykernel).");
        return await KernelProcess.StartAsync(new KernelLaunch { Spec = spec, Name = "python3" }, _limit.Token);
    }
}
