using System.Globalization;
using ICAE.Lab.Experiments;
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

    /// <summary>The name of the bars of what a reader expected.</summary>
    public const string Forecast = "your forecast";

    private const string Bleu = "BLEU-4 on ids, free-running (0 to 1)";

    /// <summary>Free-running BLEU-4 on ids by kind of text, with its bootstrap intervals: from memory, without, and with the text in the context.</summary>
    /// <param name="result">The result.</param>
    /// <param name="forecast">What was expected from memory, by kind of text, 0 to 1; <see langword="null"/> for no such bars.</param>
    /// <returns>An interactive figure.</returns>
    /// <exception cref="ConfigurationException">The forecast is for a kind that was not measured, or no share of 1.</exception>
    public static GenericChart BleuByKind(RestorationResult result, IReadOnlyDictionary<string, double>? forecast = null)
    {
        ArgumentNullException.ThrowIfNull(result);
        KindScores[] kinds = [.. result.Kinds.Where(kind => kind.Count > 0)];
        foreach (var (kind, value) in forecast ?? new Dictionary<string, double>())
        {
            if (value is not (>= 0 and <= 1) || !kinds.Any(measured => measured.Kind == kind))
                throw new ConfigurationException(FormattableString.Invariant($"The forecast of {value} for {kind} text must lie between 0 and 1, for one of {string.Join(", ", kinds.Select(measured => measured.Kind))}."));
        }

        var bars = kinds.SelectMany(kind =>
        {
            var name = VisibleText.Of(kind.Kind);
            var bars = Measured(kind).Select(entry => Bar(name, entry.Series, entry.Scores));
            return forecast is not null && forecast.TryGetValue(kind.Kind, out var expected) ? bars.Prepend(new IntervalBar(name, Forecast, expected, expected, expected)) : bars;
        });
        return Figures.GroupedBars(bars, $"Restored by {VisibleText.Of(result.Model)}", Bleu);
    }

    /// <summary>BLEU from memory over the length of the text, a curve for each kind of text.</summary>
    /// <param name="rows">The rows, of one model.</param>
    /// <returns>An interactive figure.</returns>
    public static GenericChart BleuByLength(IReadOnlyList<RestorationRow> rows)
    {
        ArgumentNullException.ThrowIfNull(rows);
        var title = $"BLEU by length, {string.Join(", ", rows.Select(row => VisibleText.Of(row.Model)).Distinct())}";
        var curves = rows.GroupBy(row => row.Kind).Select(group => (Kind: VisibleText.Of(group.Key), Rows: group.OrderBy(row => row.Tokens).ToArray())).ToArray();
        var told = curves.Select(curve => $"{curve.Kind}: {string.Join(", ", curve.Rows.Select(row => string.Create(CultureInfo.InvariantCulture, $"{row.Bleu:0.000} at {row.Tokens} tokens")))}");
        var layout = FigureStyle.Layout(title, "tokens of the text", Bleu, $"Line chart: {title}. {string.Join("; ", told)}.");
        FigureStyle.Axis(layout, "yaxis")["range"] = new[] { 0, 1.02 };
        return FigureStyle.Chart(curves.Select((curve, i) => ToTrace(curve.Kind, curve.Rows, i)), layout);
    }

    /// <summary>BLEU from memory by kind of text, the models side by side, each with the kind of its base.</summary>
    /// <param name="rows">The rows, at one length.</param>
    /// <returns>An interactive figure.</returns>
    /// <exception cref="ConfigurationException">Two models have one name.</exception>
    public static GenericChart BleuByModel(IReadOnlyList<RestorationRow> rows)
    {
        ArgumentNullException.ThrowIfNull(rows);
        if (rows.GroupBy(row => (row.Model, row.BaseKind, row.Kind)).FirstOrDefault(group => group.Count() > 1) is { } twice)
            throw new ConfigurationException($"Two rows are of {twice.Key.Kind} text by a model of the name {twice.Key.Model}: rename the folder of one, or leave it out.");

        return Figures.GroupedBars(
            rows.Select(row => IntervalBar.Around(VisibleText.Of(row.Kind), $"{VisibleText.Of(row.Model)} ({row.BaseKind} base)", row.Bleu, row.BleuLow, row.BleuHigh)),
            "Restored from memory, by model and kind of base",
            Bleu);
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
        var curves = kinds.SelectMany((kind, i) =>
        {
            var measured = ((string Series, ConditionScores Scores, string Dash)[])[(Memory, kind.Memory, "solid"), (Zero, kind.Zero, "dot")];
            return measured.Where(entry => entry.Scores != ConditionScores.None).Select(entry => new Curve(
                VisibleText.Of(kind.Kind), entry.Series, i, entry.Dash, Means(result, kind.Kind, entry.Scores.Values[RestorationMeasure.Accuracy].Condition, window)));
        }).ToArray();
        var title = $"Accuracy along the text, {VisibleText.Of(result.Model)}";
        var layout = FigureStyle.Layout(title, "token of the text", $"teacher-forced accuracy, {window} tokens together", Describe(title, curves));
        FigureStyle.Axis(layout, "yaxis")["range"] = new[] { 0, 1.02 };
        return FigureStyle.Chart(curves.Select(curve => ToTrace(curve, window)), layout);
    }

    /// <summary>The scores of a kind of text beside each other, without what was left out.</summary>
    internal static IEnumerable<(string Series, ConditionScores Scores)> Measured(KindScores kind)
    {
        (string Series, ConditionScores Scores)[] all = [(Memory, kind.Memory), (Zero, kind.Zero), (Ceiling, kind.Ceiling)];
        return all.Where(entry => entry.Scores != ConditionScores.None);
    }

    private static IntervalBar Bar(string kind, string series, ConditionScores scores)
    {
        var interval = scores.Values[RestorationMeasure.BleuIds].Interval;
        return IntervalBar.Around(kind, series, interval.Estimate, interval.Low, interval.High);
    }

    private static double[] Means(RestorationResult result, string kind, ReadingCondition condition, int window)
    {
        var texts = result.Texts.Where(text => text.Original.Kind == kind && text.Condition == condition).ToArray();
        return [.. Enumerable.Range(0, result.Settings.Tokens).Chunk(window).Select(part => part.Average(position => texts.Average(text => text.TokenCorrect[position] ? 1.0 : 0.0)))];
    }

    private static Trace ToTrace(Curve curve, int window)
    {
        var trace = new Trace("scatter");
        trace.SetProperty("name", FigureText.Escape($"{curve.Kind}, {curve.Series}"));
        trace.SetProperty("mode", curve.Values.Length == 1 ? "markers" : "lines+markers");
        trace.SetProperty("x", Enumerable.Range(0, curve.Values.Length).Select(i => (i * window) + 1).ToArray());
        trace.SetProperty("y", curve.Values);
        trace.SetProperty("line", new Dictionary<string, object> { ["color"] = FigureStyle.Colour(curve.Colour), ["dash"] = curve.Dash });
        return trace;
    }

    private static Trace ToTrace(string kind, RestorationRow[] rows, int colour)
    {
        var trace = new Trace("scatter");
        trace.SetProperty("name", FigureText.Escape(kind));
        trace.SetProperty("mode", "lines+markers");
        trace.SetProperty("x", rows.Select(row => row.Tokens).ToArray());
        trace.SetProperty("y", rows.Select(row => row.Bleu).ToArray());
        trace.SetProperty("error_y", FigureStyle.ErrorBars(rows.Select(row => Math.Max(0, row.BleuHigh - row.Bleu)), rows.Select(row => Math.Max(0, row.Bleu - row.BleuLow))));
        trace.SetProperty("line", new Dictionary<string, object> { ["color"] = FigureStyle.Colour(colour), ["dash"] = FigureStyle.Dash(colour) });
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
