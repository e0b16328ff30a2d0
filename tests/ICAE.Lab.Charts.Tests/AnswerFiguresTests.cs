using ICAE.Lab.Evaluation;
using ICAE.Lab.Experiments;
using ICAE.Lab.Experiments.AnswerEvaluation;
using ICAE.Lab.Models;

namespace ICAE.Lab.Charts.Tests;

public sealed class AnswerFiguresTests
{
    [Fact]
    public void Bars_are_what_is_read_by_kind_of_question()
    {
        var figure = FigureJson.Of(AnswerFigures.ExactByKind(Result()));
        var traces = figure["data"]!.AsArray();

        // There was no other text, so there are no bars of its slots.
        Assert.Equal(["the text", "its slots", "the question alone"], traces.Select(trace => (string)trace!["name"]!));
        Assert.All(traces, trace => Assert.Equal("""["all","who"]""", trace!["x"]!.ToJsonString()));
        Assert.Equal(["[0.75,1.0]", "[0.5,0.75]", "[0.125,0.25]"], traces.Select(trace => trace!["y"]!.ToJsonString()));
        Assert.Equal("[0.25,0.25]", traces[1]!["error_y"]!["arrayminus"]!.ToJsonString());
    }

    [Fact]
    public void Rows_are_all_questions_and_then_each_kind()
    {
        var rows = AnswerRow.Of(Result());

        Assert.Equal([("all", 8, 0.75, 0.5, 0.125), ("who", 4, 1.0, 0.75, 0.25)], rows.Select(row => (row.Kind, row.Questions, row.FromText, row.FromSlots, row.FromQuestionAlone)));
        Assert.All(rows, row => Assert.Equal(double.NaN, row.FromOtherSlots));
    }

    private static AnswerResult Result() => new("m", BaseKind.Copying, true, new AnswerSettings(), 0, 1, 4, Kind(null, 8, 0.75, 0.5, 0.125), [Kind("who", 4, 1, 0.75, 0.25)]);

    private static AnswerKind Kind(string? name, int count, double text, double slots, double question) => new(name, count, new Dictionary<ContextCondition, AnswerScores>
    {
        [ContextCondition.TextInContext] = Scores(text),
        [ContextCondition.Memory] = Scores(slots),
        [ContextCondition.NoContext] = Scores(question),
    });

    private static AnswerScores Scores(double exact)
    {
        var any = new ConfidenceInterval(1, 1, 1, 0.95, 1);
        return new AnswerScores(new ConfidenceInterval(exact, exact - 0.25, exact, 0.95, 1), any, any);
    }
}
