using ICAE.Lab.Autoencoder;
using ICAE.Lab.Evaluation;
using ICAE.Lab.Experiments.RestorationEvaluation;
using ICAE.Lab.Models;

namespace ICAE.Lab.Charts.Tests;

/// <summary>A report made by hand, with texts of eight tokens.</summary>
internal static class SampleReport
{
    private static readonly int[] Original = [1, 2, 3, 4, 5, 6, 7, 8];

    public static RestorationReport Create(string model = "sample", string kind = "ordinary", string token = "tok")
    {
        var texts = new List<RestoredText>();
        foreach (var each in (string[])[kind, "random"])
        {
            var text = new EvaluationText("p1", each, Original, "text", each == kind ? $"A {token} book" : null, 3);
            texts.Add(Row(text, ReadingCondition.Memory, [1, 2, 9, 4, 6, 7, 8, 10], [true, true, true, true, true, true, false, true], 0.75));
            texts.Add(Row(text, ReadingCondition.TaskToken, [11], [true, false, false, false, false, false, false, false], 0.125));
            texts.Add(Row(text, ReadingCondition.BaseAlone, [12], [false, false, false, false, false, false, false, false], 0));
            texts.Add(Row(text, ReadingCondition.TextInContext, Original, [true, true, true, true, true, true, true, true], 1));
        }

        var kinds = texts.GroupBy(text => text.Original.Kind).Select(group => new KindScores(
            group.Key, 1, 2, 8, 4, 2, group.ToDictionary(text => text.Condition, Scores))).ToList();
        var result = new RestorationResult(model, BaseKind.Restoring, new RestorationSettings { Tokens = 8 }, kinds, texts);
        return new RestorationReport(
            result,
            [("model", model), ("base", token)],
            $"{model} stands on {token}.",
            [$"It cannot {token}."],
            [.. texts.Where(text => text.Condition == ReadingCondition.Memory).Select(text => new ShownText(text, Marked(text, token), 2))],
            [(ReadingCondition.TaskToken, $"no {token}\n")]);
    }

    private static RestoredText Row(EvaluationText text, ReadingCondition condition, int[] ids, bool[] correct, double bleu) =>
        new(text, condition, ids, "restored", GenerationEnd.EndOfText, bleu, bleu, bleu, bleu, [.. correct.Select(right => right ? 0.5f : 2f)], correct);

    private static ConditionScores Scores(RestoredText text) => new(Enum.GetValues<RestorationMeasure>().ToDictionary(
        measure => measure,
        measure => (new ConfidenceInterval(text.Value(measure), text.Value(measure) + 0.01, text.Value(measure) + 0.1, 0.95, 1), text.Condition)));

    private static MarkedRestoration Marked(RestoredText text, string token)
    {
        var alignment = Alignment.Align(text.Original.Ids, text.Ids);
        MarkedPiece Piece(AlignmentKind kind, int length) => new(kind, [.. Enumerable.Repeat(token, length)]);
        return new MarkedRestoration(
            [.. alignment.Segments.Where(s => s.OriginalLength > 0).Select(s => Piece(s.Kind, s.OriginalLength)), Piece(AlignmentKind.MovedAway, 1)],
            [.. alignment.Segments.Where(s => s.RestoredLength > 0).Select(s => Piece(s.Kind, s.RestoredLength))],
            alignment);
    }
}
