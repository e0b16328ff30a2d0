using Plotly.NET;

namespace ICAE.Lab.Charts;

/// <summary>
/// Figures of results. Each carries a description in words (read by <see cref="FigureHtml"/>), has a size of its own, and tells its series
/// apart by dashes or patterns as well as by colours that colour-blind readers can distinguish.
/// </summary>
public static class Figures
{
    private static readonly string[] Patterns = ["", "/", "x", ".", "-", "|", "+", "\\"];

    /// <summary>Curves over the steps of a training run, one for each series, in the order in which the series first appear.</summary>
    /// <param name="points">The log's rows, in any order.</param>
    /// <param name="title">The title above the figure.</param>
    /// <param name="valueLabel">What the vertical axis shows, with its unit: "loss (nats per token)", say.</param>
    /// <param name="logarithmic">Whether the vertical axis is logarithmic.</param>
    /// <returns>An interactive figure.</returns>
    public static GenericChart TrainingCurves(IEnumerable<CurvePoint> points, string title, string valueLabel, bool logarithmic = false)
    {
        var series = points.GroupBy(point => point.Series).Select(group => (Name: group.Key, Points: group.OrderBy(point => point.Step).ToArray())).ToArray();

        var traces = series.Select((curve, i) =>
        {
            var trace = new Trace("scatter");
            trace.SetProperty("name", FigureText.Escape(curve.Name));
            trace.SetProperty("mode", curve.Points.Length == 1 ? "markers" : "lines");
            trace.SetProperty("x", curve.Points.Select(point => point.Step).ToArray());
            trace.SetProperty("y", curve.Points.Select(point => FigureStyle.FiniteOrGap(point.Value)).ToArray());
            trace.SetProperty("line", new Dictionary<string, object> { ["color"] = FigureStyle.Colour(i), ["dash"] = FigureStyle.Dash(i) });
            return trace;
        });

        var layout = FigureStyle.Layout(title, "step", valueLabel, Describe(title, series));
        if (logarithmic)
            FigureStyle.Axis(layout, "yaxis")["type"] = "log";
        return FigureStyle.Chart(traces, layout);
    }

    /// <summary>Bars in groups, each with its interval, in the order in which categories and series first appear.</summary>
    /// <param name="bars">The rows, at most one for each pair of category and series. A pair without a row leaves its place empty.</param>
    /// <param name="title">The title above the figure.</param>
    /// <param name="valueLabel">What the vertical axis shows, with its unit.</param>
    /// <returns>An interactive figure.</returns>
    /// <exception cref="ArgumentException">Two rows have the same category and series, or a value lies outside its interval.</exception>
    public static GenericChart GroupedBars(IEnumerable<IntervalBar> bars, string title, string valueLabel)
    {
        var rows = bars.ToArray();
        var places = Places(rows);
        var categories = rows.Select(row => row.Category).Distinct().ToArray();
        var names = rows.Select(row => row.Series).Distinct().ToArray();

        var traces = names.Select((name, i) =>
        {
            var values = categories.Select(category => places.GetValueOrDefault((category, name))).ToArray();
            var trace = new Trace("bar");
            trace.SetProperty("name", FigureText.Escape(name));
            trace.SetProperty("x", categories.Select(FigureText.Escape).ToArray());
            trace.SetProperty("y", values.Select(row => FigureStyle.FiniteOrGap(row?.Value ?? double.NaN)).ToArray());
            trace.SetProperty("error_y", FigureStyle.ErrorBars(
                values.Select(row => row is null ? double.NaN : row.High - row.Value), values.Select(row => row is null ? double.NaN : row.Value - row.Low)));
            trace.SetProperty("marker", new Dictionary<string, object>
            {
                ["color"] = FigureStyle.Colour(i),
                ["pattern"] = new Dictionary<string, object> { ["shape"] = Patterns[i % Patterns.Length] },
            });
            return trace;
        });

        var layout = FigureStyle.Layout(title, "", valueLabel, Describe(title, rows));
        layout.SetProperty("barmode", "group");
        FigureStyle.Axis(layout, "xaxis")["type"] = "category";
        return FigureStyle.Chart(traces, layout);
    }

    private static Dictionary<(string Category, string Series), IntervalBar> Places(IntervalBar[] rows)
    {
        var places = new Dictionary<(string, string), IntervalBar>();
        foreach (var row in rows)
        {
            if (row.Low > row.Value || row.High < row.Value)
                throw new ArgumentException($"{row.Category}, {row.Series}: {NumberText.Of(row.Value)} lies outside its interval, {NumberText.Of(row.Low)} to {NumberText.Of(row.High)}.", nameof(rows));
            if (!places.TryAdd((row.Category, row.Series), row))
                throw new ArgumentException($"Two rows are for {row.Category}, {row.Series}.", nameof(rows));
        }

        return places;
    }

    private static string Describe(string title, (string Name, CurvePoint[] Points)[] series)
    {
        var curves = series.Select(curve =>
            $"{curve.Name} from {NumberText.Of(curve.Points[0].Value)} at step {curve.Points[0].Step} to {NumberText.Of(curve.Points[^1].Value)} at step {curve.Points[^1].Step}");
        return $"Line chart: {title}. {string.Join("; ", curves)}.";
    }

    private static string Describe(string title, IntervalBar[] rows)
    {
        var bars = rows.Select(row => $"{row.Category}, {row.Series}: {NumberText.Of(row.Value)} ({NumberText.Of(row.Low)} to {NumberText.Of(row.High)})");
        return $"Bar chart: {title}. {string.Join("; ", bars)}.";
    }
}
