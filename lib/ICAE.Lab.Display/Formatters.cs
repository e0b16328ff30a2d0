using ICAE.Lab.Charts;
using Microsoft.AspNetCore.Html;
using Microsoft.DotNet.Interactive.Formatting;
using Plotly.NET;
using TorchSharp;

namespace ICAE.Lab.Display;

/// <summary>How the library's types look in a notebook.</summary>
public static class Formatters
{
    private const string Html = "text/html";
    private const string PlainText = "text/plain";

    /// <summary>
    /// Registers the looks of tensors and figures. A notebook ends its first cell with this call, without a semicolon: the result, shown as the
    /// cell's output, puts plotly.js into the page, so that figures are drawn without a network. Calling it again does no harm.
    /// </summary>
    /// <returns>plotly.js as HTML, with a line that says so.</returns>
    public static IHtmlContent Register()
    {
        Formatter.Register<torch.Tensor>((tensor, writer) => writer.Write(TensorSummary.Of(tensor).ToHtml()), Html);
        Formatter.Register<torch.Tensor>((tensor, writer) => writer.Write(TensorSummary.Of(tensor).ToString()), PlainText);
        Formatter.SetPreferredMimeTypesFor(typeof(torch.Tensor), Html, PlainText);

        Formatter.Register<GenericChart>((figure, writer) => writer.Write(FigureHtml.Fragment(figure)), Html);
        Formatter.SetPreferredMimeTypesFor(typeof(GenericChart), Html);

        return new HtmlString(FigureHtml.PlotlyScript() + "<div>ICAE.Lab: tensors and figures are shown; plotly.js is part of this page.</div>");
    }
}
