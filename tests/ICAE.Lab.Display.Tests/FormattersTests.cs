using ICAE.Lab.Autoencoder;
using ICAE.Lab.Charts;
using ICAE.Lab.Experiments.RestorationEvaluation;
using ICAE.Lab.Models;
using ICAE.Lab.Training;
using Microsoft.Data.Analysis;
using Microsoft.DotNet.Interactive.Formatting;
using Plotly.NET;
using TorchSharp;

namespace ICAE.Lab.Display.Tests;

[Collection("torch")]
public sealed class FormattersTests
{
    public FormattersTests() => Formatters.Register();

    [Fact]
    public void A_tensor_is_shown_as_html_and_as_text()
    {
        using var tensor = torch.ones(2, 3, device: torch.CPU);

        Assert.Contains("<td class=\"n\">1</td>", tensor.ToDisplayString("text/html"), StringComparison.Ordinal);
        Assert.StartsWith("float32 [2, 3] on cpu, 24 bytes", tensor.ToDisplayString("text/plain"), StringComparison.Ordinal);
    }

    [Fact]
    public void A_tensor_that_was_disposed_is_told_and_does_not_fail()
    {
        var tensor = torch.ones(2, 3, device: torch.CPU);
        tensor.Dispose();

        Assert.Equal("a tensor that was disposed", tensor.ToDisplayString("text/plain"));
        Assert.Contains("a tensor that was disposed", tensor.ToDisplayString("text/html"), StringComparison.Ordinal);
    }

    [Fact]
    public void A_figure_is_shown_as_an_element_that_draws_it_and_told_in_words()
    {
        var figure = Figures.GroupedBars([new("a", "b", 1, 1, 1)], "t", "v");

        Assert.StartsWith("<div id=\"icae-figure-", figure.ToDisplayString("text/html"), StringComparison.Ordinal);
        Assert.Equal("Bar chart: t. a, b: 1 (1 to 1).", figure.ToDisplayString("text/plain"));
    }

    [Theory]
    [InlineData(typeof(torch.Tensor))]
    [InlineData(typeof(TorchSharp.Modules.Parameter))]
    [InlineData(typeof(GenericChart))]
    [InlineData(typeof(DataFrame))]
    [InlineData(typeof(Transformer))]
    [InlineData(typeof(BaseModel))]
    [InlineData(typeof(IcaeModel))]
    [InlineData(typeof(Memory))]
    [InlineData(typeof(Restoration))]
    [InlineData(typeof(RestorationResult))]
    [InlineData(typeof(Continuation))]
    [InlineData(typeof(PretrainingRun))]
    [InlineData(typeof(ProgressBar))]
    public void Html_comes_first(Type type) => Assert.Equal("text/html", Formatter.GetPreferredMimeTypesFor(type).First());

    [Fact]
    public void Each_of_a_figures_own_types_is_shown_as_html_first()
    {
        foreach (var type in typeof(GenericChart).GetNestedTypes().Where(type => type.IsSubclassOf(typeof(GenericChart))))
            Assert.Equal("text/html", Formatter.GetPreferredMimeTypesFor(type).First());
    }

    [Fact]
    public void Setup_puts_styles_and_the_library_of_figures_into_the_page()
    {
        var html = Notebook.Setup().ToDisplayString("text/html");

        Assert.Contains(FigureHtml.PlotlyScript(), html, StringComparison.Ordinal);
        Assert.Contains("<style>", html, StringComparison.Ordinal);
        Assert.DoesNotMatch("@import|url\\(", html[..html.IndexOf("<script>", StringComparison.Ordinal)]);
    }

    [Fact]
    public void A_table_is_whole_without_scripts_and_its_texts_stay_texts()
    {
        const string Hostile = "</script><img src=x onerror=alert(1)>";
        var table = new DataFrame(
            new StringDataFrameColumn(Hostile, Enumerable.Range(0, 30).Select(i => i == 7 ? Hostile : $"row {i}")),
            new DoubleDataFrameColumn("value", Enumerable.Range(0, 30).Select(i => i == 3 ? null : (double?)(i + 0.5))));

        var html = table.ToDisplayString("text/html");

        Assert.Equal(31, html.Split("<tr>").Length - 1);
        Assert.Contains("<td class=\"n\">29.5</td>", html, StringComparison.Ordinal);
        Assert.DoesNotContain("<img", html, StringComparison.Ordinal);
        Assert.Equal(1, html.Split("</script>").Length - 1);
        Assert.Contains("30 rows, 2 columns", html, StringComparison.Ordinal);
        Assert.StartsWith("30 rows, 2 columns; the first 20 are shown\n", table.ToDisplayString("text/plain"), StringComparison.Ordinal);
    }

    [Fact]
    public void A_table_keeps_whole_numbers_for_sorting_beside_what_it_shows()
    {
        var html = new DataFrame(new SingleDataFrameColumn("x", [12341f, 0.5f, 0.123456f, float.NaN])).ToDisplayString("text/html");

        Assert.Contains("<td class=\"n\">12341</td>", html, StringComparison.Ordinal);
        Assert.Contains("<td class=\"n\">0.5</td>", html, StringComparison.Ordinal);
        Assert.Contains("<td class=\"n\" data-value=\"0.123456\">0.1235</td>", html, StringComparison.Ordinal);
        Assert.Contains("<td class=\"n\">NaN</td>", html, StringComparison.Ordinal);
    }

    [Fact]
    public void A_long_table_is_cut_and_says_so()
    {
        var html = new DataFrame(new Int32DataFrameColumn("i", Enumerable.Range(0, 1500))).ToDisplayString("text/html");

        Assert.Equal(1001, html.Split("<tr>").Length - 1);
        Assert.Contains("1,500 rows, 1 columns; the first 1,000 are shown", html, StringComparison.Ordinal);
    }
}
