using System.Diagnostics;
using ICAE.Lab.Jupyter;
using ICAE.Lab.Kernel.Language;
using ICAE.Lab.Kernel.Tests.Language;

namespace ICAE.Lab.Kernel.Tests.Polyglot;

/// <summary>Other kernels are connected, or one clear error says why not.</summary>
[Collection("cells")]
public sealed class ConnectTests : IDisposable
{
    private readonly Cells _cells = new();

    public ConnectTests() => HostConsole.Install(static _ => { });

    public void Dispose() => _cells.Dispose();

    [Theory]
    [InlineData("#!connect", "#!connect: only jupyter can be connected, by #!connect jupyter --kernel-name NAME --kernel-spec SPEC.")]
    [InlineData("#!connect mssql --kernel-name a --kernel-spec b", "#!connect: only jupyter can be connected, by #!connect jupyter --kernel-name NAME --kernel-spec SPEC.")]
    [InlineData("#!connect jupyter --kernel-name a --kernel-spec b --url c", "#!connect: there is no option --url; there are --kernel-name, --kernel-spec.")]
    [InlineData("#!connect jupyter --kernel-spec b", "#!connect: --kernel-name is missing.")]
    [InlineData("#!connect jupyter --kernel-name a", "#!connect: --kernel-spec is missing.")]
    [InlineData("#!connect jupyter --kernel-name a --kernel-spec", "#!connect: --kernel-spec has no value.")]
    [InlineData("#!connect jupyter --kernel-name --kernel-spec b", "#!connect: --kernel-name has no value.")]
    [InlineData("#!connect jupyter --kernel-name a --kernel-name b --kernel-spec b", "#!connect: --kernel-name stands there twice.")]
    [InlineData("#!connect jupyter --kernel-name 1x --kernel-spec b", "#!connect: \"1x\" cannot be a kernel's name: it begins with a letter, and letters, digits and _ . # + - follow.")]
    [InlineData("#!connect jupyter --kernel-name 'a b' --kernel-spec b", "#!connect: \"a b\" cannot be a kernel's name: it begins with a letter, and letters, digits and _ . # + - follow.")]
    [InlineData("#!connect jupyter --kernel-name 'a --kernel-spec b", "#!connect: the quote in 'a --kernel-spec b is not closed.")]
    [InlineData("#!connect jupyter --kernel-name csharp --kernel-spec b", "#!connect: #!csharp is a language already; choose another name.")]
    [InlineData("#!connect jupyter --kernel-name js --kernel-spec b", "#!connect: #!js is a language already; choose another name.")]
    [InlineData("#!connect jupyter --kernel-name time --kernel-spec b", "#!connect: #!time is a command already; choose another name.")]
    public async Task A_line_that_is_not_understood_is_one_error(string line, string message) => Assert.Equal(message, (await _cells.FailAsync(line)).Value);

    [Fact]
    public async Task A_kernel_that_is_not_installed_is_told_with_those_that_are()
    {
        _cells.Engine.Kernels.Specs = new KernelSpecStore([_cells.Folder.Path]);
        Assert.Equal("#!connect: no kernel spec \"nothere\" is installed; none is.", (await _cells.FailAsync("#!connect jupyter --kernel-name x --kernel-spec nothere")).Value);

        Install("one", "/bin/sh");
        Install("two", "/bin/sh");
        Assert.Equal("#!connect: no kernel spec \"nothere\" is installed; installed are one, two.", (await _cells.FailAsync("#!connect jupyter --kernel-spec=nothere --kernel-name=x\n#!x\n1")).Value);
    }

    [Fact]
    public async Task A_malformed_spec_is_one_error()
    {
        _cells.Engine.Kernels.Specs = new KernelSpecStore([_cells.Folder.Path]);
        Directory.CreateDirectory(_cells.Folder.File("kernels/bad"));
        await File.WriteAllTextAsync(_cells.Folder.File("kernels/bad/kernel.json"), "{}");

        Assert.Contains("\"argv\" is no list of texts", (await _cells.FailAsync("#!connect jupyter --kernel-name x --kernel-spec bad")).Value, StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task A_kernel_that_does_not_start_is_told_with_the_end_of_its_standard_error()
    {
        Skip.IfNot(File.Exists("/bin/sh"), "There is no /bin/sh.");
        _cells.Engine.Kernels.Specs = new KernelSpecStore([_cells.Folder.Path]);
        Install("ending", "/bin/sh", "-c", "echo why it ends >&2; exit 3");
        Install("missing", "/no/such/program");

        var ended = (await _cells.FailAsync("#!connect jupyter --kernel-name x --kernel-spec ending")).Value;
        Assert.Contains("The kernel x ended with exit code 3", ended, StringComparison.Ordinal);
        Assert.Contains("why it ends", ended, StringComparison.Ordinal);
        Assert.Contains("/no/such/program", (await _cells.FailAsync("#!connect jupyter --kernel-name x --kernel-spec missing")).Value, StringComparison.Ordinal);
        Assert.Contains("there is no #!x", (await _cells.FailAsync("#!x\n1")).Value, StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task A_kernel_that_never_answers_is_ended()
    {
        Skip.IfNot(File.Exists("/bin/sh"), "There is no /bin/sh.");
        _cells.Engine.Kernels.Specs = new KernelSpecStore([_cells.Folder.Path]);
        _cells.Engine.Kernels.ReadyLimit = TimeSpan.FromSeconds(3);
        Install("silent", "/bin/sh", "-c", "echo $$ > pid; echo still thinking >&2; exec sleep 1000");

        var error = (await _cells.FailAsync("#!connect jupyter --kernel-name x --kernel-spec silent")).Value;
        Assert.Contains("The kernel x did not answer within 3 s.", error, StringComparison.Ordinal);
        Assert.Contains("still thinking", error, StringComparison.Ordinal);
        Assert.False(IsRunning(await PidAsync()));
    }

    [SkippableFact]
    public async Task Connecting_can_be_interrupted_and_leaves_nothing_running()
    {
        Skip.IfNot(File.Exists("/bin/sh"), "There is no /bin/sh.");
        _cells.Engine.Kernels.Specs = new KernelSpecStore([_cells.Folder.Path]);
        Install("silent", "/bin/sh", "-c", "echo $$ > pid; exec sleep 1000");

        var running = _cells.TryAsync("#!connect jupyter --kernel-name x --kernel-spec silent");
        var pid = await PidAsync();
        _cells.Engine.Interrupt();

        Assert.Equal("Interrupted", (await running.WaitAsync(TimeSpan.FromSeconds(60))).Error?.Name);
        Assert.False(IsRunning(pid));
        Assert.Equal("2", await _cells.ValueAsync("1 + 1"));
    }

    [SkippableFact]
    public async Task The_end_of_the_engine_ends_a_kernel_that_is_starting()
    {
        Skip.IfNot(File.Exists("/bin/sh"), "There is no /bin/sh.");
        _cells.Engine.Kernels.Specs = new KernelSpecStore([_cells.Folder.Path]);
        Install("silent", "/bin/sh", "-c", "echo $$ > pid; exec sleep 1000");

        _ = _cells.TryAsync("#!connect jupyter --kernel-name x --kernel-spec silent");
        var pid = await PidAsync();
        _cells.Engine.Dispose();

        Assert.False(IsRunning(pid));
    }

    internal static bool IsRunning(int pid)
    {
        try
        {
            using var process = Process.GetProcessById(pid);
            return !process.HasExited;
        }
        catch (ArgumentException)
        {
            return false;
        }
    }

    private async Task<int> PidAsync()
    {
        var path = _cells.Folder.File("pid");
        for (var tries = 0; tries < 3000; tries++)
        {
            if (File.Exists(path) && (await File.ReadAllTextAsync(path)).EndsWith('\n'))
                return int.Parse(await File.ReadAllTextAsync(path), System.Globalization.CultureInfo.InvariantCulture);

            await Task.Delay(20);
        }

        throw new TimeoutException("The kernel has not written its number.");
    }

    private void Install(string name, params string[] command)
    {
        var spec = new KernelSpec { Arguments = [.. command, "{connection_file}"], DisplayName = name, Language = "none" };
        KernelSpecStore.Install(name, spec, new Dictionary<string, byte[]>(), _cells.Folder.Path);
    }
}
