using System.Text.Json.Nodes;
using ICAE.Lab.Models;
using Spectre.Console;

namespace ICAE.Lab.Cli.Commands;

/// <summary>Lists the models that are found by name.</summary>
internal sealed class ModelsListCommand : IcaeCommand
{
    public ModelsListCommand()
        : base(
            "list",
            $"List the models that are found by name: in the places of {ModelStore.Variable}, the user's data folder, and the repository.",
            "icae models list",
            "icae models list --json")
    {
    }

    public override Task<int> RunAsync(Invocation invocation)
    {
        var store = ModelStore.Default;
        var models = store.List();
        if (invocation.Terminal.IsJson)
        {
            invocation.Terminal.WriteJson(new JsonObject
            {
                ["models"] = new JsonArray([.. models.Select(model => (JsonNode)new JsonObject
                {
                    ["name"] = model.Name,
                    ["kind"] = model.Kind.ToString().ToLowerInvariant(),
                    ["path"] = model.Path,
                })]),
                ["places"] = new JsonArray([.. store.Places.Select(place => (JsonNode)place)]),
                ["ok"] = true,
            });
            return Task.FromResult(ExitCodes.Ok);
        }

        var console = invocation.Terminal.Console;
        var table = new Table().Border(TableBorder.Simple).AddColumn("name").AddColumn("what").AddColumn("where");
        foreach (var model in models)
            table.AddRow(Markup.Escape(model.Name), Describe(model.Kind), Markup.Escape(model.Path));

        if (models.Count > 0)
            console.Write(table);
        else
            console.MarkupLine("There are no models yet.");

        console.MarkupLineInterpolated($"[grey]looked for in {string.Join(", ", store.Places.Select(place => Directory.Exists(place) ? place : place + " (not there)"))}[/]");
        return Task.FromResult(ExitCodes.Ok);
    }

    private static string Describe(StoredModelKind kind) => kind switch
    {
        StoredModelKind.Autoencoder => "autoencoder",
        StoredModelKind.Gguf => "base (GGUF)",
        StoredModelKind.Adapter => "adapter (LoRA)",
        _ => "base",
    };
}
