using System.Net;
using System.Text;
using System.Text.RegularExpressions;

namespace ICAE.Lab.Notebooks.Html;

/// <summary>Code as HTML, with its words coloured where the language is known.</summary>
internal static class CodeHtml
{
    // Colouring is for reading; nobody reads more than this.
    private const int MaxLength = 200_000;

    /// <summary>The code as a block.</summary>
    public static string Block(string code, string language)
    {
        var label = language.Length == 0 ? "code" : language + " code";
        return $"<pre class=\"code\" tabindex=\"0\" aria-label=\"{WebUtility.HtmlEncode(label)}\"><code>{Words(code.TrimEnd('\n'), language)}</code></pre>";
    }

    private static string Words(string code, string language)
    {
        var pattern = code.Length > MaxLength ? null : CodeLanguage.Pattern(language);
        if (pattern is null)
            return WebUtility.HtmlEncode(code);

        var html = new StringBuilder();
        var at = 0;
        foreach (Match match in pattern.Matches(code))
        {
            if (match.Length == 0)
                continue;

            html.Append(WebUtility.HtmlEncode(code[at..match.Index]));
            var kind = CodeLanguage.Kinds.First(kind => match.Groups[kind].Success);
            html.Append("<span class=\"").Append(kind).Append("\">").Append(WebUtility.HtmlEncode(match.Value)).Append("</span>");
            at = match.Index + match.Length;
        }

        return html.Append(WebUtility.HtmlEncode(code[at..])).ToString();
    }
}
