using System.Globalization;
using System.Text;
using ICAE.Lab.Charts;
using Microsoft.Data.Analysis;

namespace ICAE.Lab.Display;

/// <summary>
/// A table of data: with scripts, a click on a heading sorts it and it is turned page by page; without, it stands as it is.
/// </summary>
internal static class DataFrameView
{
    private const int MostRows = 1000;
    private const int MostTextRows = 20;

    // Sorting and paging of one table; what the page shows is taken from its own cells.
    private const string Script = """
        (function(){var t=document.getElementById("ID");if(!t||t.dataset.icae)return;t.dataset.icae=1;
        var body=t.tBodies[0],rows=[].slice.call(body.rows),size=20,page=0,pages=Math.ceil(rows.length/size),bar=document.createElement("div");
        var back=button("‹","previous rows",function(){page--;show()}),on=button("›","next rows",function(){page++;show()}),label=document.createElement("span");
        function button(text,name,act){var b=document.createElement("button");b.type="button";b.textContent=text;b.setAttribute("aria-label",name);b.onclick=act;return b}
        function value(cell){var text=cell.dataset.value||cell.textContent;if(text==="")return null;if(cell.className!=="n")return text;
        var number=text.indexOf("Infinity")>=0?(text[0]==="-"?-Infinity:Infinity):parseFloat(text.replace(/,/g,""));return isNaN(number)?null:number}
        function show(){body.replaceChildren.apply(body,rows.slice(page*size,page*size+size));back.disabled=page<1;on.disabled=page>=pages-1;
        label.textContent=" rows "+(page*size+1)+" to "+Math.min(rows.length,page*size+size)+" of "+rows.length+" "}
        [].forEach.call(t.tHead.rows[0].cells,function(th,i){var down=false,b=button(th.textContent,"sort by "+th.textContent,function(){
        [].forEach.call(t.tHead.rows[0].cells,function(other){other.removeAttribute("aria-sort")});th.setAttribute("aria-sort",down?"descending":"ascending");
        var sign=down?-1:1;down=!down;rows.sort(function(x,y){x=value(x.cells[i]);y=value(y.cells[i]);if(x===y)return 0;if(x===null)return 1;if(y===null)return -1;
        return sign*(typeof x==="number"?x<y?-1:1:x.localeCompare(y))});page=0;show()});
        th.textContent="";th.appendChild(b)});
        if(pages>1){bar.append(back,label,on);t.after(bar);window.addEventListener("beforeprint",function(){body.replaceChildren.apply(body,rows)});window.addEventListener("afterprint",show);show()}})();
        """;

    /// <summary>The table as HTML.</summary>
    public static string ToHtml(DataFrame table)
    {
        var (id, rows) = ($"icae-table-{Guid.NewGuid():N}", Math.Min(table.Rows.Count, MostRows));
        var html = new StringBuilder("<div class=\"icae\"><table id=\"").Append(id).Append("\"><caption>").Append(HtmlText.Escape(Caption(table, rows))).Append("</caption><thead><tr>");
        foreach (var column in table.Columns)
            html.Append("<th scope=\"col\"").Append(Class(column)).Append('>').Append(HtmlText.Escape(column.Name)).Append("</th>");

        html.Append("</tr></thead><tbody>");
        for (var row = 0L; row < rows; row++)
        {
            html.Append("<tr>");
            foreach (var column in table.Columns)
                AddCell(html, Class(column), column[row]);

            html.Append("</tr>");
        }

        return html.Append("</tbody></table><script>").Append(Script.Replace("ID", id, StringComparison.Ordinal)).Append("</script></div>").ToString();
    }

    /// <summary>The table's first rows as lines of text.</summary>
    public static string ToText(DataFrame table)
    {
        var rows = Math.Min(table.Rows.Count, MostTextRows);
        var lines = Enumerable.Range(0, (int)rows).Select(row => string.Join(" | ", table.Columns.Select(column => Text(column[row]))));
        return string.Join('\n', lines.Prepend(string.Join(" | ", table.Columns.Select(column => column.Name))).Prepend(Caption(table, rows)));
    }

    private static string Caption(DataFrame table, long shown)
    {
        var rest = shown < table.Rows.Count ? $"; the first {Html.Whole(shown)} are shown" : "";
        return $"{Html.Whole(table.Rows.Count)} rows, {table.Columns.Count} columns{rest}";
    }

    private static string Class(DataFrameColumn column) => column.IsNumericColumn() ? " class=\"n\"" : "";

    private static void AddCell(StringBuilder html, string kind, object? value)
    {
        var shown = Text(value);
        html.Append("<td").Append(kind);

        // What is shown of a number may be shorter than the number; rows are sorted by the whole.
        if (value is double or float && ((IFormattable)value).ToString("R", CultureInfo.InvariantCulture) is var whole && whole != shown)
            html.Append(" data-value=\"").Append(whole).Append('"');

        html.Append('>').Append(HtmlText.Escape(shown)).Append("</td>");
    }

    private static string Text(object? value) => value switch
    {
        null => "",
        double number => NumberText.Of(number),
        float number => NumberText.Of(number),
        IFormattable formattable => formattable.ToString(null, CultureInfo.InvariantCulture),
        _ => value.ToString() ?? "",
    };
}
