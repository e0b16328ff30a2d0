using System.Net;
using System.Text;

namespace ICAE.Lab.Kernel.Language;

/// <summary><c>#!lsmagic</c>: lists languages and commands.</summary>
internal sealed class ListCommand(Func<IEnumerable<(string Name, string Description)>> entries) : ICellCommand
{
    public string Name => "lsmagic";

    public string Description => "lists languages and commands";

    public Task RunAsync(CellSegment command, CellRun run)
    {
        var text = new StringBuilder();
        var html = new StringBuilder("<table><thead><tr><th>name</th><th>what it is</th></tr></thead><tbody>");
        foreach (var (name, description) in entries().OrderBy(entry => entry.Name, StringComparer.Ordinal))
        {
            text.Append("#!").Append(name).Append("  ").Append(description).Append('\n');
            html.Append("<tr><td><code>#!").Append(WebUtility.HtmlEncode(name)).Append("</code></td><td>").Append(WebUtility.HtmlEncode(description)).Append("</td></tr>");
        }

        html.Append("</tbody></table>");
        run.Output.Display(new MimeBundle(new Dictionary<string, string> { ["text/html"] = html.ToString(), ["text/plain"] = text.ToString() }), null, replace: false);
        return Task.CompletedTask;
    }
}
