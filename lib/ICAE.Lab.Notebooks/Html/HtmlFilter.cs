using System.Net;
using System.Text;

namespace ICAE.Lab.Notebooks.Html;

/// <summary>
/// Makes a piece of foreign HTML fit into a page: nothing in it reaches the network, nothing in it ends an element that it did not begin,
/// and what it leaves open is closed. Links to elsewhere stay.
/// </summary>
internal sealed class HtmlFilter
{
    private static readonly HashSet<string> Void = ["area", "br", "col", "embed", "hr", "img", "input", "source", "track", "wbr"];
    private static readonly HashSet<string> RawText = ["script", "style", "textarea", "title", "xmp", "iframe", "noembed", "noframes", "noscript"];

    // What only loads, frames or redirects; of some the content goes too.
    private static readonly HashSet<string> LeftOut = ["base", "meta", "link", "object", "embed", "applet", "frame", "frameset", "portal", "plaintext", "html", "head", "body", "param"];
    private static readonly HashSet<string> LeftOutWithContent = ["iframe", "title", "xmp", "noembed", "noframes", "noscript"];

    private readonly string _html;
    private readonly HtmlPolicy _policy;
    private readonly StringBuilder _result = new();
    private readonly Stack<string> _open = new();

    private HtmlFilter(string html, HtmlPolicy policy)
    {
        _html = html;
        _policy = policy;
    }

    /// <summary>Cleans a piece of HTML.</summary>
    public static string Clean(string html, HtmlPolicy policy)
    {
        var filter = new HtmlFilter(html, policy);
        filter.Run();
        return filter._result.ToString();
    }

    private void Run()
    {
        var at = 0;
        while (at < _html.Length)
        {
            var next = _html.IndexOf('<', at);
            if (next < 0)
                break;

            _result.Append(_html, at, next - at);
            at = ReadMarkup(next);
        }

        _result.Append(_html, at, _html.Length - at);
        while (_open.TryPop(out var name))
            _result.Append("</").Append(name).Append('>');
    }

    private int ReadMarkup(int at)
    {
        if (_html.AsSpan(at).StartsWith("<!--"))
            return EndOf("-->", at);

        if (at + 1 < _html.Length && _html[at + 1] is '!' or '?')
            return EndOf(">", at);

        var tag = HtmlTag.Read(_html, at);
        if (tag is null)
        {
            // Either no tag at all, or one that is cut off: as text it is harmless.
            _result.Append("&lt;");
            return at + 1;
        }

        if (tag.IsEnd)
            Close(tag.Name);
        else if (RawText.Contains(tag.Name))
            return ReadRawText(tag);
        else if (!LeftOut.Contains(tag.Name) && HtmlAttributes.IsName(tag.Name))
            Open(tag);

        return tag.End;
    }

    private int EndOf(string mark, int at)
    {
        var end = _html.IndexOf(mark, at + 2, StringComparison.Ordinal);
        return end < 0 ? _html.Length : end + mark.Length;
    }

    private void Open(HtmlTag tag)
    {
        HtmlTag.Append(_result, tag.Name, HtmlAttributes.Clean(tag, _policy), tag.SelfClosing && !Void.Contains(tag.Name) && InSvg());
        if (!Void.Contains(tag.Name) && !(tag.SelfClosing && InSvg()))
            _open.Push(tag.Name);
    }

    // Outside of drawings a slash before the end of a tag means nothing.
    private bool InSvg() => _open.Contains("svg") || _open.Contains("math");

    private void Close(string name)
    {
        if (!_open.Contains(name))
            return;

        string closed;
        do
        {
            closed = _open.Pop();
            _result.Append("</").Append(closed).Append('>');
        }
        while (closed != name);
    }

    private int ReadRawText(HtmlTag tag)
    {
        var (content, end) = RawContent(tag);
        if (LeftOutWithContent.Contains(tag.Name))
        {
            if (tag.Name == "iframe")
                _result.Append("<em class=\"left-out\">[a frame is left out: this page reaches no network]</em>");
            return end;
        }

        if (tag.Name == "textarea")
        {
            HtmlTag.Append(_result, tag.Name, HtmlAttributes.Clean(tag, _policy), selfClosing: false);
            _result.Append(WebUtility.HtmlEncode(WebUtility.HtmlDecode(content))).Append("</textarea>");
            return end;
        }

        if (!_policy.AllowScripts)
            return end;

        if (tag.Name == "style")
            AppendRaw(tag, CssFilter.Clean(content).Replace("<", "\\3c ", StringComparison.Ordinal));
        else if (tag.Attributes.Any(attribute => attribute.Name is "src" or "href" or "xlink:href"))
            _result.Append("<em class=\"left-out\">[a script from elsewhere is left out: this page reaches no network]</em>");
        else if (_policy.IsNewScript(content))
            AppendRaw(tag, ScriptText.Safe(content));

        return end;
    }

    private void AppendRaw(HtmlTag tag, string content)
    {
        HtmlTag.Append(_result, tag.Name, HtmlAttributes.Clean(tag, _policy), selfClosing: false);
        _result.Append(content).Append("</").Append(tag.Name).Append('>');
    }

    private (string Content, int End) RawContent(HtmlTag tag)
    {
        for (var at = tag.End; ;)
        {
            var end = _html.IndexOf("</" + tag.Name, at, StringComparison.OrdinalIgnoreCase);
            if (end < 0)
                return (_html[tag.End..], _html.Length);

            if (HtmlTag.Read(_html, end) is { } endTag && endTag.Name == tag.Name)
                return (_html[tag.End..end], endTag.End);

            at = end + 2;
        }
    }
}
