using System.CommandLine;
using System.Text.Json.Nodes;
using ICAE.Lab.Cli.Notebooks;
using ICAE.Lab.Jupyter;
using ICAE.Lab.Notebooks;

namespace ICAE.Lab.Cli.Commands;

/// <summary>Installs the C# kernel, under the name that notebooks of .NET Interactive carry.</summary>
internal sealed class KernelInstallCommand : IcaeCommand
{
    private readonly Option<bool> _force = new("--force") { Description = "Replace a kernel of that name that comes from elsewhere, as that of .NET Interactive." };
    private readonly KernelPlaceOptions _place;

    public KernelInstallCommand()
        : base(
            "install",
            $"Install the C# kernel for Jupyter as {NotebookKernels.CSharp}: copy it into the user's data folder and write its kernel spec.",
            "icae kernel install",
            "icae kernel install --force",
            "icae kernel install --prefix /usr/local")
    {
        _place = new KernelPlaceOptions(this);
        Add(_force);
    }

    public override Task<int> RunAsync(Invocation invocation)
    {
        var program = KernelProgram.Folder() ?? throw new IcaeException("The kernel is not beside this program; build lib/ICAE.Lab.Cli first.");
        var (jupyter, copies) = _place.Folders(invocation);
        var copy = KernelCopies.Add(program, copies);
        var folder = KernelSpecStore.Install(NotebookKernels.CSharp, KernelProgram.Spec(copy), KernelProgram.Logos(), jupyter, invocation.Arguments.GetValue(_force));
        if (invocation.Terminal.IsJson)
        {
            invocation.Terminal.WriteJson(new JsonObject { ["name"] = NotebookKernels.CSharp, ["spec"] = folder, ["program"] = copy, ["ok"] = true });
            return Task.FromResult(ExitCodes.Ok);
        }

        invocation.Terminal.Output.WriteLine($"Installed {NotebookKernels.CSharp}:{Environment.NewLine}  {folder}{Environment.NewLine}  {copy}");
        return Task.FromResult(ExitCodes.Ok);
    }
}
