using System.Globalization;
using ICAE.Lab.Experiments;
using ICAE.Lab.Experiments.ContinuationEvaluation;
using Spectre.Console;
using static ICAE.Lab.Cli.ScoreTable;

namespace ICAE.Lab.Cli;

/// <summary>Prints how well continuations were predicted.</summary>
internal static class ContinuationConsole
{
    private static readonly (ContextCondition Condition, string Text)[] Rows =
    [
        (ContextCondition.TextInContext, "the text"),
        (ContextCondition.Memory, "its slots"),
        (ContextCondition.OtherMemory, "another text's slots"),
        (ContextCondition.NoContext, "no context"),
    ];

    /// <summary>Prints the scores of each kind of text.</summary>
    public static void Print(IAnsiConsole console, ContinuationResult result)
    {
        var table = ScoreTable.Create(["kind", "the decoder reads"], "loss", "95 % interval", "perplexity", "accuracy");
        foreach (var kind in result.Kinds)
        {
            foreach (var ((condition, text), i) in Rows.Where(row => kind.Scores.ContainsKey(row.Condition)).Select((row, i) => (row, i)))
            {
                var scores = kind.Scores[condition];
                table.AddRow(
                    i == 0 ? Markup.Escape($"{kind.Kind} ({kind.Count})") : "", text, Number(scores.Loss.Estimate), Interval(scores.Loss), scores.Perplexity.ToString("0.00", CultureInfo.InvariantCulture), Number(scores.Accuracy.Estimate));
            }
        }

        var settings = result.Settings;
        console.MarkupLineInterpolated(CultureInfo.InvariantCulture, $"[bold]{result.Model}[/]: {settings.Tokens} tokens of text, {settings.ContinuationTokens} that follow, of which the first {settings.Unscored} are not scored");
        console.Write(table);
        console.MarkupLine("[grey]Teacher-forced; loss in nats a token.[/]");
        foreach (var kind in result.Kinds)
        {
            var kept = kind.Kept is { } share
                ? $"; of the nats that the text takes away, its {kind.Slots} slots take away {Number(share.Estimate)}{(double.IsFinite(share.Low + share.High) ? $" ({Interval(share)})" : "")}"
                : "";
            console.MarkupLineInterpolated(CultureInfo.InvariantCulture, $"{kind.Kind}: {kind.Count} texts, {kind.Skipped} too short{kept}");
        }
    }
}
