using System.CommandLine;
using System.Text.Json.Nodes;
using ICAE.Lab.Cli.Notebooks;
using ICAE.Lab.Notebooks;

namespace ICAE.Lab.Cli.Commands;

/// <summary>Removes outputs from notebooks.</summary>
internal sealed class NotebookClearCommand : IcaeCommand
{
    private readonly Argument<string[]> _files = new("FILES") { Description = "Notebooks, or folders of notebooks.", Arity = ArgumentArity.OneOrMore };

    public NotebookClearCommand()
        : base("clear", "Remove outputs, numbers and injected parameters from notebooks, in place.", "icae notebook clear notebooks/*.ipynb")
    {
        Add(_files);
    }

    public override Task<int> RunAsync(Invocation invocation)
    {
        // All are read before the first is written.
        var documents = NotebookFiles.Expand(invocation.Arguments.GetValue(_files)!).Select(path => (Path: path, Document: NotebookDocument.Read(path))).ToList();
        var changed = new List<string>();
        foreach (var (path, document) in documents)
        {
            document.Clear();
            if (File.ReadAllText(path) == document.ToJson())
                continue;

            document.Write(path);
            changed.Add(path);
        }

        if (invocation.Terminal.IsJson)
            invocation.Terminal.WriteJson(new JsonObject { ["changed"] = new JsonArray([.. changed.Select(path => (JsonNode)path)]), ["ok"] = true });
        else
            invocation.Terminal.Output.WriteLine($"{changed.Count} of {documents.Count} notebooks changed.");

        return Task.FromResult(ExitCodes.Ok);
    }
}
