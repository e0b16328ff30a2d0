namespace ICAE.Lab.Charts;

/// <summary>A value with an interval around it: a row of a table of results.</summary>
/// <param name="Category">The group that the bar stands in, written below it: the kind of text, say.</param>
/// <param name="Series">Which bar of the group it is, as the legend names it: the model, say.</param>
/// <param name="Value">The height of the bar.</param>
/// <param name="Low">The lower end of the interval, at most <paramref name="Value"/>.</param>
/// <param name="High">The upper end of the interval, at least <paramref name="Value"/>.</param>
public sealed record IntervalBar(string Category, string Series, double Value, double Low, double High);
