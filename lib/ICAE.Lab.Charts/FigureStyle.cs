using Microsoft.FSharp.Collections;
using Plotly.NET;

namespace ICAE.Lab.Charts;

/// <summary>What all figures share: size, colours, margins, and where their description is kept.</summary>
internal static class FigureStyle
{
    /// <summary>The width of a figure in pixels. Without sizes of its own, plotly.js draws larger than the page's element and is cut off.</summary>
    public const int Width = 760;

    /// <summary>The height of a figure in pixels.</summary>
    public const int Height = 440;

    // Okabe and Ito's palette, without its yellow, which is too faint on white.
    private static readonly string[] Colours = ["#0072B2", "#D55E00", "#009E73", "#CC79A7", "#56B4E9", "#E69F00", "#000000"];

    private static readonly string[] Dashes = ["solid", "dash", "dot", "dashdot", "longdash", "longdashdot"];

    private static readonly string[] UnusedTools = ["select2d", "lasso2d", "autoScale2d"];

    /// <summary>The colour of a series; they repeat.</summary>
    public static string Colour(int series) => Colours[series % Colours.Length];

    /// <summary>The dashes of a series' line; they repeat.</summary>
    public static string Dash(int series) => Dashes[series % Dashes.Length];

    /// <summary>A value as plotly.js takes it: what is not finite is a gap.</summary>
    public static double? FiniteOrGap(double value) => double.IsFinite(value) ? value : null;

    /// <summary>The intervals of a trace's points.</summary>
    public static Dictionary<string, object> ErrorBars(IEnumerable<double> above, IEnumerable<double> below) => new()
    {
        ["type"] = "data",
        ["symmetric"] = false,
        ["array"] = above.Select(FiniteOrGap).ToArray(),
        ["arrayminus"] = below.Select(FiniteOrGap).ToArray(),
    };

    /// <summary>A layout with title, axes and size, and the description in <c>meta</c>, a place that plotly.js leaves to its callers.</summary>
    public static Layout Layout(string title, string xLabel, string yLabel, string description)
    {
        var layout = new Layout();

        // In the middle, where plotly.js has it, a title lies under the tool bar that shows on the right.
        layout.SetProperty("title", new Dictionary<string, object> { ["text"] = FigureText.Escape(title), ["x"] = 0, ["xref"] = "paper", ["xanchor"] = "left" });
        layout.SetProperty("modebar", new Dictionary<string, object> { ["remove"] = UnusedTools });
        layout.SetProperty("width", Width);
        layout.SetProperty("height", Height);
        layout.SetProperty("margin", new Dictionary<string, object> { ["l"] = 70, ["r"] = 30, ["t"] = 60, ["b"] = 60 });
        layout.SetProperty("xaxis", NewAxis(xLabel));
        layout.SetProperty("yaxis", NewAxis(yLabel));
        layout.SetProperty("showlegend", true);

        // The names of series are whole in hover labels; plotly.js would cut them after 15 characters.
        layout.SetProperty("hoverlabel", new Dictionary<string, object> { ["namelength"] = -1 });
        layout.SetProperty("meta", new Dictionary<string, object> { ["description"] = description });
        return layout;
    }

    /// <summary>An axis of a layout made here, for a figure to add to.</summary>
    public static Dictionary<string, object> Axis(Layout layout, string name) => (Dictionary<string, object>)layout.GetPropertyValue(name);

    /// <summary>The traces and their layout as one figure, without plotly.js's own advertisement.</summary>
    public static GenericChart Chart(IEnumerable<Trace> traces, Layout layout)
    {
        var config = new Config();
        config.SetProperty("displaylogo", false);
        return GenericChart.NewMultiChart(ListModule.OfSeq(traces), layout, config, new DisplayOptions());
    }

    private static Dictionary<string, object> NewAxis(string label) => new()
    {
        ["title"] = new Dictionary<string, object> { ["text"] = FigureText.Escape(label) },
        ["automargin"] = true,
        ["zeroline"] = false,
    };
}
