using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text.Json.Nodes;
using ICAE.Lab.Jupyter;

namespace ICAE.Lab.Kernel.Tests.Protocol;

/// <summary>The kernel as a process of its own, over its sockets.</summary>
[Collection("cells")]
public sealed class KernelProgramTests : IAsyncLifetime, IDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(1);
    private readonly TemporaryFolder _folder = new();
    private KernelProcess _kernel = null!;

    public async Task InitializeAsync() => _kernel = await KernelPrograms.StartAsync(_folder.Path);

    public async Task DisposeAsync() => await _kernel.DisposeAsync();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task It_says_what_it_is()
    {
        Assert.Equal("C#", _kernel.Info["language_info"]!["name"]!.ToString());
        Assert.Equal("5.3", _kernel.Info["protocol_version"]!.ToString());
        var again = await _kernel.Client.RequestAsync(JupyterChannel.Control, "kernel_info_request", []).WaitAsync(Limit);
        Assert.Equal("ok", again["status"]!.ToString());
    }

    [Fact]
    public async Task Output_value_and_error_arrive_in_order()
    {
        var types = new List<string>();
        var result = await _kernel.RunAsync("Console.Write(1); display(2); Console.Error.Write(3); 4", message => types.Add(message.Type));

        Assert.True(result.Succeeded);
        Assert.Equal(1, result.ExecutionCount);
        Assert.Equal(["status", "execute_input", "stream", "display_data", "stream", "execute_result", "status"], types);

        types.Clear();
        result = await _kernel.RunAsync("throw new Exception(\"no\");", message => types.Add(message.Type));
        Assert.Equal(("error", "System.Exception", "no"), (result.Status, result.ErrorName, result.ErrorValue));
        Assert.Equal(["status", "execute_input", "error", "status"], types);
    }

    [SkippableFact]
    public async Task What_native_code_and_child_processes_write_arrives_in_the_cell()
    {
        Skip.If(OperatingSystem.IsWindows(), "Descriptors are replaced on Unix only.");
        var text = new List<string>();
        const string Code = """
            [System.Runtime.InteropServices.DllImport("libc")] static extern int puts(string text);
            [System.Runtime.InteropServices.DllImport("libc")] static extern nint write(int file, byte[] bytes, nint count);
            puts("buffered");
            write(2, Encoding.UTF8.GetBytes("straight"), 8);
            System.Diagnostics.Process.Start("/bin/echo", "child").WaitForExit();
            """;
        await _kernel.RunAsync(Code, message => text.Add(message.Type == "stream" ? $"{message.Content["name"]}: {message.Content["text"]}" : ""));
        var all = string.Concat(text);

        Assert.Contains("buffered", all, StringComparison.Ordinal);
        Assert.Contains("stderr: straight", all, StringComparison.Ordinal);
        Assert.Contains("child", all, StringComparison.Ordinal);

        // If the kernel crashed now, this is where it would be looked for.
        await WaitForErrorAsync("straight");
        Assert.Equal("straight", _kernel.StandardError);
    }

    [Fact]
    public async Task Requests_behind_a_cell_that_fails_are_dropped()
    {
        var first = _kernel.RunAsync("await Task.Delay(300); throw new Exception(\"stop\");");
        var second = _kernel.RunAsync("var never = 1;");
        var completed = _kernel.Client.CompleteAsync("Mat", 3);

        Assert.Equal("error", (await first).Status);
        Assert.Equal("aborted", (await second).Status);
        Assert.Equal("ok", (await completed.WaitAsync(Limit))["status"]!.ToString());
        Assert.Equal("2", await _kernel.ValueAsync("1 + 1"));
    }

    [Fact]
    public async Task A_silent_request_shows_and_counts_nothing()
    {
        var types = new List<string>();
        await _kernel.Client.ExecuteAsync(new ExecuteRequest("Console.Write(1); var quiet = 5; 3", Silent: true), message => types.Add(message.Type)).WaitAsync(Limit);

        Assert.Equal(["status", "status"], types);
        Assert.Equal("5", await _kernel.ValueAsync("quiet"));
        Assert.Single((JsonArray)(await _kernel.Client.HistoryAsync(10))["history"]!);
    }

    [Fact]
    public async Task Expressions_of_the_front_end_are_evaluated()
    {
        var content = new JsonObject { ["code"] = "var x = 20;", ["user_expressions"] = new JsonObject { ["a"] = "x + 1", ["b"] = "nothere" } };
        var reply = await _kernel.Client.RequestAsync(JupyterChannel.Shell, "execute_request", content).WaitAsync(Limit);

        Assert.Equal("21", reply["user_expressions"]!["a"]!["data"]!["text/plain"]!.ToString());
        Assert.Equal("error", reply["user_expressions"]!["b"]!["status"]!.ToString());
    }

    [Fact]
    public async Task Places_are_counted_in_code_points()
    {
        const string Code = "var s = \"😀\"; Math.Clam";
        var reply = await _kernel.Client.CompleteAsync(Code, Code.Length - 1).WaitAsync(Limit);

        Assert.Equal("Clamp", Assert.Single((JsonArray)reply["matches"]!)!.ToString());
        Assert.Equal(Code.Length - 5, (int)reply["cursor_start"]!);
        Assert.Equal(Code.Length - 1, (int)reply["cursor_end"]!);
    }

    [Fact]
    public async Task Names_behind_a_mark_are_completed()
    {
        var reply = await _kernel.Client.CompleteAsync("var x = 1;\n#!mark", 17).WaitAsync(Limit);

        Assert.Equal(["#!markdown"], ((JsonArray)reply["matches"]!).Select(match => match!.ToString()));
        Assert.Equal(11, (int)reply["cursor_start"]!);
    }

    [Fact]
    public async Task Input_is_asked_for_where_the_front_end_answers()
    {
        var result = await _kernel.Client.ExecuteAsync(
            new ExecuteRequest("var name = await GetInputAsync(\"name?\"); if (name != \"Ada name?\") throw new Exception(name);"),
            null,
            (question, _) => Task.FromResult($"Ada {question.Prompt}")).WaitAsync(Limit);
        Assert.True(result.Succeeded, result.ErrorValue);

        var refused = await _kernel.RunAsync("Console.ReadLine()");
        Assert.Contains("nobody to ask", refused.ErrorValue, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_interrupt_ends_a_question()
    {
        var asked = new TaskCompletionSource();
        var run = _kernel.Client.ExecuteAsync(new ExecuteRequest("Console.ReadLine()"), null, async (_, token) =>
        {
            asked.SetResult();
            await _kernel.InterruptAsync(token);
            return "late";
        });
        await asked.Task.WaitAsync(Limit);

        Assert.Equal("Interrupted", (await run.WaitAsync(Limit)).ErrorName);
        Assert.Equal("3", await _kernel.ValueAsync("1 + 2"));
    }

    [Fact]
    public async Task An_interrupt_stops_a_cell_and_drops_those_behind_it()
    {
        var begun = new TaskCompletionSource();
        var run = _kernel.RunAsync("Console.Write(1); while (true) { }", message => Begin(message, begun));
        await begun.Task.WaitAsync(Limit);
        var waiting = _kernel.RunAsync("var never = 1;");
        await _kernel.InterruptAsync().WaitAsync(Limit);

        Assert.Equal("Interrupted", (await run).ErrorName);
        Assert.Equal("aborted", (await waiting).Status);
        Assert.Equal("3", await _kernel.ValueAsync("1 + 2"));
    }

    [SkippableFact]
    public async Task A_signal_interrupts_as_a_message_does()
    {
        Skip.If(OperatingSystem.IsWindows(), "Windows has no such signal.");
        await using var kernel = await KernelPrograms.StartAsync(_folder.Path, InterruptMode.Signal);
        for (var turn = 0; turn < 3; turn++)
        {
            var begun = new TaskCompletionSource();
            var run = kernel.RunAsync("Console.Write(1); while (true) { }", message => Begin(message, begun));
            await begun.Task.WaitAsync(Limit);
            await kernel.InterruptAsync();
            Assert.Equal("Interrupted", (await run).ErrorName);
        }

        Assert.Equal("3", await kernel.ValueAsync("1 + 2"));
    }

    [SkippableFact]
    public async Task A_crash_is_told_with_what_is_known_of_it()
    {
        Skip.If(OperatingSystem.IsWindows(), "Descriptors are replaced on Unix only.");
        var go = _folder.File("go");
        var code = WriteError("last words") + $"while (!System.IO.File.Exists(\"{go}\")) System.Threading.Thread.Sleep(10); Environment.FailFast(\"enough\");";
        var run = _kernel.RunAsync(code);
        await WaitForErrorAsync("last words");
        await File.WriteAllTextAsync(go, "");
        var error = await Assert.ThrowsAsync<KernelDiedException>(() => run);

        Assert.Contains("exit code 134", error.Message, StringComparison.Ordinal);
        Assert.Contains("what native code wrote last may be missing", error.Message, StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task The_log_does_not_wait_for_the_lock_of_the_console()
    {
        Skip.If(OperatingSystem.IsWindows(), "Descriptors are replaced on Unix only.");
        var go = _folder.File("go");
        var run = _kernel.RunAsync($"lock (Console.Out) {{ {WriteError("held")} while (!System.IO.File.Exists(\"{go}\")) System.Threading.Thread.Sleep(10); }}");
        await WaitForErrorAsync("held");
        await File.WriteAllTextAsync(go, "");

        Assert.True((await run).Succeeded);
    }

    [SkippableFact]
    public async Task A_standard_error_that_nobody_reads_holds_nothing_up()
    {
        Skip.If(OperatingSystem.IsWindows(), "Descriptors are replaced on Unix only.");
        await RunAloneAsync(WithOwnError, async (_, connection, client) =>
        {
            using var forger = new JupyterClient(connection with { Key = "another" });
            Assert.True((await client.ExecuteAsync(new ExecuteRequest(WriteError(new string('x', 1 << 20)) + "Console.Write(1);")).WaitAsync(Limit)).Succeeded);
            forger.Send("x_request", []);

            Assert.True((await client.ExecuteAsync(new ExecuteRequest("Console.Write(2);")).WaitAsync(Limit)).Succeeded);
        });
    }

    [SkippableFact]
    public async Task A_kernel_whose_ports_were_taken_in_the_meantime_gets_others()
    {
        Skip.IfNot(File.Exists("/bin/sh"), "There is no /bin/sh.");
        const string Script = "if [ ! -e first ]; then cp \"$2\" copy; mv copy first; while [ ! -e go ]; do sleep .05; done; fi; exec dotnet \"$1\" \"$2\"";
        var spec = KernelPrograms.Spec();
        var launch = new KernelLaunch { Spec = new KernelSpec { Arguments = ["/bin/sh", "-c", Script, "sh", spec.Arguments[1], "{connection_file}"], DisplayName = "Slow", Language = "C#" }, WorkingFolder = _folder.Path };
        var starting = KernelProcess.StartAsync(launch);
        while (!File.Exists(_folder.File("first")) && !starting.IsCompleted)
            await Task.Delay(20);

        using var other = new TcpListener(IPAddress.Loopback, ConnectionFile.Read(_folder.File("first")).ControlPort);
        other.Start();
        await File.WriteAllTextAsync(_folder.File("go"), "");

        await using var kernel = await starting.WaitAsync(Limit);
        Assert.Equal("2", await kernel.ValueAsync("1 + 1"));
    }

    [SkippableFact]
    public async Task It_runs_without_a_standard_error()
    {
        Skip.IfNot(File.Exists("/bin/sh"), "There is no /bin/sh.");
        await RunAloneAsync(file => new ProcessStartInfo("/bin/sh", ["-c", "exec dotnet \"$1\" \"$2\" 2>&-", "sh", KernelPrograms.Spec().Arguments[1], file]), async (_, _, client) =>
        {
            // The runtime has a file of its own at the number, which it does not hand to children; it must be left alone.
            const string Code = "Console.Error.Write(1); [System.Runtime.InteropServices.DllImport(\"libc\")] static extern int fcntl(int file, int command); fcntl(2, 1)";
            var flags = "";
            Assert.True((await client.ExecuteAsync(new ExecuteRequest(Code), message => flags = message.Type == "execute_result" ? message.Content["data"]!["text/plain"]!.ToString() : flags).WaitAsync(Limit)).Succeeded);
            Assert.True(flags is "1" or "-1", flags);
        });
    }

    [Theory]
    [InlineData("while (true) { }")]
    [InlineData("Parallel.For(0, 4, _ => { while (true) { } });")]
    public async Task A_thread_of_a_stopped_cell_ends_alone(string code)
    {
        var begun = new TaskCompletionSource();
        await _kernel.RunAsync($"var thread = new System.Threading.Thread(() => {{ {code} }});");
        var run = _kernel.RunAsync("thread.Start(); Console.Write(1); while (true) { }", message => Begin(message, begun));
        await begun.Task.WaitAsync(Limit);
        await _kernel.InterruptAsync().WaitAsync(Limit);

        Assert.Equal("Interrupted", (await run).ErrorName);
        Assert.Equal("True", await _kernel.ValueAsync("thread.Join(20_000)"));
        await WaitForErrorAsync("was stopped");
    }

    [Fact]
    public async Task An_output_that_no_client_would_take_is_replaced_by_a_note()
    {
        var shown = new List<string>();
        var result = await _kernel.RunAsync(
            "var shown = display(1); var large = new string('é', 25 << 20); HTML(large).Display(); shown.Update(large); \"still here\".Display(); HTML(new string('y', 49 << 20))",
            message => shown.Add(message.Content["data"] is JsonObject data ? $"{message.Type} {string.Join(' ', data.Select(form => $"{form.Key} {form.Value}"))}" : ""));

        Assert.True(result.Succeeded, result.ErrorValue);
        Assert.Contains("display_data text/plain (An output was left out: it has 50.0 MiB, and a message to the front end may have 48.)", shown);
        Assert.Contains(shown, text => text.StartsWith("update_display_data text/plain (An output was left out:", StringComparison.Ordinal));
        Assert.Contains(shown, text => text.StartsWith("execute_result text/plain (An output was left out: it has 49.0 MiB", StringComparison.Ordinal));
        Assert.Contains("display_data text/plain still here", shown);
    }

    [Fact]
    public async Task An_error_that_no_client_would_take_is_cut()
    {
        var types = new List<string>();
        var result = await _kernel.RunAsync("throw new Exception(new string('x', 34 << 20));", message => types.Add(message.Type));

        Assert.Equal("System.Exception", result.ErrorName);
        Assert.EndsWith("… (the first 1048576 of 35651584 characters)", result.ErrorValue, StringComparison.Ordinal);
        Assert.Equal(["status", "execute_input", "error", "status"], types);
    }

    [Fact]
    public async Task A_message_of_a_comm_that_no_client_would_take_is_left_out_while_no_cell_runs()
    {
        var told = new TaskCompletionSource<string>();
        await _kernel.RunAsync("var comm = ICAE.Lab.Kernel.Comm.Open(\"page\"); var large = new string('é', 25 << 20);");
        _kernel.Client.Published += message =>
        {
            if (message.Type is "stream" or "comm_msg")
                told.TrySetResult(message.Type + " " + message.Content["text"]);
        };
        await _kernel.RunAsync("_ = Task.Run(async () => { await Task.Delay(500); comm.Send(large); });");

        Assert.StartsWith("stream A message of the kind comm_msg was left out: it has 50.0 MiB", await told.Task.WaitAsync(Limit), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Cultures_can_be_named() => Assert.Equal("de-DE", await _kernel.ValueAsync("new System.Globalization.CultureInfo(\"de-DE\").Name"));

    [Fact]
    public async Task A_comm_that_a_cell_waits_for_is_answered_and_others_are_closed()
    {
        await _kernel.RunAsync("var said = \"\"; ICAE.Lab.Kernel.Comm.Register(\"echo\", comm => { said += comm.Data; comm.Received += data => { said += data; comm.Send(\"back\"); }; });");
        var messages = new List<string>();
        var back = new TaskCompletionSource();
        var closed = new TaskCompletionSource();
        _kernel.Client.Published += message =>
        {
            if (message.Type == "comm_msg")
                back.TrySetResult();

            if (message.Type == "comm_close")
                closed.TrySetResult();
        };
        _kernel.Client.Send("comm_open", new JsonObject { ["comm_id"] = "c1", ["target_name"] = "echo", ["data"] = "a" });
        _kernel.Client.Send("comm_msg", new JsonObject { ["comm_id"] = "c1", ["data"] = "b" });
        await back.Task.WaitAsync(Limit);

        Assert.Equal("ab", await _kernel.ValueAsync("said"));
        var info = await _kernel.Client.RequestAsync(JupyterChannel.Shell, "comm_info_request", []).WaitAsync(Limit);
        Assert.Equal("echo", info["comms"]!["c1"]!["target_name"]!.ToString());
        _kernel.Client.Send("comm_open", new JsonObject { ["comm_id"] = "c2", ["target_name"] = "nobody", ["data"] = new JsonObject() });
        await closed.Task.WaitAsync(Limit);
    }

    [Fact]
    public async Task It_ends_when_asked_and_when_its_parent_is_gone()
    {
        await _kernel.Client.ShutdownAsync().WaitAsync(Limit);
        await _kernel.Exited.WaitAsync(Limit);

        using var parent = Process.Start(new ProcessStartInfo("dotnet", "--version") { RedirectStandardOutput = true })!;
        await parent.WaitForExitAsync();
        var launch = new KernelLaunch { Spec = KernelPrograms.Spec(), Name = KernelPrograms.Name, Environment = new Dictionary<string, string> { ["JPY_PARENT_PID"] = $"{parent.Id}" } };
        await Assert.ThrowsAnyAsync<JupyterException>(async () =>
        {
            await using var orphan = await KernelProcess.StartAsync(launch);
            await orphan.Exited.WaitAsync(Limit);
            throw new JupyterException("It ended by itself.");
        });
    }

    [Fact]
    public async Task Five_hundred_cells_add_less_than_300_megabytes()
    {
        for (var cell = 0; cell < 5; cell++)
            await _kernel.RunAsync("1 + 1");

        var before = Resident();
        for (var cell = 0; cell < 500; cell++)
            Assert.True((await _kernel.RunAsync($"var v{cell} = {cell}; v{cell}")).Succeeded);

        var added = (Resident() - before) >> 20;
        Assert.True(added < 300, $"{added} MiB");
        Assert.Equal("499", await _kernel.ValueAsync("v499"));
    }

    [Fact]
    public Task Messages_that_are_not_signed_right_are_dropped_and_logged() => RunAloneAsync(WithOwnError, async (process, connection, client) =>
    {
        using var forger = new JupyterClient(connection with { Key = "another" });
        forger.Send("execute_request", new JsonObject { ["code"] = "Environment.Exit(3)" });
        var line = await process.StandardError.ReadLineAsync().WaitAsync(Limit);

        Assert.Contains("BadSignature", line, StringComparison.Ordinal);
        Assert.True((await client.ExecuteAsync(new ExecuteRequest("1 + 1")).WaitAsync(Limit)).Succeeded);
    });

    [SkippableFact]
    public async Task A_log_that_others_write_too_loses_nothing()
    {
        Skip.IfNot(File.Exists("/bin/sh"), "There is no /bin/sh.");
        var connection = ConnectionFile.Create();
        connection.Write(_folder.File("connection.json"));
        var log = _folder.File("log");
        const string Script = "exec 2>\"$1\"; dotnet \"$2\" \"$3\" & while read line; do echo \"$line\" >&2; done; wait";
        var start = new ProcessStartInfo("/bin/sh", ["-c", Script, "sh", log, KernelPrograms.Spec().Arguments[1], _folder.File("connection.json")]) { RedirectStandardInput = true };
        using var process = Process.Start(start)!;
        using var client = new JupyterClient(connection);
        await client.WaitUntilReadyAsync().WaitAsync(Limit);
        using var forger = new JupyterClient(connection with { Key = "another" });
        for (var turn = 1; turn <= 3; turn++)
        {
            forger.Send("x_request", []);
            await WaitForAsync(log, "BadSignature", turn);
            await process.StandardInput.WriteLineAsync("a line of another program");
            await process.StandardInput.FlushAsync();
            await WaitForAsync(log, "a line of another program", turn);
        }

        process.StandardInput.Close();
        await client.ShutdownAsync().WaitAsync(Limit);
        await process.WaitForExitAsync().WaitAsync(Limit);
    }

    [Theory]
    [InlineData("")]
    [InlineData("--help")]
    [InlineData("/nothere/connection.json")]
    public async Task Without_a_connection_it_says_why_and_ends(string argument)
    {
        var start = new ProcessStartInfo("dotnet", [KernelPrograms.Spec().Arguments[1], .. argument.Length > 0 ? [argument] : (string[])[]]) { RedirectStandardError = true };
        using var process = Process.Start(start)!;
        var error = await process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();

        Assert.Equal(argument.StartsWith('/') ? 1 : 2, process.ExitCode);
        Assert.Contains(argument.StartsWith('/') ? argument : "CONNECTION_FILE", error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", error, StringComparison.Ordinal);
    }

    /// <summary>How a kernel is started whose standard error is a pipe that nobody reads but the test.</summary>
    private static ProcessStartInfo WithOwnError(string connectionFile) => new("dotnet", [KernelPrograms.Spec().Arguments[1], connectionFile]) { RedirectStandardError = true };

    /// <summary>Runs a kernel apart from the tests' own until it has been shut down and has ended in order.</summary>
    private async Task RunAloneAsync(Func<string, ProcessStartInfo> start, Func<Process, ConnectionFile, JupyterClient, Task> use)
    {
        var connection = ConnectionFile.Create();
        var file = _folder.File("connection.json");
        connection.Write(file);
        using var process = Process.Start(start(file))!;
        try
        {
            using var client = new JupyterClient(connection);
            await client.WaitUntilReadyAsync().WaitAsync(Limit);
            await use(process, connection, client);
            await client.ShutdownAsync().WaitAsync(Limit);
            await process.WaitForExitAsync().WaitAsync(Limit);
            Assert.Equal(0, process.ExitCode);
        }
        finally
        {
            process.Kill();
        }
    }

    /// <summary>C# that writes to the descriptor of standard error, as native code does.</summary>
    private static string WriteError(string text) =>
        $"[System.Runtime.InteropServices.DllImport(\"libc\")] static extern nint write(int file, byte[] bytes, nint count); write(2, Encoding.UTF8.GetBytes(\"{text}\"), {text.Length});";

    /// <summary>Waits until a text has arrived at the standard error that the kernel was started with.</summary>
    private async Task WaitForErrorAsync(string text)
    {
        for (var tries = 0; tries < 1000 && !_kernel.StandardError.Contains(text, StringComparison.Ordinal); tries++)
            await Task.Delay(20);

        Assert.Contains(text, _kernel.StandardError, StringComparison.Ordinal);
    }

    private static async Task WaitForAsync(string log, string text, int count)
    {
        using var limit = new CancellationTokenSource(Limit);
        while ((await File.ReadAllTextAsync(log, limit.Token)).Split(text).Length - 1 != count)
            await Task.Delay(20, limit.Token);
    }

    private long Resident()
    {
        using var process = Process.GetProcessById(_kernel.Id);
        return process.WorkingSet64;
    }

    private static void Begin(JupyterMessage message, TaskCompletionSource begun)
    {
        if (message.Type == "stream")
            begun.TrySetResult();
    }
}
