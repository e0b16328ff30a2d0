using System.Net;
using System.Text;

namespace ICAE.Lab.Notebooks.Html;

/// <summary>The frame of a page.</summary>
internal static class HtmlPage
{
    // The second lock on the door: even what a script makes up while the page is read is not fetched.
    private const string Policy =
        "default-src 'none'; script-src 'unsafe-inline' 'unsafe-eval'; style-src 'unsafe-inline'; img-src data: blob:; font-src data:; media-src data: blob:; worker-src blob:; base-uri 'none'; form-action 'none'";

    /// <summary>A whole page.</summary>
    /// <param name="title">Its title, as text.</param>
    /// <param name="headings">What its contents list.</param>
    /// <param name="main">The HTML of its main part.</param>
    /// <param name="footer">The HTML below it.</param>
    /// <returns>The HTML.</returns>
    public static string Render(string title, IReadOnlyList<(int Level, string Id, string Text)> headings, string main, string footer) => $"""
        <!DOCTYPE html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta http-equiv="Content-Security-Policy" content="{Policy}">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <meta name="referrer" content="no-referrer">
        <link rel="icon" href="data:,">
        <title>{WebUtility.HtmlEncode(title)}</title>
        <style>
        {PageStyle.Text}
        </style>
        </head>
        <body>
        <a class="skip" href="#main">Skip to the content</a>
        <div class="page">
        {Contents(headings)}
        <main id="main">
        {main}
        </main>
        <footer>{footer}</footer>
        </div>
        </body>
        </html>

        """;

    private static string Contents(IReadOnlyList<(int Level, string Id, string Text)> headings)
    {
        const int DeepestLevel = 3;
        var html = new StringBuilder("<nav class=\"contents\" aria-label=\"Contents\">");
        if (headings.Count > 1)
        {
            html.Append("<h2>Contents</h2><ol>");
            foreach (var (level, id, text) in headings.Where(heading => heading.Level <= DeepestLevel))
                html.Append($"<li class=\"level-{level}\"><a href=\"#{WebUtility.HtmlEncode(id)}\">{WebUtility.HtmlEncode(text)}</a></li>");

            html.Append("</ol>");
        }

        return html.Append("</nav>").ToString();
    }
}
