using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using ICAE.Lab.Autoencoder;
using ICAE.Lab.Data;
using ICAE.Lab.Experiments.RestorationEvaluation;
using Spectre.Console;

namespace ICAE.Lab.Cli.Commands;

/// <summary>A command that measures one of the paper's tables: with an autoencoder, on texts, in a table or as JSON.</summary>
internal abstract class TableCommand : IcaeCommand
{
    private readonly Option<string?> _texts = new("--texts")
    {
        Description = "A JSON-lines file of objects with \"text\" or \"ids\", and perhaps \"book\" and \"chapter\". Without it, the test passages in datasets/passages.",
        HelpName = "FILE",
    };

    private readonly Option<int?> _limit = new("--limit") { Description = "At most so many texts, spread evenly over the file.", HelpName = "N" };
    private readonly AutoencoderOptions _model;

    protected TableCommand(string name, string description, params string[] examples)
        : base(name, description, examples)
    {
        Add(_texts);
        Add(_limit);
        _model = new AutoencoderOptions(this);
        Validators.Add(result => result.RequireAtLeastOne(_limit));
    }

    public sealed override Task<int> RunAsync(Invocation invocation)
    {
        using var loaded = _model.Load(invocation);
        var model = loaded.Model;
        SmallModels.FitThreads(model.Base, _model.Threads(invocation));
        var passages = GivenPassages.Read(invocation.Arguments.GetValue(_texts), model);
        var (rows, table, notes) = Measure(invocation, model, passages, invocation.Arguments.GetValue(_limit), (ulong)_model.Seed(invocation));
        if (invocation.Terminal.IsJson)
        {
            invocation.Terminal.WriteJson(new JsonObject
            {
                ["table"] = Name,
                ["model"] = model.Name,
                ["base_kind"] = loaded.BaseKind,
                ["paper"] = Paper,
                ["rows"] = rows,
                ["ok"] = true,
            });
            return Task.FromResult(ExitCodes.Ok);
        }

        var console = invocation.Terminal.Console;
        console.WriteLine(RestorationReport.StateBase(model));
        console.Write(table);
        foreach (var note in notes)
            console.MarkupLineInterpolated($"[grey]{note}[/]");

        console.MarkupLineInterpolated($"[grey]The paper's values are those of another model: {Paper}.[/]");
        return Task.FromResult(ExitCodes.Ok);
    }

    /// <summary>What the paper's table was measured on.</summary>
    protected abstract string Paper { get; }

    /// <summary>Measures the table.</summary>
    /// <returns>The rows for machines, the table for people, and what is to be said below it.</returns>
    protected abstract (JsonArray Rows, Table Table, IReadOnlyList<string> Notes) Measure(Invocation invocation, IcaeModel model, IEnumerable<Passage> passages, int? limit, ulong seed);

    /// <summary>A paper's value, or nothing where it has none.</summary>
    protected static string OfPaper(double? value, string format) => value?.ToString(format, CultureInfo.InvariantCulture) ?? "";
}
