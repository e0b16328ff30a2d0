using System.Diagnostics;
using System.Globalization;
using ICAE.Lab.Jupyter;
using ICAE.Lab.Kernel.Tests.Protocol;

namespace ICAE.Lab.Kernel.Tests.Polyglot;

/// <summary>Other kernels behind the kernel as a program, over its sockets.</summary>
[Collection("cells")]
public sealed class PolyglotProgramTests : IDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(1);
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [SkippableFact]
    public async Task Outputs_values_and_interrupts_pass_through_and_the_end_ends_all()
    {
        int process;
        await using (var kernel = await StartAsync())
        {
            process = await ConnectAsync(kernel);
            var messages = new List<JupyterMessage>();
            var result = await kernel.RunAsync("#!py\n#!set --name x --value [1, 2]\nprint('out')\nsum(x)", messages.Add);
            Assert.True(result.Succeeded, string.Join('\n', result.Traceback));
            Assert.Equal(["status", "execute_input", "stream", "execute_result", "status"], messages.Select(message => message.Type));
            Assert.Equal(("3", "2"), (messages[3].Content["data"]!["text/plain"]!.ToString(), messages[3].Content["execution_count"]!.ToString()));

            var begun = new TaskCompletionSource();
            var running = kernel.RunAsync("#!py\nprint('begun', flush=True)\nwhile True: pass", message => _ = message.Type == "stream" && begun.TrySetResult());
            await begun.Task.WaitAsync(Limit);
            await kernel.InterruptAsync();
            Assert.Equal("Interrupted", (await running).ErrorName);
            Assert.Equal("3", await kernel.ValueAsync("#!set --name back --value @py:x\nback.Sum()"));
        }

        Assert.False(ConnectTests.IsRunning(process));
    }

    [SkippableTheory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_program_that_ends_out_of_turn_leaves_nothing_running(bool killed)
    {
        await using var kernel = await StartAsync();
        var process = await ConnectAsync(kernel);
        if (killed)
            Process.GetProcessById(kernel.Id).Kill(entireProcessTree: false);
        else
            await Assert.ThrowsAsync<KernelDiedException>(() => kernel.RunAsync("Environment.Exit(4);"));

        await kernel.Exited.WaitAsync(Limit);
        for (var tries = 0; tries < 3000 && ConnectTests.IsRunning(process); tries++)
            await Task.Delay(20);

        Assert.False(ConnectTests.IsRunning(process));
    }

    private static async Task<int> ConnectAsync(KernelProcess kernel)
    {
        var text = "";
        var result = await kernel.RunAsync(PythonCells.Connect + "\n#!py\nimport os\nprint(os.getpid(), end='')", message => text += message.Content["text"]);
        Assert.True(result.Succeeded, string.Join('\n', result.Traceback));
        return int.Parse(text, CultureInfo.InvariantCulture);
    }

    private Task<KernelProcess> StartAsync()
    {
        PythonCells.SkipWithout();
        return KernelPrograms.StartAsync(_folder.Path);
    }
}
