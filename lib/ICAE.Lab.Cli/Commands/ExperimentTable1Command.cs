using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using ICAE.Lab.Autoencoder;
using ICAE.Lab.Data;
using ICAE.Lab.Experiments;
using ICAE.Lab.Experiments.ContinuationEvaluation;
using Spectre.Console;

namespace ICAE.Lab.Cli.Commands;

/// <summary>What slots are worth to what follows their text, at one, two and four tokens a slot.</summary>
internal sealed class ExperimentTable1Command : TableCommand
{
    private readonly Option<int> _slots = new("--slots") { Description = "Slots of each text, which has one, two and four times as many tokens.", DefaultValueFactory = _ => TextContinuation.UsualSlots, HelpName = "N" };
    private readonly Option<int> _following = new("--continuation") { Description = "Tokens that follow each text and are predicted; the first 8 of them are not scored.", DefaultValueFactory = _ => new ContinuationSettings().ContinuationTokens, HelpName = "M" };

    public ExperimentTable1Command()
        : base(
            "table-1",
            "Table 1: the perplexity of what follows a text, behind the text itself and behind its slots, at one, two and four tokens a slot; beside them another text's slots and no context.",
            "icae experiment table-1",
            "icae experiment table-1 --model runs/mine/model --slots 32 --limit 100")
    {
        Add(_slots);
        Add(_following);
        Validators.Add(result => result.RequireAtLeastOne(_slots, _following));
    }

    protected override string Paper => PaperTable1.Setting;

    protected override (JsonArray Rows, Table Table, IReadOnlyList<string> Notes) Measure(Invocation invocation, IcaeModel model, IEnumerable<Passage> passages, int? limit, ulong seed)
    {
        var following = invocation.Arguments.GetValue(_following);
        var usual = new ContinuationSettings();
        var settings = usual with { ContinuationTokens = following, Unscored = Math.Min(usual.Unscored, following - 1), Limit = limit, Seed = seed };
        var rows = EvaluationProgress.Run(invocation.Terminal, model.Name, progress => TextContinuation.Run(model, passages, invocation.Arguments.GetValue(_slots), settings, progress, invocation.Cancellation));
        var table = ScoreTable.Create(["text"], "behind the text", "its slots", "95 % interval", "another's slots", "nothing", "paper: text", "paper: slots");
        foreach (var row in rows)
        {
            table.AddRow(
                Markup.Escape(string.Create(CultureInfo.InvariantCulture, $"{row.Tokens} tokens on {row.Slots} slots ({row.Texts})")),
                Number(row.Text),
                Number(row.Memory),
                $"{Number(row.MemoryLow)} to {Number(row.MemoryHigh)}",
                double.IsNaN(row.OtherMemory) ? "" : Number(row.OtherMemory),
                Number(row.Nothing),
                OfPaper(row.PaperText, "0.00"),
                OfPaper(row.PaperMemory, "0.00"));
        }

        return (PaperTableJson.ToJson(rows), table,
        [
            string.Create(CultureInfo.InvariantCulture, $"Perplexity of the {settings.ContinuationTokens - settings.Unscored} tokens that are scored of the {settings.ContinuationTokens} behind each text, the same ones in every row; teacher-forced."),
            .. model.IsTrainedToContinue == false ? (string[])["It was not trained to go on from slots, only to restore."] : [],
        ]);
    }

    private static string Number(double perplexity) => perplexity.ToString(perplexity < 100_000 ? "0.00" : "0.0e0", CultureInfo.InvariantCulture);
}
