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

    private static string Label(WordKindRow row) => string.Create(CultureInfo.InvariantCulture, $"{row.Kind.ToString().ToLowerInvariant()} ({row.Tokens})");
}
