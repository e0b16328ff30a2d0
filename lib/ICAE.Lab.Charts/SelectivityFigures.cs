using System.Globalization;
using ICAE.Lab.Experiments.MemorySelectivity;
using ICAE.Lab.Experiments.RestorationEvaluation;
using Plotly.NET;

namespace ICAE.Lab.Charts;

/// <summary>Figures of what a memory keeps and lets go.</summary>
public static class SelectivityFigures
{
    /// <summary>What the memory takes away from the surprisal of words of each kind, with bootstrap intervals, beside what the base alone leaves.</summary>
    /// <param name="rows">The rows, one a kind.</param>
    /// <param name="model">The autoencoder's name.</param>
    /// <returns>An interactive figure.</returns>
    public static GenericChart GainByWordKind(IReadOnlyList<WordKindRow> rows, string model)
    {
        ArgumentNullException.ThrowIfNull(rows);
        var bars = rows.SelectMany(row => (IntervalBar[])
        [
            new(Label(row), "surprisal without memory", row.Without, row.Without, row.Without),
            IntervalBar.Around(Label(row), "taken away by the memory", row.Gain, row.GainLow, row.GainHigh),
        ]);
        return Figures.GroupedBars(bars, $"What memory adds, by kind of word: {VisibleText.Of(model)}", "nats a token, teacher-forced");
    }

    /// <summary>How many words came back otherwise, by kind of difference, the commonest first.</summary>
    /// <param name="result">What was measured.</param>
    /// <returns>An interactive figure.</returns>
    public static GenericChart Differences(SelectivityResult result)
    {
        ArgumentNullException.ThrowIfNull(result);
        var counts = Enum.GetValues<DifferenceKind>().Select(kind => (Kind: kind, Share: 100.0 * result.Differences.Count(difference => difference.Difference == kind) / Math.Max(1, result.Words))).OrderByDescending(count => count.Share);
        return Figures.GroupedBars(
            counts.Select(count => new IntervalBar(count.Kind.ToString().ToLowerInvariant(), "differences", count.Share, count.Share, count.Share)),
            $"Words that came back otherwise: {VisibleText.Of(result.Restorations.Model)}",
            string.Create(CultureInfo.InvariantCulture, $"% of {result.Words} words, free-running"));
    }

    /// <summary>Which tokens each slot holds, as a heat map of slots by tokens.</summary>
    /// <param name="map">What was measured.</param>
    /// <returns>An interactive figure.</returns>
    public static GenericChart WhatSlotsHold(SlotMap map)
    {
        ArgumentNullException.ThrowIfNull(map);
        var title = $"What each slot holds: {VisibleText.Of(map.Model)}";
        var labels = map.Tokens.Select((token, i) => string.Create(CultureInfo.InvariantCulture, $"{i}: {FigureText.Escape(VisibleText.Of(token))}")).ToArray();
        var trace = new Trace("heatmap");
        trace.SetProperty("z", map.Rises.Select(rises => rises.Select(FigureStyle.FiniteOrGap).ToArray()).ToArray());
        trace.SetProperty("x", Enumerable.Range(0, map.Tokens.Count).ToArray());
        trace.SetProperty("y", Enumerable.Range(0, map.Rises.Count).ToArray());
        trace.SetProperty("text", map.Rises.Select(_ => labels).ToArray());
        trace.SetProperty("hovertemplate", "slot %{y}, token %{text}<br>%{z:.2f} nats more without it<extra></extra>");

        // Blue below zero, orange above, near-white between: a hidden slot may also make a token likelier.
        trace.SetProperty("colorscale", new object[] { new object[] { 0, "#005AA0" }, new object[] { 0.5, "#F6F6F6" }, new object[] { 1, "#C85000" } });
        trace.SetProperty("zmid", 0);
        trace.SetProperty("colorbar", new Dictionary<string, object> { ["title"] = new Dictionary<string, object> { ["text"] = "nats" } });

        var held = Enumerable.Range(0, map.Tokens.Count).GroupBy(map.SlotOf).OrderBy(group => group.Key);
        var layout = FigureStyle.Layout(
            title,
            "token of the text",
            "hidden slot",
            $"Heat map: {title}. Tokens that need a slot most: {string.Join("; ", held.Select(group => $"slot {group.Key}, tokens {string.Join(", ", group)}"))}.");
        FigureStyle.Axis(layout, "yaxis")["autorange"] = "reversed";
        layout.SetProperty("showlegend", false);
        return FigureStyle.Chart([trace], layout);
    }

    private static string Label(WordKindRow row) => string.Create(CultureInfo.InvariantCulture, $"{row.Kind.ToString().ToLowerInvariant()} ({row.Tokens})");
}
