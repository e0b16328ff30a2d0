namespace ICAE.Lab.Charts;

/// <summary>A value with an interval around it: a row of a table of results.</summary>
/// <param name="Category">The group that the bar stands in, written below it: the kind of text, say.</param>
/// <param name="Series">Which bar of the group it is, as the legend names it: the model, say.</param>
/// <param name="Value">The height of the bar.</param>
/// <param name="Low">The lower end of the interval, at most <paramref name="Value"/>.</param>
/// <param name="High">The upper end of the interval, at least <paramref name="Value"/>.</param>
public sealed record IntervalBar(string Category, string Series, double Value, double Low, double High)
{
    /// <summary>A bar whose interval is widened to its value: one by percentiles may lie beside its estimate, where few books are resampled.</summary>
    /// <param name="category">The group that the bar stands in.</param>
    /// <param name="series">Which bar of the group it is.</param>
    /// <param name="value">The height.</param>
    /// <param name="low">The lower end, as it was estimated.</param>
    /// <param name="high">The upper end, as it was estimated.</param>
    /// <returns>The bar.</returns>
    public static IntervalBar Around(string category, string series, double value, double low, double high) =>
        new(category, series, value, Math.Min(low, value), Math.Max(high, value));
}
