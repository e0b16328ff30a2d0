using ICAE.Lab.Charts;
using Microsoft.AspNetCore.Html;

namespace ICAE.Lab.Display;

/// <summary>What a notebook calls in its first cell.</summary>
public static class Notebook
{
    private const string Message = "ICAE.Lab is ready: tensors, models, memories, restorations, tables and figures are shown; everything they need is part of this page.";

    /// <summary>
    /// Makes the library's types be shown. A notebook ends its first cell with this call, without a semicolon: the result, shown as the cell's
    /// output, puts styles and plotly.js into the page, once, so that figures are drawn without a network. Calling it again does no harm.
    /// </summary>
    /// <returns>Styles and plotly.js as HTML, with a line that says so.</returns>
    public static IHtmlContent Setup()
    {
        Formatters.Register();
        return new HtmlString($"{NotebookStyle.Element}{FigureHtml.PlotlyScript()}<div class=\"icae\">{Message}</div>");
    }
}
