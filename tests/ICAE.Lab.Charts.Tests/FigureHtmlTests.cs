using System.Text.RegularExpressions;
using Plotly.NET;

namespace ICAE.Lab.Charts.Tests;

public sealed partial class FigureHtmlTests
{
    [Fact]
    public void The_library_is_one_script_element_that_loads_nothing()
    {
        var script = FigureHtml.PlotlyScript();

        Assert.StartsWith("<script>", script, StringComparison.Ordinal);
        Assert.Equal(script.Length - "</script>".Length, script.IndexOf("</script", StringComparison.OrdinalIgnoreCase));
        Assert.Contains("plotly.js v2.28.0", script, StringComparison.Ordinal);
        Assert.DoesNotContain("cdn.plot.ly/plotly", script, StringComparison.Ordinal);
    }

    [Fact]
    public void A_fragment_names_no_other_place_and_holds_the_description_for_readers_without_scripts()
    {
        var html = FigureHtml.Fragment(Figures.TrainingCurves([new(0, "loss", 4), new(9, "loss", 1)], "A run", "nats"));

        Assert.DoesNotContain("http", html, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("""role="img" aria-label="Line chart: A run. loss from 4 at step 0 to 1 at step 9." """.TrimEnd(), html, StringComparison.Ordinal);
        Assert.Matches("width:[0-9]+px;height:[0-9]+px", html);
    }

    [Fact]
    public void A_fragment_can_be_shown_twice_in_a_page()
    {
        var figure = Figures.TrainingCurves([new(0, "loss", 4)], "A run", "nats");

        Assert.NotEqual(Id(FigureHtml.Fragment(figure)), Id(FigureHtml.Fragment(figure)));
    }

    [Fact]
    public void Text_in_a_figure_cannot_end_the_script_or_the_attribute()
    {
        var html = FigureHtml.Fragment(Figures.TrainingCurves([new(0, "</script><b>", 4)], "\"><img src=x>", "<!--"));

        Assert.Equal(1, Occurrences(html, "</script"));
        Assert.Equal(1, Occurrences(html, "<script"));
        Assert.DoesNotContain("<img", html, StringComparison.Ordinal);
        Assert.DoesNotContain("<b>", html, StringComparison.Ordinal);
        Assert.DoesNotContain("<!--", html, StringComparison.Ordinal);
    }

    [Fact]
    public void A_figure_made_elsewhere_gets_a_size_and_a_description()
    {
        var trace = new Trace("bar");
        trace.SetProperty("name", "counts");
        trace.SetProperty("y", new[] { 1, 2 });

        var html = FigureHtml.Fragment(GenericChart.ofTraceObject(true, trace));

        Assert.Contains("aria-label=\"Figure: counts.\"", html, StringComparison.Ordinal);
        Assert.Matches("\"width\":[0-9]+", html);
        Assert.Contains("aria-label=\"Two bars.\"", FigureHtml.Fragment(GenericChart.ofTraceObject(true, trace), "Two bars."), StringComparison.Ordinal);
    }

    [Fact]
    public void A_figure_made_elsewhere_gets_no_link_no_upload_and_no_picture_from_another_place()
    {
        var layout = new Layout();
        layout.SetProperty("images", new[]
        {
            new Dictionary<string, object> { ["source"] = "https://example.org/a.png" },
            new Dictionary<string, object> { ["source"] = "data:image/png;base64,AAAA" },
        });
        var trace = new Trace("bar");
        trace.SetProperty("y", new[] { 1, 2 });

        var html = FigureHtml.Fragment(GenericChart.setLayout(layout, GenericChart.ofTraceObject(true, trace)));

        Assert.DoesNotContain("http", html, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("data:image/png", html, StringComparison.Ordinal);
        Assert.Contains("\"displaylogo\":false", html, StringComparison.Ordinal);
        Assert.Contains("\"plotlyServerURL\":\"\"", html, StringComparison.Ordinal);
        Assert.Contains("\"topojsonURL\":\"\"", html, StringComparison.Ordinal);
    }

    [Fact]
    public void A_figures_description_can_be_asked_for() =>
        Assert.Equal("Line chart: A run. loss from 4 at step 0 to 1 at step 9.", FigureHtml.Describe(Figures.TrainingCurves([new(0, "loss", 4), new(9, "loss", 1)], "A run", "nats")));

    private static string Id(string html) => IdPattern().Match(html).Value;

    private static int Occurrences(string text, string part) => text.Split(part).Length - 1;

    [GeneratedRegex("id=\"[^\"]+\"")]
    private static partial Regex IdPattern();
}
