namespace ICAE.Lab.Charts;

/// <summary>Texts in a figure: plotly.js would read some markup in titles, names and labels, where these are plain text.</summary>
internal static class FigureText
{
    /// <summary>The text with what plotly.js would take for markup as entities, which it shows as what they stand for.</summary>
    public static string Escape(string text) => text
        .Replace("&", "&amp;", StringComparison.Ordinal)
        .Replace("<", "&lt;", StringComparison.Ordinal)
        .Replace(">", "&gt;", StringComparison.Ordinal);
}
