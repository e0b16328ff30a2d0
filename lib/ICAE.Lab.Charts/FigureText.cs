using ICAE.Lab.Experiments.RestorationEvaluation;

namespace ICAE.Lab.Charts;

/// <summary>Texts that come from data, for a figure: plotly.js would read some markup in titles, names and labels.</summary>
internal static class FigureText
{
    /// <summary>A text on one line, with visible signs for what a page would act on, and nothing of it markup.</summary>
    public static string Of(string text) => VisibleText.Of(text)
        .Replace("&", "&amp;", StringComparison.Ordinal)
        .Replace("<", "&lt;", StringComparison.Ordinal)
        .Replace(">", "&gt;", StringComparison.Ordinal);
}
