using System.Net;
using System.Text;

namespace ICAE.Lab.Kernel.Language;

/// <summary><c>#!who</c> and <c>#!whos</c>: list the variables of the C# cells.</summary>
internal sealed class VariablesCommand(ScriptSession session, bool withTypes) : ICellCommand
{
    public string Name => withTypes ? "whos" : "who";

    public string Description => withTypes ? "lists the variables and their types" : "lists the variables";

    public Task RunAsync(CellSegment command, CellRun run)
    {
        var text = new StringBuilder();
        var html = new StringBuilder("<table><tbody>");
        foreach (var (name, variable) in session.Variables().OrderBy(variable => variable.Key, StringComparer.Ordinal))
        {
            var type = withTypes ? TypeNames.Short(variable.Type) : "";
            text.Append(name).Append(withTypes ? "  " : "").Append(type).Append('\n');
            html.Append("<tr><td>").Append(WebUtility.HtmlEncode(name)).Append("</td><td>").Append(WebUtility.HtmlEncode(type)).Append("</td></tr>");
        }

        html.Append("</tbody></table>");
        run.Output.Display(new MimeBundle(new Dictionary<string, string> { ["text/html"] = html.ToString(), ["text/plain"] = text.ToString() }), null, replace: false);
        return Task.CompletedTask;
    }
}
