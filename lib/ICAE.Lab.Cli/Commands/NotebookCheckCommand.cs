using System.CommandLine;
using System.Text.Json.Nodes;
using ICAE.Lab.Cli.Notebooks;
using ICAE.Lab.Notebooks;
using ICAE.Lab.Notebooks.Checks;

namespace ICAE.Lab.Cli.Commands;

/// <summary>Says what in notebooks would not run or drifts from the conventions.</summary>
internal sealed class NotebookCheckCommand : IcaeCommand
{
    private readonly Argument<string[]> _files = new("FILES") { Description = "Notebooks, or folders of notebooks. Without them, the repository's.", Arity = ArgumentArity.ZeroOrMore };

    public NotebookCheckCommand()
        : base(
            "check",
            "Say what in notebooks would not run in this kernel and in that of .NET Interactive, or drifts from the repository's conventions. The exit code is 1 if there is something.",
            "icae notebook check",
            "icae notebook check notebooks/00-quickstart.ipynb --json")
    {
        Add(_files);
    }

    public override Task<int> RunAsync(Invocation invocation)
    {
        var given = invocation.Arguments.GetValue(_files) is { Length: > 0 } files ? files : [NotebookFiles.RepositoryFolder()];
        var found = NotebookFiles.Expand(given).Select(path => (Path: path, Findings: NotebookChecks.Check(NotebookDocument.Read(path)))).ToList();
        var ok = found.TrueForAll(each => each.Findings.Count == 0);
        if (invocation.Terminal.IsJson)
        {
            invocation.Terminal.WriteJson(new JsonObject
            {
                ["findings"] = new JsonArray([.. found.SelectMany(each => each.Findings.Select(finding => (JsonNode)new JsonObject
                {
                    ["notebook"] = each.Path,
                    ["cell"] = finding.Cell,
                    ["rule"] = finding.Rule,
                    ["message"] = finding.Message,
                }))]),
                ["ok"] = ok,
            });
        }
        else
        {
            foreach (var (path, findings) in found)
            {
                invocation.Terminal.Output.WriteLine($"{path}: {(findings.Count == 0 ? "in order" : $"{findings.Count} found")}");
                foreach (var finding in findings)
                    invocation.Terminal.Output.WriteLine($"  {finding}");
            }
        }

        return Task.FromResult(ok ? ExitCodes.Ok : ExitCodes.Failed);
    }
}
