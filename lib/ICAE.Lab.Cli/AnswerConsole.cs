using System.Globalization;
using ICAE.Lab.Charts;
using ICAE.Lab.Experiments.AnswerEvaluation;
using Spectre.Console;
using static ICAE.Lab.Cli.ScoreTable;

namespace ICAE.Lab.Cli;

/// <summary>Prints how well questions were answered.</summary>
internal static class AnswerConsole
{
    /// <summary>Prints the scores of all questions, and the exact answers by kind.</summary>
    public static void Print(IAnsiConsole console, AnswerResult result)
    {
        var conditions = AnswerFigures.Conditions.Where(row => result.All.Scores.ContainsKey(row.Condition)).ToArray();
        console.MarkupLineInterpolated(
            CultureInfo.InvariantCulture,
            $"[bold]{result.Model}[/]: {result.All.Count} questions about {result.Texts} texts at {result.TokensPerSlot:0.#} tokens a slot, {result.Skipped} left out (texts over {result.Settings.LongestText} tokens, more than model or base can hold, or answers that contain what ends an answer)");
        if (!result.IsTrainedToAnswer)
            console.MarkupLine("It was not trained to answer prompts (icae finetune).");

        var table = ScoreTable.Create(["the decoder reads"], "exact", "95 % interval", "loss", "accuracy");
        foreach (var (condition, text) in conditions)
        {
            var scores = result.All.Scores[condition];
            table.AddRow(text, Number(scores.Exact.Estimate), Interval(scores.Exact), Number(scores.Loss.Estimate), Number(scores.Accuracy.Estimate));
        }

        console.Write(table);
        if (result.Kinds.Count > 1)
        {
            var kinds = ScoreTable.Create(["kind"], ["questions", .. conditions.Select(row => row.Text)]);
            foreach (var kind in result.Kinds)
                kinds.AddRow([Markup.Escape(kind.Kind!), kind.Count.ToString(CultureInfo.InvariantCulture), .. conditions.Select(row => Number(kind.Scores[row.Condition].Exact.Estimate))]);

            console.MarkupLine("Exact answers by kind of question:");
            console.Write(kinds);
        }

        console.MarkupLine("[grey]Exact: every token of the answer and its end was the likeliest, which greedy decoding writes. Loss (nats a token) and accuracy: the answer's tokens, teacher-forced.[/]");
    }
}
