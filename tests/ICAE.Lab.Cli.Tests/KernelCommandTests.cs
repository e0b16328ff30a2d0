using System.Reflection.PortableExecutable;
using System.Runtime.InteropServices;
using ICAE.Lab.Cli.Notebooks;
using ICAE.Lab.Jupyter;
using ICAE.Lab.Notebooks;

namespace ICAE.Lab.Cli.Tests;

/// <summary>Installing, listing and removing the kernel.</summary>
public sealed class KernelCommandTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private KernelSpecStore Store => new([JupyterFolders.OfPrefix(_folder.Folder)]);

    public void Dispose() => _folder.Dispose();

    [SkippableFact]
    public async Task What_is_installed_starts_and_is_removed()
    {
        Skip.If(KernelProgram.Folder() is null, "The kernel program is not beside the command.");

        var installed = await CommandResult.RunAsync("kernel", "install", "--prefix", _folder.Folder, "--json");
        var again = await CommandResult.RunAsync("kernel", "install", "--prefix", _folder.Folder, "--json");

        Assert.True(installed.ExitCode == ExitCodes.Ok, installed.Error);
        Assert.Equal(installed.Json["program"]!.ToString(), again.Json["program"]!.ToString());
        Assert.True(File.Exists(Path.Combine(installed.Json["spec"]!.ToString(), "logo-64x64.png")));
        var spec = Store.Find(NotebookKernels.CSharp)!;
        Assert.Equal(InterruptMode.Message, spec.InterruptMode);
        await using (var kernel = await KernelProcess.StartAsync(new KernelLaunch { Spec = spec, Name = NotebookKernels.CSharp }))
            Assert.True((await kernel.Client.ExecuteAsync(new ExecuteRequest("var x = 6 * 7;"))).Succeeded);

        Assert.Equal(ExitCodes.Ok, (await CommandResult.RunAsync("kernel", "uninstall", "--prefix", _folder.Folder)).ExitCode);
        Assert.Null(Store.Find(NotebookKernels.CSharp));
        Assert.False(Directory.Exists(KernelCopies.OfPrefix(_folder.Folder)));
    }

    [SkippableFact]
    public void The_kernel_comes_with_a_compiler_translated_ahead_of_time()
    {
        Skip.If(KernelProgram.Folder() is null, "The kernel program is not beside the command.");
        Skip.IfNot(RuntimeInformation.OSArchitecture is Architecture.X64 or Architecture.Arm64, "The ahead-of-time compiler is not published for this processor.");

        foreach (var name in (string[])["Microsoft.CodeAnalysis.dll", "Microsoft.CodeAnalysis.CSharp.dll", "Microsoft.CodeAnalysis.Scripting.dll"])
        {
            using var file = File.OpenRead(Path.Combine(KernelProgram.Folder()!, name));
            using var reader = new PEReader(file);
            Assert.True(reader.PEHeaders.CorHeader!.ManagedNativeHeaderDirectory.Size > 0, $"{name} holds intermediate code alone.");
        }
    }

    [SkippableFact]
    public async Task Anothers_kernel_stays_without_force()
    {
        Skip.If(KernelProgram.Folder() is null, "The kernel program is not beside the command.");
        InstallAnother();

        var refused = await CommandResult.RunAsync("kernel", "install", "--prefix", _folder.Folder);
        Assert.Equal(ExitCodes.Failed, refused.ExitCode);
        Assert.Contains("force", refused.Error, StringComparison.Ordinal);
        Assert.Equal("theirs", Store.Find(NotebookKernels.CSharp)!.DisplayName);

        Assert.Equal(ExitCodes.Ok, (await CommandResult.RunAsync("kernel", "install", "--prefix", _folder.Folder, "--force")).ExitCode);
        Assert.Equal(KernelProgram.Origin, Store.Find(NotebookKernels.CSharp)!.Origin);
    }

    [Fact]
    public async Task Anothers_kernel_is_not_removed_without_force()
    {
        InstallAnother();

        var refused = await CommandResult.RunAsync("kernel", "uninstall", "--prefix", _folder.Folder);

        Assert.Equal(ExitCodes.Failed, refused.ExitCode);
        Assert.Contains("force", refused.Error, StringComparison.Ordinal);
        Assert.NotNull(Store.Find(NotebookKernels.CSharp));
    }

    [Fact]
    public void A_copy_follows_the_content_and_is_never_changed()
    {
        Directory.CreateDirectory(_folder.Path("program", "sub"));
        _folder.Write(Path.Combine("program", "a.dll"), "one");
        _folder.Write(Path.Combine("program", "sub", "b.dll"), "two");

        var first = KernelCopies.Add(_folder.Path("program"), _folder.Path("copies"));
        _folder.Write(Path.Combine("program", "a.dll"), "changed");
        var second = KernelCopies.Add(_folder.Path("program"), _folder.Path("copies"));

        Assert.NotEqual(first, second);
        Assert.Equal("one", File.ReadAllText(Path.Combine(first, "a.dll")));
        Assert.Equal("changed", File.ReadAllText(Path.Combine(second, "a.dll")));
        Assert.Equal("two", File.ReadAllText(Path.Combine(second, "sub", "b.dll")));
        Assert.Equal(second, KernelCopies.Add(_folder.Path("program"), _folder.Path("copies")));
        Assert.Equal(2, Directory.GetDirectories(_folder.Path("copies")).Length);
    }

    [Fact]
    public void The_spec_passes_the_connection_file_to_the_program()
    {
        var spec = KernelProgram.Spec("/k");

        Assert.Contains("{connection_file}", spec.Arguments);
        Assert.Equal(Path.Combine("/k", "icae-kernel.dll"), spec.Arguments[1]);
        Assert.True(File.Exists(spec.Arguments[0]), spec.Arguments[0]);
        Assert.All(KernelProgram.Logos().Values, Assert.NotEmpty);
    }

    [Fact]
    public async Task A_list_names_kernels_and_places()
    {
        var result = await CommandResult.RunAsync("kernel", "list", "--json");

        Assert.Equal(ExitCodes.Ok, result.ExitCode);
        Assert.NotEmpty(result.Json["places"]!.AsArray());
        Assert.Equal(new KernelSpecStore().List().Select(kernel => kernel.Name), result.Json["kernels"]!.AsArray().Select(kernel => kernel!["name"]!.ToString()));
    }

    [Fact]
    public async Task User_and_prefix_exclude_each_other() =>
        Assert.Equal(ExitCodes.Usage, (await CommandResult.RunAsync("kernel", "install", "--user", "--prefix", _folder.Folder)).ExitCode);

    private void InstallAnother() => KernelSpecStore.Install(
        NotebookKernels.CSharp,
        new KernelSpec { Arguments = ["x", "{connection_file}"], DisplayName = "theirs", Language = "C#" },
        new Dictionary<string, byte[]>(),
        JupyterFolders.OfPrefix(_folder.Folder));
}
