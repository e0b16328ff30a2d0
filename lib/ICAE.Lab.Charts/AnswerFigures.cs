using ICAE.Lab.Experiments;
using ICAE.Lab.Experiments.AnswerEvaluation;
using ICAE.Lab.Experiments.RestorationEvaluation;
using Plotly.NET;

namespace ICAE.Lab.Charts;

/// <summary>Figures of answers to questions about texts.</summary>
public static class AnswerFigures
{
    /// <summary>What the decoder reads before a question, in the order of the bars.</summary>
    public static IReadOnlyList<(ContextCondition Condition, string Text)> Conditions { get; } =
    [
        (ContextCondition.TextInContext, "the text"),
        (ContextCondition.Memory, "its slots"),
        (ContextCondition.OtherMemory, "another text's slots"),
        (ContextCondition.NoContext, "the question alone"),
    ];

    /// <summary>The share of exact answers by kind of question and by what the decoder reads, with bootstrap intervals.</summary>
    /// <param name="result">The result.</param>
    /// <returns>An interactive figure.</returns>
    public static GenericChart ExactByKind(AnswerResult result)
    {
        ArgumentNullException.ThrowIfNull(result);
        var bars = result.Kinds.Prepend(result.All).SelectMany(kind => Conditions.Where(entry => kind.Scores.ContainsKey(entry.Condition)).Select(entry =>
        {
            var exact = kind.Scores[entry.Condition].Exact;
            return IntervalBar.Around(kind.Kind is { } name ? VisibleText.Of(name) : "all", entry.Text, exact.Estimate, exact.Low, exact.High);
        }));
        return Figures.GroupedBars(bars, $"Answered by {VisibleText.Of(result.Model)}, which reads …", "exact answers (0 to 1)");
    }
}
