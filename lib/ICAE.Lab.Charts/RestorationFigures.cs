using System.Globalization;
using ICAE.Lab.Experiments.RestorationEvaluation;
using Plotly.NET;

namespace ICAE.Lab.Charts;

/// <summary>Figures of restorations: how good they are by kind of text, and along the text.</summary>
public static class RestorationFigures
{
    /// <summary>The name of the bars with memory.</summary>
    public const string Memory = "from memory";

    /// <summary>The name of the bars of the true zero.</summary>
    public const string Zero = "without memory (zero)";

    /// <summary>The name of the bars of the ceiling.</summary>
    public const string Ceiling = "text in context (ceiling)";

    /// <summary>Free-running BLEU-4 on ids by kind of text, with its bootstrap intervals: from memory, without, and with the text in the context.</summary>
    /// <param name="result">The result.</param>
    /// <returns>An interactive figure.</returns>
    public static GenericChart BleuByKind(RestorationResult result)
    {
        ArgumentNullException.ThrowIfNull(result);
        var bars = result.Kinds.Where(kind => kind.Count > 0).SelectMany(kind => (IntervalBar[])
        [
            Bar(VisibleText.Of(kind.Kind), Memory, kind.Memory),
            Bar(VisibleText.Of(kind.Kind), Zero, kind.Zero),
            Bar(VisibleText.Of(kind.Kind), Ceiling, kind.Ceiling),
        ]);
        return Figures.GroupedBars(bars, $"Restored by {VisibleText.Of(result.Model)}", "BLEU-4 on ids, free-running (0 to 1)");
    }

    /// <summary>The paper's own values, as a figure of its own: another model, another length.</summary>
    /// <returns>An interactive figure.</returns>
    public static GenericChart PaperBleuByKind() => Figures.GroupedBars(
        PaperTable3.Rows.Select(row => new IntervalBar(row.Kind, "paper, Table 3", row.Bleu, row.Bleu, row.Bleu)),
        $"For reference, the paper: {PaperTable3.Setting}",
        "BLEU (0 to 1)");

    /// <summary>Teacher-forced accuracy along the text, by kind of text: from memory, and by the zero condition that is best overall.</summary>
    /// <param name="result">The result.</param>
    /// <param name="window">How many neighbouring tokens are taken together.</param>
    /// <returns>An interactive figure.</returns>
    public static GenericChart AccuracyByPosition(RestorationResult result, int window = 4)
    {
        ArgumentNullException.ThrowIfNull(result);
        ArgumentOutOfRangeException.ThrowIfLessThan(window, 1);
        var kinds = result.Kinds.Where(kind => kind.Count > 0).ToArray();
        var curves = kinds.SelectMany((kind, i) => (Curve[])
        [
            new(VisibleText.Of(kind.Kind), Memory, i, "solid", Means(result, kind.Kind, ReadingCondition.Memory, window)),
            new(VisibleText.Of(kind.Kind), Zero, i, "dot", Means(result, kind.Kind, kind.Zero.Values[RestorationMeasure.Accuracy].Condition, window)),
        ]).ToArray();
        var title = $"Accuracy along the text, {VisibleText.Of(result.Model)}";
        var layout = FigureStyle.Layout(title, "token of the text", $"teacher-forced accuracy, {window} tokens together", Describe(title, curves));
        FigureStyle.Axis(layout, "yaxis")["range"] = new[] { 0, 1.02 };
        return FigureStyle.Chart(curves.Select(curve => ToTrace(curve, window)), layout);
    }

    private static IntervalBar Bar(string kind, string series, ConditionScores scores)
    {
        // A percentile interval may lie beside its estimate, where few books are resampled.
        var interval = scores.Values[RestorationMeasure.BleuIds].Interval;
        return new IntervalBar(kind, series, interval.Estimate, Math.Min(interval.Low, interval.Estimate), Math.Max(interval.High, interval.Estimate));
    }

    private static double[] Means(RestorationResult result, string kind, ReadingCondition condition, int window)
    {
        var texts = result.Texts.Where(text => text.Original.Kind == kind && text.Condition == condition).ToArray();
        return [.. Enumerable.Range(0, result.Settings.Tokens).Chunk(window).Select(part => part.Average(position => texts.Average(text => text.TokenCorrect[position] ? 1.0 : 0.0)))];
    }

    private static Trace ToTrace(Curve curve, int window)
    {
        var trace = new Trace("scatter");
        trace.SetProperty("name", $"{curve.Kind}, {curve.Series}");
        trace.SetProperty("mode", curve.Values.Length == 1 ? "markers" : "lines+markers");
        trace.SetProperty("x", Enumerable.Range(0, curve.Values.Length).Select(i => (i * window) + 1).ToArray());
        trace.SetProperty("y", curve.Values);
        trace.SetProperty("line", new Dictionary<string, object> { ["color"] = FigureStyle.Colour(curve.Colour), ["dash"] = curve.Dash });
        return trace;
    }

    private static string Describe(string title, Curve[] curves)
    {
        var lines = curves.Select(curve => string.Create(
            CultureInfo.InvariantCulture,
            $"{curve.Kind}, {curve.Series}: {curve.Values[0]:0.00} at the start, {curve.Values[curve.Values.Length / 2]:0.00} in the middle, {curve.Values[^1]:0.00} at the end"));
        return $"Line chart: {title}. {string.Join("; ", lines)}.";
    }

    private sealed record Curve(string Kind, string Series, int Colour, string Dash, double[] Values);
}
