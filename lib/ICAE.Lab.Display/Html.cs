using System.Globalization;
using System.Text;
using ICAE.Lab.Charts;

namespace ICAE.Lab.Display;

/// <summary>Small tables as HTML, and what stands in them.</summary>
internal static class Html
{
    /// <summary>A whole number with separators.</summary>
    public static string Whole(long value) => value.ToString("N0", CultureInfo.InvariantCulture);

    /// <summary>A table whose first column names the rows; cells are texts, and all columns but the first are aligned as numbers where asked for.</summary>
    public static string Table(IReadOnlyList<string> headings, IEnumerable<IReadOnlyList<string>> rows, bool numbers)
    {
        var html = new StringBuilder("<table>");
        if (headings.Count > 0)
            html.Append("<thead><tr>").AppendJoin("", headings.Select((heading, i) => $"<th scope=\"col\"{Class(i)}>{HtmlText.Escape(heading)}</th>")).Append("</tr></thead>");

        html.Append("<tbody>");
        foreach (var row in rows)
            html.Append("<tr>").AppendJoin("", row.Select((cell, i) => i == 0 ? $"<th scope=\"row\">{HtmlText.Escape(cell)}</th>" : $"<td{Class(i)}>{HtmlText.Escape(cell)}</td>")).Append("</tr>");

        return html.Append("</tbody></table>").ToString();

        string Class(int column) => numbers && column > 0 ? " class=\"n\"" : "";
    }

    /// <summary>The same rows as lines of text.</summary>
    public static string Lines(IEnumerable<IReadOnlyList<string>> rows) => string.Join('\n', rows.Select(row => string.Join("  ", row.Where(cell => cell.Length > 0))));
}
