using System.Net;
using System.Text;

namespace ICAE.Lab.Notebooks.Html;

/// <summary>A start or end tag, read as browsers read it.</summary>
/// <param name="Name">The name in lower case.</param>
/// <param name="IsEnd">Whether it is an end tag.</param>
/// <param name="SelfClosing">Whether it ends with <c>/&gt;</c>.</param>
/// <param name="Attributes">Names in lower case and decoded values.</param>
/// <param name="End">The place behind it.</param>
internal sealed record HtmlTag(string Name, bool IsEnd, bool SelfClosing, IReadOnlyList<(string Name, string Value)> Attributes, int End)
{
    /// <summary>Reads the tag at a place.</summary>
    /// <returns>The tag, or <see langword="null"/> if what stands there is none or is cut off.</returns>
    public static HtmlTag? Read(string html, int start)
    {
        var at = start + 1;
        var isEnd = at < html.Length && html[at] == '/';
        if (isEnd)
            at++;

        if (at >= html.Length || !char.IsAsciiLetter(html[at]))
            return null;

        var nameStart = at;
        while (at < html.Length && !IsSpace(html[at]) && html[at] is not ('/' or '>'))
            at++;

        var name = html[nameStart..at].ToLowerInvariant();
        var attributes = new List<(string, string)>();
        var selfClosing = false;
        while (at < html.Length)
        {
            if (html[at] == '>')
                return new HtmlTag(name, isEnd, selfClosing, attributes, at + 1);

            selfClosing = html[at] == '/';
            if (selfClosing || IsSpace(html[at]))
                at++;
            else
                at = ReadAttribute(html, at, attributes);
        }

        return null;
    }

    /// <summary>Appends a start tag with attributes of its own.</summary>
    public static void Append(StringBuilder text, string name, IEnumerable<(string Name, string Value)> attributes, bool selfClosing)
    {
        text.Append('<').Append(name);
        foreach (var (attribute, value) in attributes)
            text.Append(' ').Append(attribute).Append("=\"").Append(WebUtility.HtmlEncode(value)).Append('"');

        text.Append(selfClosing ? "/>" : ">");
    }

    private static int ReadAttribute(string html, int at, List<(string, string)> attributes)
    {
        var start = at;
        at++;
        while (at < html.Length && !IsSpace(html[at]) && html[at] is not ('=' or '/' or '>'))
            at++;

        var name = html[start..at].ToLowerInvariant();
        var next = Skip(html, at);
        if (next >= html.Length || html[next] != '=')
        {
            attributes.Add((name, ""));
            return at;
        }

        at = Skip(html, next + 1);
        if (at >= html.Length)
            return at;

        if (html[at] is '"' or '\'')
        {
            var end = html.IndexOf(html[at], at + 1);
            if (end < 0)
                return html.Length;

            attributes.Add((name, WebUtility.HtmlDecode(html[(at + 1)..end])));
            return end + 1;
        }

        start = at;
        while (at < html.Length && !IsSpace(html[at]) && html[at] != '>')
            at++;

        attributes.Add((name, WebUtility.HtmlDecode(html[start..at])));
        return at;
    }

    private static int Skip(string html, int at)
    {
        while (at < html.Length && IsSpace(html[at]))
            at++;

        return at;
    }

    private static bool IsSpace(char character) => character is ' ' or '\t' or '\n' or '\r' or '\f';
}
