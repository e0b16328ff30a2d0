using ICAE.Lab.Charts;
using Microsoft.DotNet.Interactive.Formatting;
using TorchSharp;

namespace ICAE.Lab.Display.Tests;

[Collection("torch")]
public sealed class FormattersTests
{
    [Fact]
    public void A_tensor_is_shown_as_html_and_as_text()
    {
        Formatters.Register();
        using var tensor = torch.ones(2, 3, device: torch.CPU);

        Assert.Equal("text/html", Formatter.GetPreferredMimeTypesFor(typeof(torch.Tensor)).First());
        Assert.Contains("<td style=\"text-align:right\">1</td>", tensor.ToDisplayString("text/html"), StringComparison.Ordinal);
        Assert.StartsWith("float32 [2, 3] on cpu, 24 bytes", tensor.ToDisplayString("text/plain"), StringComparison.Ordinal);
    }

    [Fact]
    public void A_figure_is_shown_as_an_element_that_draws_it()
    {
        Formatters.Register();

        var html = Figures.GroupedBars([new("a", "b", 1, 1, 1)], "t", "v").ToDisplayString("text/html");

        Assert.StartsWith("<div id=\"icae-figure-", html, StringComparison.Ordinal);
    }

    [Fact]
    public void Registering_gives_the_library_for_the_page()
    {
        var html = Formatters.Register().ToDisplayString("text/html");

        Assert.Contains(FigureHtml.PlotlyScript(), html, StringComparison.Ordinal);
    }
}
