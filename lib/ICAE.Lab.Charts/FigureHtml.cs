using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using Plotly.NET;

namespace ICAE.Lab.Charts;

/// <summary>
/// Figures as HTML that needs no network: a page holds plotly.js once (<see cref="PlotlyScript"/>) and any number of fragments, before or after it.
/// A fragment shows the figure's description where plotly.js is missing or scripts do not run, and gives it to screen readers.
/// </summary>
public static class FigureHtml
{
    private const string PlotlyResource = "Plotly.NET.plotly-2.28.0.min.js";

    private static readonly Lazy<string> Script = new(ReadScript);

    /// <summary>plotly.js (MIT), as Plotly.NET carries it, in a script element of 3.6 MB; a page that has it already is left alone.</summary>
    /// <returns>The script element.</returns>
    public static string PlotlyScript() => Script.Value;

    /// <summary>A figure as an element and the script that draws it.</summary>
    /// <param name="figure">The figure. One without a size gets that of <see cref="Figures"/>.</param>
    /// <returns>HTML to put into a page or a notebook's output.</returns>
    public static string Fragment(GenericChart figure) => Fragment(figure, null);

    /// <summary>A figure as an element and the script that draws it, with a description in words.</summary>
    /// <param name="figure">The figure. One without a size gets that of <see cref="Figures"/>.</param>
    /// <param name="description">What the figure shows, in words; null for the one it carries, or else its title and the names of its series.</param>
    /// <returns>HTML to put into a page or a notebook's output.</returns>
    public static string Fragment(GenericChart figure, string? description)
    {
        var json = JsonNode.Parse(GenericChart.toFigureJson(figure))!.AsObject();
        var layout = json["layout"] as JsonObject ?? [];
        var width = Size(layout, "width", FigureStyle.Width);
        var height = Size(layout, "height", FigureStyle.Height);
        json["layout"] = layout.DeepClone();
        KeepOffline(json);

        var id = $"icae-figure-{Guid.NewGuid():N}";
        var text = WebUtility.HtmlEncode(description ?? Description(json));
        return $$"""
            <div id="{{id}}" class="icae-figure" role="img" aria-label="{{text}}" style="width:{{width}}px;height:{{height}}px">{{text}}</div>
            <script>
            (function () {
              var figure = {{ForScript(json)}};
              var until = Date.now() + 30000;
              (function draw() {
                var place = document.getElementById("{{id}}");
                if (window.Plotly && place) {
                  place.textContent = "";
                  window.Plotly.newPlot(place, figure.data, figure.layout, figure.config);
                } else if (Date.now() < until) {
                  setTimeout(draw, 50);
                }
              })();
            })();
            </script>
            """;
    }

    /// <summary>A figure in words: what it says of itself, or else its title and the names of its series.</summary>
    /// <param name="figure">The figure.</param>
    /// <returns>A sentence or several.</returns>
    public static string Describe(GenericChart figure) => Description(JsonNode.Parse(GenericChart.toFigureJson(figure))!.AsObject());

    /// <summary>No link to plotly's site, no upload, no map or picture from elsewhere: what a figure does not hold, it lacks.</summary>
    private static void KeepOffline(JsonObject figure)
    {
        var config = figure["config"] as JsonObject ?? [];
        foreach (var name in (string[])["displaylogo", "showLink", "showEditInChartStudio", "showSendToCloud"])
            config[name] = false;

        (config["plotlyServerURL"], config["topojsonURL"]) = ("", "");
        figure["config"] = config.DeepClone();
        if (figure["layout"]!["images"] is JsonArray images)
            images.RemoveAll(image => image?["source"]?.ToString().StartsWith("data:", StringComparison.OrdinalIgnoreCase) != true);
    }

    private static int Size(JsonObject layout, string name, int fallback)
    {
        if (layout[name] is JsonValue value && value.TryGetValue(out double size) && size is > 0 and < 100_000)
            return (int)size;

        layout[name] = fallback;
        return fallback;
    }

    private static string Description(JsonObject figure)
    {
        if (figure["layout"]?["meta"] is JsonObject meta && meta["description"] is JsonValue described)
            return described.ToString();

        var title = figure["layout"]?["title"];
        var heading = (title as JsonObject)?["text"]?.ToString() ?? (title as JsonValue)?.ToString() ?? "Figure";
        var names = (figure["data"] as JsonArray ?? []).Select(trace => trace?["name"]?.ToString()).Where(name => !string.IsNullOrEmpty(name)).ToArray();
        return names.Length == 0 ? $"{heading}." : $"{heading}: {string.Join(", ", names)}.";
    }

    // The default encoder of System.Text.Json writes <, > and & as \u003C and the like, so no text in a figure can end the script element.
    private static string ForScript(JsonObject figure) => figure.ToJsonString(JsonSerializerOptions.Default);

    private static string ReadScript()
    {
        using var stream = typeof(GenericChart).Assembly.GetManifestResourceStream(PlotlyResource)
            ?? throw new InvalidOperationException($"This version of Plotly.NET does not carry {PlotlyResource}.");
        using var reader = new StreamReader(stream);

        // Notebook front ends have a module loader, which plotly.js would register with instead of setting window.Plotly.
        return "<script>(function () { if (window.Plotly) return; var define = undefined, module = undefined, exports = undefined;\n"
            + reader.ReadToEnd()
            + "\n}).call(window);</script>";
    }
}
