using System.Text.Json.Nodes;
using ICAE.Lab.Data.Corpora;
using Spectre.Console;

namespace ICAE.Lab.Cli.Commands;

/// <summary>Lists the recipes of corpora.</summary>
internal sealed class DataListCommand : IcaeCommand
{
    public DataListCommand()
        : base("list", "List what can be fetched: what it is, its licence, its size and where it is from. Nothing is fetched.", "icae data list", "icae data list --json")
    {
    }

    public override Task<int> RunAsync(Invocation invocation)
    {
        var terminal = invocation.Terminal;
        if (terminal.IsJson)
        {
            terminal.WriteJson(new JsonObject
            {
                ["recipes"] = new JsonArray([.. DataRecipeInfo.All.Select(recipe => (JsonNode)new JsonObject
                {
                    ["name"] = recipe.Name,
                    ["what"] = recipe.What,
                    ["licence"] = recipe.Licence,
                    ["size"] = recipe.Size,
                    ["source"] = recipe.Source,
                    ["example"] = recipe.Example,
                })]),
                ["folder"] = CorpusFetch.UserFolder,
                ["ok"] = true,
            });
            return Task.FromResult(ExitCodes.Ok);
        }

        foreach (var recipe in DataRecipeInfo.All)
        {
            terminal.Console.MarkupLineInterpolated($"[bold]{recipe.Name}[/]: {recipe.What}");
            var table = new Grid().AddColumn().AddColumn();
            foreach (var (name, value) in ((string, string)[])[("size", recipe.Size), ("licence", recipe.Licence), ("source", recipe.Source), ("fetch", recipe.Example)])
                table.AddRow($"  [grey]{name}[/]", Markup.Escape(value));

            terminal.Console.Write(table);
        }

        terminal.Console.MarkupLineInterpolated($"[grey]fetched into {CorpusFetch.UserFolder} unless --output names another folder[/]");
        return Task.FromResult(ExitCodes.Ok);
    }
}
