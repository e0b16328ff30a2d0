using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace ICAE.Lab.Notebooks.Tests;

public sealed partial class NotebookHtmlTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_notebook_becomes_a_page_with_contents()
    {
        var html = Render(Notebooks.Text("# A *fine* `title`\n\nText & more, $x^2$.\n\n## Part\n\n| a | b |\n| --- | --- |\n| 1 | 2 |"), Notebooks.Text("## Part"), Notebooks.Code("var x = 1; // one"));

        Assert.Contains("<title>A *fine* `title`</title>", html);
        Assert.Contains("<h1 id=\"a-fine-title\">A <em>fine</em> <code>title</code></h1>", html);
        Assert.Contains("<a href=\"#part-2\">Part</a>", html);
        Assert.Contains("id=\"part-2\"", html);
        Assert.Contains("<td>1</td>", html);
        Assert.Contains("<span class=\"keyword\">var</span> x = <span class=\"number\">1</span>; <span class=\"comment\">// one</span>", html);
        Assert.StartsWith("<!DOCTYPE html>", html);
        Assert.Contains("lang=\"en\"", html);
    }

    [Theory]
    [InlineData("<script src=\"https://example.org/a.js\"></script>")]
    [InlineData("<SCRIPT\nSRC = 'https://example.org/a.js'>x</SCRIPT >")]
    [InlineData("<link rel=stylesheet href=https://example.org/a.css>")]
    [InlineData("<img src=https://example.org/a.png onerror=\"x\">")]
    [InlineData("<img src=\"//example.org/a.png\">")]
    [InlineData("<img src=\"&#104;ttps://example.org/a.png\">")]
    [InlineData("<img srcset=\"https://example.org/a.png 2x\">")]
    [InlineData("<iframe src=\"https://example.org\"></iframe>")]
    [InlineData("<object data=\"https://example.org\"></object>")]
    [InlineData("<embed src=\"https://example.org\">")]
    [InlineData("<video poster=\"https://example.org/a.png\"><source src=\"https://example.org/a.mp4\"></video>")]
    [InlineData("<base href=\"https://example.org/\">")]
    [InlineData("<meta http-equiv=refresh content=\"0;url=https://example.org\">")]
    [InlineData("<form action=\"https://example.org\"><button formaction=\"https://example.org\">x</button></form>")]
    [InlineData("<a ping=\"https://example.org\">x</a>")]
    [InlineData("<svg><image href=\"https://example.org/a.png\"/><use xlink:href=\"https://example.org/a.svg#b\"/></svg>")]
    [InlineData("<svg><rect fill=\"url(https://example.org/a.svg#b)\"/></svg>")]
    [InlineData("<div style=\"background: URL( 'https://example.org/a.png' )\">x</div>")]
    [InlineData("<style>@import \"https://example.org/a.css\"; @font-face { src: url(https://example.org/f.woff) }</style>")]
    [InlineData("<body background=\"https://example.org/a.png\">")]
    [InlineData("<input type=image src=\"https://example.org/a.png\">")]
    [InlineData("<noscript><img src=\"https://example.org/a.png\"></noscript>")]
    public void What_would_be_fetched_is_left_out(string html)
    {
        Assert.DoesNotContain("example.org", Render(Notebooks.Shown("text/html", html + "<p>end")));
        Assert.DoesNotContain("example.org", Render(Notebooks.Text("Text.\n\n" + html)));
    }

    [Fact]
    public void Links_stay_links_and_other_schemes_go()
    {
        var html = Render(Notebooks.Text("[a](https://example.org/a) <a href=\" java\tscript:alert(1)\">b</a> [c](javascript:alert(2)) [d](data:text/html,x) [e](other.ipynb#f)"));

        Assert.Contains("href=\"https://example.org/a\"", html);
        Assert.DoesNotContain("alert", html);
        Assert.DoesNotContain("data:text/html", html);
        Assert.Contains("href=\"other.ipynb#f\"", html);
        Assert.Contains("href=\"other.html#f\"", NotebookHtml.Render(Notebooks.CSharp(Notebooks.Text("[e](other.ipynb#f)")), _folder.File("a.ipynb"), _folder.Path));
    }

    [Fact]
    public void In_a_site_a_link_to_a_file_without_a_page_leads_to_where_the_file_is()
    {
        Directory.CreateDirectory(_folder.File("notebooks"));
        File.WriteAllText(_folder.File("a card.md"), "x");
        var document = Notebooks.CSharp(Notebooks.Text("[card](<../a card.md#scores>) [gone](../none.md) [top](#x) [far](https://example.org/a.md)"));

        var html = NotebookHtml.Render(document, Path.Combine(_folder.File("notebooks"), "a.ipynb"), Path.Combine(_folder.Path, "artifacts", "site"));

        foreach (var link in (string[])["../../a%20card.md#scores", "../none.md", "#x", "https://example.org/a.md"])
            Assert.Contains($"href=\"{link}\"", html);
    }

    [Fact]
    public void Markdown_runs_no_script_and_outputs_run_their_own()
    {
        Assert.DoesNotContain("alert", Render(Notebooks.Text("<script>alert(1)</script><b onclick=\"alert(2)\">x</b><svg onload=alert(3)>")));
        Assert.Contains("alert(1)", Render(Notebooks.Shown("text/html", "<script>alert(1)</script>")));
    }

    [Theory]
    [InlineData("</div></section></main></body></html><p>x")]
    [InlineData("<div><p>x")]
    [InlineData("<div title=\"x")]
    [InlineData("<!-- x")]
    [InlineData("<script>var x = '<!-- <script>';")]
    [InlineData("<style>a { b: '</sty")]
    [InlineData("<textarea><script>")]
    [InlineData("<svg><title><style><!--")]
    [InlineData("a < b </ c <3")]
    public void Broken_html_does_not_break_the_page(string html)
    {
        var page = Render(Notebooks.Shown("text/html", html), Notebooks.Text("AFTER"));

        Assert.Equal(Render(Notebooks.Shown("text/html", ""), Notebooks.Text("AFTER")).Split("AFTER")[1], page.Split("AFTER")[1]);
        var output = Output().Match(page).Value;
        foreach (var name in (string[])["div", "p", "script", "style", "section", "textarea", "svg"])
            Assert.Equal(Count(output, $"<{name}[ >]"), Count(output, $"</{name}>"));
        Assert.DoesNotContain("<!--", output);
    }

    [Fact]
    public void A_scripts_text_cannot_end_its_element()
    {
        var html = Render(Notebooks.Shown("application/javascript", "var a = \"</SCRIPT><b>\";"), Notebooks.Shown("text/html", "<script>var b = '<!--<script>';</script>"));

        Assert.Contains("\\u003c/script><b>", html);
        Assert.Contains("'\\u003c!--\\u003cscript>'", html);
    }

    [Fact]
    public void A_library_is_in_the_page_once()
    {
        var library = $"<script>/* LIBRARY */ {new string('x', 50_000)}</script>";

        var html = Render(Notebooks.Shown("text/html", library), Notebooks.Shown("text/html", library + "<script>small()</script>"), Notebooks.Shown("text/html", "<script>small()</script>"));

        Assert.Equal(1, Count(html, "LIBRARY"));
        Assert.Equal(2, Count(html, @"small\(\)"));
    }

    [Fact]
    public void The_richest_type_is_shown()
    {
        var cell = Notebooks.Code("x");
        cell.Outputs.Add(Output(("text/plain", "PLAIN"), ("image/png", "iVBORw0KGgo="), ("text/html", "<b>RICH</b>")));
        cell.Outputs.Add(Output(("text/plain", "a chart"), ("image/png", "iVBORw0KGgo=\n")));
        cell.Outputs.Add(Output(("text/markdown", "*md*")));
        cell.Outputs.Add(Output(("application/json", new JsonObject { ["a"] = "<" })));
        cell.Outputs.Add(Output(("text/latex", "$\\alpha < 1$")));
        cell.Outputs.Add(Output(("image/svg+xml", "<svg xmlns=\"http://www.w3.org/2000/svg\"/>")));
        cell.Outputs.Add(Output(("application/x-unknown", "?")));

        var html = Render(cell);

        Assert.Contains("<b>RICH</b>", html);
        Assert.DoesNotContain("PLAIN", html);
        Assert.Contains("<img src=\"data:image/png;base64,iVBORw0KGgo=\" alt=\"a chart\">", html);
        Assert.Contains("<em>md</em>", html);
        Assert.Contains("<span class=\"string\">&quot;&lt;&quot;</span>", html);
        Assert.Contains("$\\alpha &lt; 1$", html);
        Assert.Contains("data:image/svg+xml;base64,", html);
        Assert.Contains("application/x-unknown", html);
    }

    [Fact]
    public void Streams_and_errors_keep_their_colours()
    {
        var cell = Notebooks.Code("x");
        cell.Outputs.Add(new JsonObject { ["output_type"] = "stream", ["name"] = "stdout", ["text"] = " 10 %\r 99 %\rdone <b>\n\u001b[1;31mred\u001b[0m \u001b[38;5;196mfine\u001b[38;2;1;2;3m!\u001b[m\u001b[2K" });
        cell.Outputs.Add(new JsonObject { ["output_type"] = "error", ["ename"] = "E", ["evalue"] = "why", ["traceback"] = new JsonArray("\u001b[31mE\u001b[39m: why") });

        var html = Render(cell);

        Assert.Contains("done &lt;b&gt;\n<span class=\"ansi-bold ansi-red\">red</span> <span style=\"color:rgb(255,0,0);\">fine</span><span style=\"color:rgb(1,2,3);\">!</span></pre>", html);
        Assert.DoesNotContain("99 %", html);
        Assert.Contains("This cell failed.", html);
        Assert.Contains("<span class=\"ansi-red\">E</span>: why", html);
    }

    [Fact]
    public void Pictures_beside_the_notebook_become_part_of_the_page()
    {
        File.WriteAllBytes(_folder.File("a b.png"), [1, 2, 3]);
        Directory.CreateDirectory(_folder.File("sub"));
        var attached = NotebookDocument.Parse(
            """{"cells": [{"cell_type": "markdown", "attachments": {"c.png": {"image/png": "AAAA"}}, "metadata": {}, "source": "![](attachment:c.png)"}], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}"""u8.ToArray(), "x");

        Assert.Contains("data:image/png;base64,AQID", Render(Notebooks.Text("![a](a%20b.png)")));
        Assert.DoesNotContain("AQID", NotebookHtml.Render(Notebooks.CSharp(Notebooks.Text("![a](../a%20b.png)")), Path.Combine(_folder.Path, "sub", "x.ipynb")));
        Assert.Contains("data:image/png;base64,AAAA", NotebookHtml.Render(attached, _folder.File("x.ipynb")));
    }

    [Theory]
    [InlineData("python", "def f(x): # c\n    return 'a'", "<span class=\"keyword\">def</span> <span class=\"call\">f</span>(x): <span class=\"comment\"># c</span>\n    <span class=\"keyword\">return</span> <span class=\"string\">&#39;a&#39;</span>")]
    [InlineData("json", "{\"a\": [1, true]}", "{<span class=\"key\">&quot;a&quot;</span>: [<span class=\"number\">1</span>, <span class=\"keyword\">true</span>]}")]
    [InlineData("csharp", "$\"a {1}\" @\"b\"\"c\" 'd' /* e\n */", "<span class=\"string\">$&quot;a {1}&quot;</span> <span class=\"string\">@&quot;b&quot;&quot;c&quot;</span> <span class=\"string\">&#39;d&#39;</span> <span class=\"comment\">/* e\n */</span>")]
    [InlineData("text", "<var>", "&lt;var&gt;")]
    public void Code_in_markdown_is_coloured(string language, string code, string html) => Assert.Contains(html, Render(Notebooks.Text($"```{language}\n{code}\n```")));

    [Fact]
    public void Markdown_files_beside_notebooks_have_pages_that_links_lead_to()
    {
        var source = Directory.CreateDirectory(Path.Combine(_folder.Path, "source")).FullName;
        var site = Directory.CreateDirectory(Path.Combine(_folder.Path, "site")).FullName;
        File.WriteAllText(Path.Combine(source, "LOG.md"), "# What was tried\n\nSee [the first](00-first.ipynb#run). <script>alert(1)</script>");

        Assert.Equal(["LOG.html"], NotebookSite.AddTexts(source, site));

        var page = File.ReadAllText(Path.Combine(site, "LOG.html"));
        Assert.Contains("<title>What was tried</title>", page, StringComparison.Ordinal);
        Assert.Contains("href=\"00-first.html#run\"", page, StringComparison.Ordinal);
        Assert.DoesNotContain("alert(1)</script>", page, StringComparison.Ordinal);
    }

    [Fact]
    public void A_site_lists_its_pages()
    {
        var document = Notebooks.CSharp(Notebooks.Text("# One\n\nWhat **it** is.\n\nMore."));
        var failure = new CellFailure(3, "id", "x <", "E", "why", []);
        var good = NotebookSite.AddPage(document, "/n/00-one.ipynb", new NotebookRunResult(NotebookOutcome.Succeeded, 2, [], TimeSpan.FromSeconds(1)), _folder.Path);
        var bad = NotebookSite.AddPage(document, "/n/01-two.ipynb", new NotebookRunResult(NotebookOutcome.Failed, 2, [failure], TimeSpan.FromSeconds(1)), _folder.Path);

        var index = File.ReadAllText(NotebookSite.WriteIndex("Site", [good, bad], _folder.Path));

        Assert.True(File.Exists(_folder.File("00-one.html")));
        Assert.Contains("<a href=\"00-one.html\">One</a>", index);
        Assert.Contains("What <strong>it</strong> is.", index);
        Assert.Contains("cell 3 (x &lt;): E: why", index);
    }

    private static JsonObject Output(params (string Mime, JsonNode Data)[] data) => new()
    {
        ["output_type"] = "display_data",
        ["data"] = new JsonObject(data.Select(each => KeyValuePair.Create<string, JsonNode?>(each.Mime, each.Data))),
        ["metadata"] = new JsonObject(),
    };

    private string Render(params NotebookCell[] cells) => NotebookHtml.Render(Notebooks.CSharp(cells), _folder.File("some.ipynb"));

    private static int Count(string text, string pattern) => Regex.Count(text, pattern);

    [GeneratedRegex("<div class=\"output\">[\\s\\S]*(?=</section>\n<section class=\"cell text\">)")]
    private static partial Regex Output();
}
