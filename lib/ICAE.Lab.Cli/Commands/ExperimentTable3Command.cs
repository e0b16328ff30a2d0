using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using ICAE.Lab.Autoencoder;
using ICAE.Lab.Data;
using ICAE.Lab.Experiments;
using ICAE.Lab.Experiments.RestorationEvaluation;
using Spectre.Console;

namespace ICAE.Lab.Cli.Commands;

/// <summary>Ordinary, patterned and random text, restored.</summary>
internal sealed class ExperimentTable3Command : TableCommand
{
    private readonly Option<int> _tokens = new("--tokens") { Description = "The first N ids of each text are restored; shorter texts are left out.", DefaultValueFactory = _ => new RestorationSettings().Tokens, HelpName = "N" };
    private readonly Option<double?> _rate = new("--tokens-per-slot") { Description = "Tokens on a slot, other than the autoencoder's own rate.", HelpName = "R" };

    public ExperimentTable3Command()
        : base(
            "table-3",
            "Table 3: ordinary texts, the same with every id shifted by one, and random ids, restored from slots; beside them what is reached without memory and with the text itself in the context.",
            "icae experiment table-3",
            "icae experiment table-3 --model english-1m-copying-4x-kv --limit 100 --json")
    {
        Add(_tokens);
        Add(_rate);
        Validators.Add(result =>
        {
            result.RequireAtLeastOne(_tokens);
            result.RequirePositive(_rate);
        });
    }

    protected override string Paper => PaperTable3.Setting;

    protected override (JsonArray Rows, Table Table, IReadOnlyList<string> Notes) Measure(Invocation invocation, IcaeModel model, IEnumerable<Passage> passages, int? limit, ulong seed)
    {
        var settings = new RestorationSettings { Tokens = invocation.Arguments.GetValue(_tokens), TokensPerSlot = invocation.Arguments.GetValue(_rate), Limit = limit, Seed = seed };
        var rows = OrdinaryPatternedRandom.Rows(
            EvaluationProgress.Run(invocation.Terminal, model.Name, progress => OrdinaryPatternedRandom.Run(model, passages, settings, progress, invocation.Cancellation)));
        if (rows.Count == 0)
            throw new ConfigurationException($"There is no text of {settings.Tokens} tokens to be restored; --tokens sets the length.");

        var table = ScoreTable.Create(["kind"], "loss", "BLEU", "95 % interval", "no memory (zero)", "the text (ceiling)", "paper: loss", "paper: BLEU");
        foreach (var row in rows)
        {
            table.AddRow(
                Markup.Escape(string.Create(CultureInfo.InvariantCulture, $"{row.Kind} ({row.Texts})")),
                row.Loss.ToString("0.00", CultureInfo.InvariantCulture),
                ScoreTable.Number(row.Bleu),
                $"{ScoreTable.Number(row.BleuLow)} to {ScoreTable.Number(row.BleuHigh)}",
                ScoreTable.Number(row.BleuWithoutMemory),
                ScoreTable.Number(row.BleuFromContext),
                OfPaper(row.PaperLoss, "0.00"),
                OfPaper(row.PaperBleu, "0.000"));
        }

        return (PaperTableJson.ToJson(rows), table,
        [
            string.Create(CultureInfo.InvariantCulture, $"{settings.Tokens} tokens a text, {rows[0].TokensPerSlot:0.##} tokens a slot. Loss in nats a token, teacher-forced; BLEU-4 on ids, free-running, 0 to 1, and so for zero and ceiling."),
        ]);
    }
}
