using System.Globalization;
using System.Net;
using System.Text;
using System.Text.RegularExpressions;
using ICAE.Lab.Jupyter;
using ICAE.Lab.Notebooks.Html;

namespace ICAE.Lab.Notebooks;

/// <summary>A folder of HTML pages, one for each notebook, and an index of them.</summary>
public static partial class NotebookSite
{
    /// <summary>The name of the index.</summary>
    public const string IndexName = "index.html";

    /// <summary>The name that a notebook's page has in a site.</summary>
    /// <param name="path">The notebook's file.</param>
    /// <returns>The file's name with another extension.</returns>
    public static string PageName(string path) => Path.GetFileNameWithoutExtension(path) + ".html";

    /// <summary>Writes the page of a notebook that was executed.</summary>
    /// <param name="document">The notebook with its outputs.</param>
    /// <param name="path">Its file.</param>
    /// <param name="result">How its execution went.</param>
    /// <param name="folder">The site's folder; it must exist.</param>
    /// <returns>The notebook's place in the index.</returns>
    /// <exception cref="JupyterException">The page cannot be written.</exception>
    public static SiteNotebook AddPage(NotebookDocument document, string path, NotebookRunResult result, string folder)
    {
        ArgumentNullException.ThrowIfNull(document);
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentException.ThrowIfNullOrEmpty(folder);
        var page = PageName(path);
        NotebookHtml.Write(document, path, Path.Combine(folder, page), linkPages: true);
        return new SiteNotebook(path, NotebookHtml.Title(document, path), page, Introduction(document), result);
    }

    /// <summary>Writes the pages of the Markdown files beside notebooks, which they may link to.</summary>
    /// <param name="source">The notebooks' folder.</param>
    /// <param name="folder">The site's folder; it must exist.</param>
    /// <returns>The pages' names, in the order of their own.</returns>
    /// <exception cref="JupyterException">A file cannot be read, or a page not be written.</exception>
    public static IReadOnlyList<string> AddTexts(string source, string folder)
    {
        ArgumentException.ThrowIfNullOrEmpty(source);
        ArgumentException.ThrowIfNullOrEmpty(folder);
        return
        [
            .. Directory.GetFiles(source, "*.md").Where(HasPage).Order(StringComparer.Ordinal).Select(path => AddText(path, folder)),
        ];
    }

    /// <summary>Whether a Markdown file has a page of its own: not where its name would be that of a notebook's page or of the index.</summary>
    internal static bool HasPage(string path) => File.Exists(path) && PageName(path) != IndexName && !File.Exists(Path.ChangeExtension(path, ".ipynb"));

    private static string AddText(string path, string folder)
    {
        string text;
        try
        {
            text = File.ReadAllText(path);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new JupyterException($"{path}: the file cannot be read: {error.Message}", error);
        }

        var page = new PageContext(Path.GetDirectoryName(Path.GetFullPath(path)), folder);
        var main = $"<section class=\"cell text\">{MarkdownHtml.Render(text, page)}</section>";
        var title = page.Headings.Count > 0 ? page.Headings[0].Text : Path.GetFileNameWithoutExtension(path);
        SmallFile.Write(Path.Combine(folder, PageName(path)), HtmlPage.Render(title, page.Headings, main, "<a href=\"index.html\">all notebooks</a>"), secret: false);
        return PageName(path);
    }

    /// <summary>Writes the index.</summary>
    /// <param name="title">The site's title.</param>
    /// <param name="notebooks">The notebooks in reading order.</param>
    /// <param name="folder">The site's folder; it must exist.</param>
    /// <returns>The index's path.</returns>
    /// <exception cref="JupyterException">It cannot be written.</exception>
    public static string WriteIndex(string title, IReadOnlyList<SiteNotebook> notebooks, string folder)
    {
        ArgumentNullException.ThrowIfNull(notebooks);
        ArgumentException.ThrowIfNullOrEmpty(folder);
        var main = new StringBuilder($"<h1>{WebUtility.HtmlEncode(title)}</h1><ol>");
        foreach (var notebook in notebooks)
        {
            var page = new PageContext(Path.GetDirectoryName(Path.GetFullPath(notebook.Path)), folder);
            main.Append($"<li><h2><a href=\"{WebUtility.HtmlEncode(Uri.EscapeDataString(notebook.Page))}\">{WebUtility.HtmlEncode(notebook.Title)}</a></h2>")
                .Append(MarkdownHtml.Render(notebook.Introduction, page))
                .Append($"<p>{Outcome(notebook.Result)}</p></li>");
        }

        main.Append("</ol>");
        var path = Path.Combine(folder, IndexName);
        SmallFile.Write(path, HtmlPage.Render(title, [], main.ToString(), "Every page holds all it needs; nothing is loaded from elsewhere."), secret: false);
        return path;
    }

    private static string Outcome(NotebookRunResult result)
    {
        var time = string.Create(CultureInfo.InvariantCulture, $"{result.Executed} cells in {result.Elapsed.TotalSeconds:0.0} s");
        if (result.Outcome == NotebookOutcome.Succeeded)
            return $"Executed: {time}.";

        var failures = string.Join("; ", result.Failures.Select(failure => failure.ToString()));
        return $"<span class=\"failed\">Not executed to its end</span> ({time}). {WebUtility.HtmlEncode(failures)}";
    }

    /// <summary>The first paragraph behind the title.</summary>
    private static string Introduction(NotebookDocument document)
    {
        var text = document.Cells.FirstOrDefault(cell => cell.Kind == NotebookCellKind.Markdown)?.Source ?? "";
        return Blank().Split(text).Select(part => part.Trim()).FirstOrDefault(part => part.Length > 0 && !part.StartsWith('#')) ?? "";
    }

    [GeneratedRegex(@"\n\s*\n")]
    private static partial Regex Blank();
}
