using ICAE.Lab.Data;
using ICAE.Lab.Data.Corpora;

namespace ICAE.Lab.Tests.Data.Corpora;

/// <summary>A small book in the form of a Standard Ebooks repository.</summary>
internal static class TinyBook
{
    public const string Commit = "0123456789abcdef0123456789abcdef01234567";
    public const string Package = $"/standardebooks/a-tester_the-tin-whale/{Commit}/src/epub/content.opf";
    public const string ChapterOne = $"/standardebooks/a-tester_the-tin-whale/{Commit}/src/epub/text/chapter-1.xhtml";
    public const string ChapterTwo = $"/standardebooks/a-tester_the-tin-whale/{Commit}/src/epub/text/chapter-2.xhtml";

    /// <summary>Its text as the recipe takes it.</summary>
    public const string Text =
        """
        Preface
        This small book was made to be taken apart.
        The Author.
        I
        A Whale of Tin
        “We sail at dawn, tin or no tin”; a whale, a whale! And then— all was quiet in Saint-Malo.
        She swam one league, Then two, then three.
        Twenty-two half‑told leagues … and the sea was œuvre enough.
        II
        The end came softly, in fine weather.
        Yours,

        """;

    public static StandardEbook Entry(DataSplit split = DataSplit.Train) =>
        new("standardebooks/a-tester_the-tin-whale", Commit, "The Tin Whale", "A. Tester", split, "CC0-1.0", new string('0', 64), 1, 1);

    /// <summary>The file of a book that differs from this one in its name alone.</summary>
    public static StandardEbook Entry(string name, DataSplit split) => Entry(split) with { Repository = $"standardebooks/{name}", Title = name };

    public static void AddTo(CorpusCase server, string name = "a-tester_the-tin-whale")
    {
        var root = $"/standardebooks/{name}/{Commit}/src/epub/";
        string[] pages = ["titlepage", "imprint", "dedication", "preface", "epigraph", "chapter-1", "chapter-2", "endnotes", "colophon", "uncopyright"];
        server[root + "content.opf"] = Opf([.. pages.Select(page => $"text/{page}.xhtml")]);
        server[root + "text/preface.xhtml"] = Page(
            "frontmatter", "<section id=\"preface\" epub:type=\"preface\"><h2 epub:type=\"title\">Preface</h2><p>This small book was made to be taken apart.</p><footer><p epub:type=\"z3998:sender\">The Author.</p></footer></section>");
        server[root + "text/chapter-1.xhtml"] = Page("bodymatter z3998:fiction", """
            <section id="chapter-1" epub:type="chapter">
                <hgroup>
                    <h2 epub:type="ordinal z3998:roman">I</h2>
                    <p epub:type="title">A Whale
                        of <i>Tin</i></p>
                </hgroup>
                <p>“We sail at <em>dawn</em>, tin or no tin”;<a href="endnotes.xhtml#note-1" id="noteref-1" epub:type="noteref">1</a> a&#160;whale, a whale! And&#8288;then—
                all was quiet in <span class="place"><abbr>Saint</abbr>-Malo</span>.</p>
                <figure><img alt="A whale." src="../images/illustration-1.png"/><figcaption>The whale</figcaption></figure>
                <blockquote epub:type="z3998:verse">
                    <p>
                        <span>She swam one league,</span>
                        <br/>
                        <span class="i1">Then two, then three.</span>
                    </p>
                    <cite>An old song</cite>
                </blockquote>
                <table><tr><td>One league</td><td>3 miles</td></tr></table>
                <hr/>
                <p>Twenty-&#173;two half‑told leagues&#8239;…&#8202; and&#x200B; the sea was œuvre enough.</p>
                <p> </p>
            </section>
            """.Replace("And&#8288;then", "And &#8288;then", StringComparison.Ordinal));
        server[root + "text/chapter-2.xhtml"] = Page("bodymatter z3998:fiction", """
            <article id="chapter-2" epub:type="chapter"><h2 epub:type="title z3998:roman">II</h2><!-- a note --><p>The end came softly, in ﬁne weather.</p>
            <blockquote epub:type="z3998:letter"><footer><p>Yours,</p></footer></blockquote></article>
            """);
    }

    public static string Opf(params string[] hrefs) =>
        $"""
        <?xml version="1.0" encoding="utf-8"?>
        <package xmlns="http://www.idpf.org/2007/opf" version="3.0">
            <metadata xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title id="title">The Tin Whale</dc:title></metadata>
            <manifest>
                <item href="css/core.css" id="core.css" media-type="text/css"/>
                {string.Concat(hrefs.Select((href, i) => $"<item href=\"{href}\" id=\"p{i}\" media-type=\"application/xhtml+xml\"/>"))}
            </manifest>
            <spine>{string.Concat(hrefs.Select((_, i) => $"<itemref idref=\"p{i}\"/>"))}</spine>
        </package>
        """;

    public static string Page(string type, string body) =>
        $"""
        <?xml version="1.0" encoding="utf-8"?>
        <html xmlns="http://www.w3.org/1999/xhtml" xmlns:epub="http://www.idpf.org/2007/ops" xml:lang="en-GB">
            <head><title>No text of the book</title></head>
            <body epub:type="{type}">{body}</body>
        </html>
        """;
}
