using System.CommandLine;
using System.Text.Json.Nodes;
using ICAE.Lab.Cli.Notebooks;
using ICAE.Lab.Jupyter;
using ICAE.Lab.Notebooks;

namespace ICAE.Lab.Cli.Commands;

/// <summary>Removes the C# kernel and its copies.</summary>
internal sealed class KernelUninstallCommand : IcaeCommand
{
    private readonly Option<bool> _force = new("--force") { Description = "Remove the kernel spec though it comes from elsewhere." };
    private readonly KernelPlaceOptions _place;

    public KernelUninstallCommand()
        : base("uninstall", $"Remove the C# kernel ({NotebookKernels.CSharp}) and its copies; close its notebooks first.", "icae kernel uninstall", "icae kernel uninstall --prefix /usr/local")
    {
        _place = new KernelPlaceOptions(this);
        Add(_force);
    }

    public override Task<int> RunAsync(Invocation invocation)
    {
        var (jupyter, copies) = _place.Folders(invocation);
        var removed = KernelSpecStore.Uninstall(NotebookKernels.CSharp, jupyter, KernelProgram.Origin, invocation.Arguments.GetValue(_force));
        KernelCopies.Remove(copies);
        if (invocation.Terminal.IsJson)
            invocation.Terminal.WriteJson(new JsonObject { ["removed"] = removed, ["ok"] = true });
        else
            invocation.Terminal.Output.WriteLine(removed ? $"Removed {NotebookKernels.CSharp} from {jupyter}." : $"{NotebookKernels.CSharp} is not installed in {jupyter}.");

        return Task.FromResult(ExitCodes.Ok);
    }
}
