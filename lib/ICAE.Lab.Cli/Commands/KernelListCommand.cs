using System.Text.Json.Nodes;
using ICAE.Lab.Cli.Notebooks;
using ICAE.Lab.Jupyter;
using Spectre.Console;

namespace ICAE.Lab.Cli.Commands;

/// <summary>Lists the kernels that Jupyter finds on this machine.</summary>
internal sealed class KernelListCommand : IcaeCommand
{
    public KernelListCommand()
        : base("list", "List the Jupyter kernels on this machine, and where Jupyter looks for them.", "icae kernel list", "icae kernel list --json")
    {
    }

    public override Task<int> RunAsync(Invocation invocation)
    {
        var kernels = new KernelSpecStore().List();
        if (invocation.Terminal.IsJson)
        {
            invocation.Terminal.WriteJson(new JsonObject
            {
                ["kernels"] = new JsonArray([.. kernels.Select(kernel => (JsonNode)new JsonObject
                {
                    ["name"] = kernel.Name,
                    ["display_name"] = kernel.Spec?.DisplayName,
                    ["language"] = kernel.Spec?.Language,
                    ["folder"] = kernel.Folder,
                    ["own"] = IsOwn(kernel),
                    ["fault"] = kernel.Fault,
                })]),
                ["places"] = new JsonArray([.. JupyterFolders.All.Select(place => (JsonNode)place)]),
                ["ok"] = true,
            });
            return Task.FromResult(ExitCodes.Ok);
        }

        Print(kernels, invocation.Terminal.Console);
        return Task.FromResult(ExitCodes.Ok);
    }

    private static void Print(IReadOnlyList<InstalledKernel> kernels, IAnsiConsole console)
    {
        var table = new Table().Border(TableBorder.Simple).AddColumn("name").AddColumn("what").AddColumn("where");
        foreach (var kernel in kernels)
            table.AddRow(Markup.Escape(kernel.Name), Markup.Escape(kernel.Spec?.DisplayName ?? "cannot be used: " + kernel.Fault), Markup.Escape(kernel.Folder));

        if (kernels.Count > 0)
            console.Write(table);
        else
            console.MarkupLine("No kernels are installed.");

        if (!kernels.Any(IsOwn))
            console.MarkupLine("The C# kernel of this program is not installed: icae kernel install. Notebooks run without it: icae notebook run.");

        console.MarkupLineInterpolated($"[grey]looked for in {string.Join(", ", JupyterFolders.All)}[/]");
    }

    private static bool IsOwn(InstalledKernel kernel) => kernel.Spec?.Origin == KernelProgram.Origin;
}
