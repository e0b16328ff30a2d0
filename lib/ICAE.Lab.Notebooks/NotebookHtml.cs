using System.Globalization;
using System.Net;
using System.Text;
using System.Text.RegularExpressions;
using ICAE.Lab.Jupyter;
using ICAE.Lab.Notebooks.Html;

namespace ICAE.Lab.Notebooks;

/// <summary>
/// A notebook as one HTML file that needs nothing else: what its outputs or its Markdown would fetch from elsewhere is left out, and the page
/// forbids it besides. Libraries that several outputs bring are in it once.
/// </summary>
public static partial class NotebookHtml
{
    /// <summary>Renders a notebook.</summary>
    /// <param name="document">The notebook.</param>
    /// <param name="path">Its file: the name is the title where there is no heading, and pictures are taken from its folder.</param>
    /// <param name="siteFolder">The folder of the site that the page belongs to: links to other notebooks lead to their pages there, those to other files to where they are. <see langword="null"/> to leave links as they are.</param>
    /// <returns>The page.</returns>
    public static string Render(NotebookDocument document, string path, string? siteFolder = null)
    {
        ArgumentNullException.ThrowIfNull(document);
        ArgumentException.ThrowIfNullOrEmpty(path);
        var page = new PageContext(Path.GetDirectoryName(Path.GetFullPath(path)), siteFolder);
        var main = new StringBuilder();
        foreach (var cell in document.Cells)
            main.Append(Cell(cell, document.Language, page)).Append('\n');

        var footer = $"{WebUtility.HtmlEncode(Path.GetFileName(path))}{(siteFolder is not null ? " · <a href=\"index.html\">all notebooks</a>" : "")}";
        return HtmlPage.Render(Title(document, path), page.Headings, main.ToString(), footer);
    }

    /// <summary>Renders a notebook into a file, written beside and renamed.</summary>
    /// <param name="document">The notebook.</param>
    /// <param name="path">Its file.</param>
    /// <param name="target">The HTML file; its folder must exist.</param>
    /// <param name="linkPages">Whether its folder is a site's: links to other notebooks lead to their pages in it, those to other files to where they are.</param>
    /// <exception cref="JupyterException">It cannot be written.</exception>
    public static void Write(NotebookDocument document, string path, string target, bool linkPages = false)
    {
        ArgumentException.ThrowIfNullOrEmpty(target);
        SmallFile.Write(target, Render(document, path, linkPages ? Path.GetDirectoryName(Path.GetFullPath(target)) : null), secret: false);
    }

    /// <summary>The notebook's first heading, or its file's name.</summary>
    internal static string Title(NotebookDocument document, string path)
    {
        var heading = document.Cells.Where(cell => cell.Kind == NotebookCellKind.Markdown).Select(cell => FirstHeading().Match(cell.Source)).FirstOrDefault(match => match.Success);
        return heading?.Groups["text"].Value.Trim() ?? Path.GetFileNameWithoutExtension(path);
    }

    private static string Cell(NotebookCell cell, string language, PageContext page)
    {
        switch (cell.Kind)
        {
            case NotebookCellKind.Markdown:
                return $"<section class=\"cell text\">{MarkdownHtml.Render(cell.Source, page, cell.OtherFields["attachments"] as System.Text.Json.Nodes.JsonObject)}</section>";
            case NotebookCellKind.Raw:
                return $"<section class=\"cell\"><pre tabindex=\"0\">{WebUtility.HtmlEncode(cell.Source)}</pre></section>";
        }

        var html = new StringBuilder();
        var count = cell.ExecutionCount is { } number ? number.ToString(CultureInfo.InvariantCulture) : " ";
        html.Append("<section class=\"cell\">").Append($"<div class=\"count\" aria-hidden=\"true\">[{count}]</div>").Append(CodeHtml.Block(cell.Source, CellLanguage(cell, language)));
        foreach (var output in cell.Outputs)
            html.Append(OutputHtml.Render(output, page));

        return html.Append("</section>").ToString();
    }

    /// <summary>A cell that opens with <c>#!NAME</c> is in that language, if it is one.</summary>
    private static string CellLanguage(NotebookCell cell, string language)
    {
        var magic = OpeningMagic().Match(cell.Source).Groups["name"].Value;
        return CodeLanguage.Pattern(magic) is null ? language : magic;
    }

    [GeneratedRegex(@"^\#\s+(?<text>[^\n]+?)\s*\#*\s*$", RegexOptions.Multiline)]
    private static partial Regex FirstHeading();

    [GeneratedRegex(@"\A\s*#!(?<name>[\w#-]+)")]
    private static partial Regex OpeningMagic();
}
