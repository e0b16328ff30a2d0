using System.Xml;
using ICAE.Lab.Formats;
using ICAE.Lab.Formats.Downloads;

namespace ICAE.Lab.Data.Corpora;

/// <summary>The package document (content.opf) of a book: its pages in reading order.</summary>
internal static class StandardEbooksPackage
{
    private const string PackageNamespace = "http://www.idpf.org/2007/opf";
    private const string PageType = "application/xhtml+xml";
    private const int MostPages = 2_000;

    /// <summary>Reads the reading order.</summary>
    /// <param name="path">The file.</param>
    /// <param name="source">Where it comes from, for messages.</param>
    /// <returns>The pages, by their addresses relative to the package document, such as <c>text/chapter-1.xhtml</c>.</returns>
    /// <exception cref="IcaeException">It is no such document, or names pages outside the book.</exception>
    public static IReadOnlyList<string> ReadSpine(string path, string source)
    {
        var items = new Dictionary<string, string>(StringComparer.Ordinal);
        var spine = new List<string>();
        SafeXml.Read(path, source, reader =>
        {
            if (reader.NodeType != XmlNodeType.Element || reader.NamespaceURI != PackageNamespace)
                return;

            if (reader.LocalName == "item" && reader.GetAttribute("media-type") == PageType && reader.GetAttribute("id") is { } id && !items.TryAdd(id, reader.GetAttribute("href") ?? ""))
                throw new MalformedFileException(source, $"item {FileChecks.Quote(id)}", "the id stands twice");

            if (reader.LocalName == "itemref" && reader.GetAttribute("linear") != "no")
                spine.Add(reader.GetAttribute("idref") ?? "");
        });
        if (spine.Count is 0 or > MostPages)
            throw new MalformedFileException(source, "spine", $"it names {spine.Count} pages; a book has 1 to {MostPages}");

        return [.. spine.Select(id => Page(items, id, source))];
    }

    private static string Page(Dictionary<string, string> items, string id, string source)
    {
        if (!items.TryGetValue(id, out var href))
            throw new MalformedFileException(source, $"spine, {FileChecks.Quote(id)}", "the manifest has no such page");

        var name = Uri.UnescapeDataString(href);
        if (!name.EndsWith(".xhtml", StringComparison.Ordinal))
            throw new MalformedFileException(source, $"item {FileChecks.Quote(id)}", $"{FileChecks.Quote(href)} is no page (.xhtml)");

        new RemoteFile(name).RequirePlain(source);
        return name;
    }
}
