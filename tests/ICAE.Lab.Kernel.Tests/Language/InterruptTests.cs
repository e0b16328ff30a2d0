using System.IO.Pipes;
using ICAE.Lab.Kernel.Language;

namespace ICAE.Lab.Kernel.Tests.Language;

/// <summary>An interrupt stops a cell, and the next one works.</summary>
[Collection("cells")]
public sealed class InterruptTests : IDisposable
{
    // What the library promises is two seconds; the machine that tests may be busy.
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);
    private readonly Cells _cells = new();

    public InterruptTests() => HostConsole.Install(static _ => { });

    public void Dispose() => _cells.Dispose();

    [Theory]
    [InlineData("while (true) { }")]
    [InlineData("while (true) { n++; }")]
    [InlineData("System.Threading.Thread.Sleep(-1);")]
    [InlineData("await Task.Delay(-1);")]
    [InlineData("while (true) { n++; await Task.Delay(10); }")]
    [InlineData("while (true) { await Task.Yield(); n++; }")]
    [InlineData("while (true) Console.WriteLine(n++);")]
    [InlineData("while (true) { try { while (true) n++; } catch { } }")]
    [InlineData("Task.Delay(-1).Wait();")]
    [InlineData("new System.Threading.ManualResetEvent(false).WaitOne();")]
    [InlineData("while (true) { try { System.Threading.Thread.Sleep(1000); } catch { } }")]
    [InlineData("lock (gate) { while (true) n++; }")]
    [InlineData("while (true) display(n++);")]
    [InlineData("Action spin = () => { while (true) n++; }; spin();")]
    [InlineData("again: { n++; } goto again;")]
    [InlineData("((IProgress<int>)new Progress<int>(_ => { while (true) n++; })).Report(1); await Task.Delay(-1);")]
    [InlineData("Parallel.For(0, 2, _ => { while (true) n++; });")]
    [InlineData("Enumerable.Range(0, int.MaxValue).SelectMany(_ => Enumerable.Range(0, int.MaxValue)).Count(x => { return x < n; });")]
    public async Task A_cell_is_stopped(string code)
    {
        await _cells.RunAsync("long n = 0; var gate = new object();");
        var error = await InterruptAsync(code);

        Assert.Equal("Interrupted", error?.Name);
        var before = await _cells.ValueAsync("n");
        await Task.Delay(50);
        Assert.Equal(before, await _cells.ValueAsync("n"));
        Assert.Equal("3", await _cells.ValueAsync("await Task.Delay(1); System.Threading.Thread.Sleep(1); lock (gate) { } 1 + 2"));
        Assert.Empty(_cells.Faults);
    }

    [Fact]
    public async Task What_a_stopped_cell_left_on_other_threads_stays_stopped()
    {
        await _cells.RunAsync("long n = 0; var go = new System.Threading.ManualResetEventSlim();");
        await InterruptAsync("_ = Task.Run(() => { go.Wait(); while (true) n++; }); while (true) { }");

        Assert.Equal("0", await _cells.ValueAsync("go.Set(); await Task.Delay(300); n"));
        Assert.Equal("3", await _cells.ValueAsync("long m = 0; await Task.Run(() => { while (m < 3) m++; }); m"));
    }

    [Fact]
    public async Task What_a_stopped_cell_left_may_call_what_later_cells_give_it()
    {
        await _cells.RunAsync("long n = 0; Action raised = null; var go = new System.Threading.ManualResetEventSlim();");
        await InterruptAsync("_ = Task.Run(() => { go.Wait(); raised(); }); while (true) { }");

        Assert.Equal("3", await _cells.ValueAsync("var done = new TaskCompletionSource(); raised = () => { for (var i = 0; i < 3; i++) n++; done.SetResult(); }; go.Set(); await done.Task.WaitAsync(TimeSpan.FromSeconds(10)); n"));
    }

    [Fact]
    public async Task Threads_that_belong_to_no_cell_go_on()
    {
        await _cells.RunAsync("""
            var end = false;
            var failed = "no";
            var thread = new System.Threading.Thread(() =>
            {
                try
                {
                    while (!System.Threading.Volatile.Read(ref end))
                        System.Threading.Thread.Sleep(5);
                }
                catch (Exception error)
                {
                    failed = error.Message;
                }
            });
            thread.UnsafeStart();
            """);
        await InterruptAsync("while (true) { }");

        // Meanwhile the stopped cell is the one that ran last.
        await Task.Delay(300);
        Assert.Equal("(False, True, no)", await _cells.ValueAsync("(thread.Join(200), System.Threading.Volatile.Read(ref end) == false, failed).ToString()"));
        await _cells.RunAsync("System.Threading.Volatile.Write(ref end, true); thread.Join(20_000);");
    }

    [Fact]
    public async Task Code_that_looks_at_the_token_stops_between_two_steps()
    {
        await _cells.RunAsync("int steps = 0, whole = 0;");
        var (error, output) = await InterruptWithAsync("while (!Cancellation.IsCancellationRequested) { steps++; System.Threading.Thread.Sleep(20); whole++; } Console.Write(\"done\");");

        Assert.Null(error);
        Assert.EndsWith("done", output.Out, StringComparison.Ordinal);
        Assert.Equal("True", await _cells.ValueAsync("steps == whole && steps > 0"));
    }

    [Fact]
    public async Task An_awaiting_cell_runs_its_finally_blocks_when_its_token_is_cancelled()
    {
        var (error, output) = await InterruptWithAsync("try { await Task.Delay(-1, Cancellation); } finally { Console.Write(\"left\"); }");

        Assert.Equal("Interrupted", error?.Name);
        Assert.EndsWith("left", output.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Fifty_interrupts_in_a_row_leave_a_kernel_that_works()
    {
        await _cells.RunAsync("long n = 0;");
        string[] codes = ["while (true) n++;", "System.Threading.Thread.Sleep(-1);", "await Task.Delay(-1);", "while (true) { n++; await Task.Delay(1); }", "while (true) Console.Write(n++);"];
        for (var turn = 0; turn < 50; turn++)
        {
            Assert.Equal("Interrupted", (await InterruptAsync(codes[turn % codes.Length]))?.Name);
            Assert.Equal($"{turn}", await _cells.ValueAsync($"await Task.Delay(1); {turn}"));
        }
    }

    [SkippableFact]
    public async Task What_cannot_be_stopped_is_said_and_ends_with_the_call()
    {
        Skip.If(OperatingSystem.IsWindows(), "The native call is one of Unix.");
        using var pipe = new AnonymousPipeServerStream(PipeDirection.Out);
        var handle = pipe.ClientSafePipeHandle.DangerousGetHandle();
        var output = new RecordedOutput();
        var run = BeginAsync($"[System.Runtime.InteropServices.DllImport(\"libc\")] static extern nint read(int file, byte[] bytes, nint count);\nread({handle}, new byte[1], 1); while (true) {{ }}", output);
        await WaitAsync(run, output, () => output.Out.StartsWith("begun", StringComparison.Ordinal));
        _cells.Engine.Interrupt();
        await WaitAsync(run, output, () => output.Error.Contains("restart the kernel", StringComparison.Ordinal));
        pipe.WriteByte(1);
        var (error, _) = await run.WaitAsync(Limit);

        Assert.Equal("Interrupted", error?.Name);
        Assert.Equal("2", await _cells.ValueAsync("1 + 1"));
    }

    [Fact]
    public async Task An_interrupt_without_a_cell_does_nothing()
    {
        _cells.Engine.Interrupt();

        Assert.Equal("2", await _cells.ValueAsync("1 + 1"));
    }

    [Fact]
    public async Task A_cell_that_waits_for_the_thread_is_stopped_too()
    {
        using var go = new ManualResetEventSlim();
        var other = _cells.Engine.DoAsync(() =>
        {
            go.Wait();
            return Task.FromResult(true);
        });
        var output = new RecordedOutput();
        var run = BeginAsync("while (true) { }", output);

        _cells.Engine.Interrupt();
        go.Set();

        Assert.True(await other);
        Assert.NotNull((await run.WaitAsync(Limit)).Error);
        Assert.Empty(output.Out);
        Assert.Equal("2", await _cells.ValueAsync("1 + 1"));
    }

    private async Task<CellError?> InterruptAsync(string code) => (await InterruptWithAsync(code)).Error;

    private async Task<(CellError? Error, RecordedOutput Output)> InterruptWithAsync(string code)
    {
        var output = new RecordedOutput();
        var run = BeginAsync(code, output);
        await WaitAsync(run, output, () => output.Out.StartsWith("begun", StringComparison.Ordinal));
        _cells.Engine.Interrupt();
        Assert.True(await Task.WhenAny(run, Task.Delay(Limit)) == run, $"Not stopped within {Limit.TotalSeconds} s: {code}\n{output.Error}");
        return (await run).Error is var error ? (error, output) : default;
    }

    private Task<(CellError? Error, RecordedOutput Output)> BeginAsync(string code, RecordedOutput output) =>
        _cells.TryAsync("Console.WriteLine(\"begun\"); await Task.Yield();\n" + code, output);

    private static async Task WaitAsync(Task<(CellError? Error, RecordedOutput Output)> run, RecordedOutput output, Func<bool> condition)
    {
        while (!condition())
        {
            Assert.False(run.IsCompleted, $"The cell has ended: {output.Error}");
            await Task.Delay(10);
        }
    }
}
