using System.Collections.Frozen;
using System.Xml;

namespace ICAE.Lab.Data.Corpora;

/// <summary>
/// Takes the text from a page of a Standard Ebooks production. Headings and paragraphs (h1 to h6 and p) are kept, a line each, wherever they stand: in
/// headers, block quotes, letters; a stanza is one paragraph, a heading and its subtitle are two. Italics and other emphasis leave no mark.
/// Left out are note references, tables' bare cells, attributions (cite), captions and pictures, and whole parts of a page that are no
/// text of the work: title page, imprint, half title, dedication, an epigraph of the whole book, lists of illustrations, glossary,
/// notes, colophon, licence.
/// </summary>
internal sealed class StandardEbooksPage
{
    private const string XhtmlNamespace = "http://www.w3.org/1999/xhtml";
    private const string TypeNamespace = "http://www.idpf.org/2007/ops";

    // Both as types of a page's part and as names of files.
    private static readonly FrozenSet<string> PartsLeftOut = FrozenSet.ToFrozenSet(
    [
        "cover", "titlepage", "imprint", "halftitle", "halftitlepage", "dedication", "epigraph", "toc", "loi", "lot", "glossary", "bibliography", "index",
        "endnotes", "rearnotes", "footnotes", "colophon", "copyright-page", "uncopyright", "unlicense",
    ]);

    private static readonly FrozenSet<string> TypesLeftOut = FrozenSet.ToFrozenSet(["noteref", "backlink", "se:referrer", "endnote", "rearnote", "footnote"]);
    private static readonly FrozenSet<string> ElementsLeftOut = FrozenSet.ToFrozenSet(["head", "nav", "script", "style", "rt", "rp"]);
    private static readonly FrozenSet<string> Blocks = FrozenSet.ToFrozenSet(["p", "h1", "h2", "h3", "h4", "h5", "h6"]);

    private readonly string _source;
    private readonly List<string> _paragraphs = [];
    private readonly PlainParagraph _paragraph = new();
    private int _bodyDepth = -1;
    private int _blockDepth = -1;
    private int _leftOutDepth = -1;

    private StandardEbooksPage(string source) => _source = source;

    /// <summary>Whether a page of this name holds no text of the work.</summary>
    /// <param name="name">The file's name without extension.</param>
    public static bool IsLeftOut(string name) => PartsLeftOut.Contains(name);

    /// <summary>Reads a page.</summary>
    /// <param name="path">The XHTML file.</param>
    /// <param name="source">Where it comes from, for messages.</param>
    /// <returns>Its headings and paragraphs.</returns>
    /// <exception cref="MalformedFileException">It is no XHTML page.</exception>
    public static IReadOnlyList<string> Read(string path, string source)
    {
        var page = new StandardEbooksPage(source);
        SafeXml.Read(path, source, page.Visit);
        return page._bodyDepth >= 0 ? page._paragraphs : throw new MalformedFileException(source, "", "this is no XHTML page: it has no body");
    }

    private void Visit(XmlReader reader)
    {
        if (_leftOutDepth >= 0)
        {
            if (reader.NodeType == XmlNodeType.EndElement && reader.Depth == _leftOutDepth)
                _leftOutDepth = -1;

            return;
        }

        switch (reader.NodeType)
        {
            case XmlNodeType.Element when IsToBeLeftOut(reader):
                _leftOutDepth = reader.IsEmptyElement ? -1 : reader.Depth;
                break;
            case XmlNodeType.Element:
                Begin(reader);
                break;
            case XmlNodeType.EndElement when reader.Depth == _blockDepth:
                End();
                break;
            case XmlNodeType.Text or XmlNodeType.CDATA or XmlNodeType.Whitespace or XmlNodeType.SignificantWhitespace when _blockDepth >= 0:
                _paragraph.Add(reader.Value);
                break;
        }
    }

    private bool IsToBeLeftOut(XmlReader reader)
    {
        var types = (reader.GetAttribute("type", TypeNamespace) ?? "").Split([' ', '\t', '\n', '\r'], StringSplitOptions.RemoveEmptyEntries);
        return (reader.NamespaceURI == XhtmlNamespace && ElementsLeftOut.Contains(reader.LocalName))
            || types.Any(TypesLeftOut.Contains)
            || (reader.Depth == _bodyDepth + 1 && _bodyDepth >= 0 && types.Any(PartsLeftOut.Contains));
    }

    private void Begin(XmlReader reader)
    {
        if (reader.NamespaceURI != XhtmlNamespace)
            return;

        if (reader.LocalName == "body" && _bodyDepth < 0)
            _bodyDepth = reader.Depth;
        else if (_blockDepth >= 0 && (reader.LocalName == "br" || Blocks.Contains(reader.LocalName)))
            _paragraph.AddSpace();
        else if (_bodyDepth >= 0 && Blocks.Contains(reader.LocalName) && !reader.IsEmptyElement)
            _blockDepth = reader.Depth;
    }

    private void End()
    {
        _blockDepth = -1;
        if (_paragraph.Take() is { Length: > 0 } text)
            _paragraphs.Add(text);
    }
}
