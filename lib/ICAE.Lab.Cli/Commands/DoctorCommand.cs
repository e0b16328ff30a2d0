using System.Globalization;
using System.Text.Json.Nodes;
using Spectre.Console;

namespace ICAE.Lab.Cli.Commands;

/// <summary>Says what this machine offers: devices, threads, instructions, the compute type, the native library, memory and folders.</summary>
internal sealed class DoctorCommand : IcaeCommand
{
    private readonly ComputeOptions _compute;

    public DoctorCommand()
        : base(
            "doctor",
            "Say what this machine offers and what is chosen on it: devices, threads, compute type, native library, memory.",
            "icae doctor",
            "icae doctor --json",
            "icae doctor --device cuda")
    {
        _compute = new ComputeOptions(this, measures: true);
    }

    public override Task<int> RunAsync(Invocation invocation)
    {
        var diagnosis = Diagnosis.Make(_compute, invocation);
        if (invocation.Terminal.IsJson)
            invocation.Terminal.WriteJson(Describe(diagnosis));
        else
            Print(diagnosis, invocation.Terminal.Console);

        return Task.FromResult(diagnosis.Ok ? ExitCodes.Ok : ExitCodes.Failed);
    }

    private static JsonObject Describe(Diagnosis diagnosis)
    {
        var json = new JsonObject();
        foreach (var section in diagnosis.Sections)
        {
            var fields = new JsonObject();
            foreach (var finding in section.Findings)
                fields[finding.Key] = finding.Value;

            json[section.Key] = fields;
        }

        json["ok"] = diagnosis.Ok;
        return json;
    }

    private static void Print(Diagnosis diagnosis, IAnsiConsole console)
    {
        foreach (var section in diagnosis.Sections)
        {
            var grid = new Grid().AddColumn(new GridColumn().PadLeft(2).Width(22)).AddColumn();
            foreach (var finding in section.Findings.Where(finding => finding.Text is not null))
                grid.AddRow(new Text(finding.Label), new Text(finding.Text!));

            console.MarkupLineInterpolated(CultureInfo.InvariantCulture, $"[bold]{section.Title}[/]");
            console.Write(grid);
        }

        console.MarkupLine(diagnosis.Ok ? "[green]Everything that models need is here.[/]" : "[red]Something is missing: see above.[/]");
    }
}
