using System.Text.RegularExpressions;
using System.Xml;
using System.Xml.Linq;
using ICAE.Lab.Experiments.RestorationEvaluation;

namespace ICAE.Lab.Charts.Tests;

public sealed partial class RestorationPageTests
{
    private const string Hostile = "</script></style><img src=x onerror=\"alert(1)\">'&<!--\u0001\u202E";

    [Fact]
    public void The_page_names_no_other_place_and_lets_itself_load_nothing()
    {
        var page = RestorationPage.Html("Title", ["First."], [SampleReport.Create(), SampleReport.Create("other")]);

        var own = page.Replace(FigureHtml.PlotlyScript(), "", StringComparison.Ordinal);
        Assert.Equal(page.Length - FigureHtml.PlotlyScript().Length, own.Length);
        Assert.DoesNotMatch(OtherPlace(), own);
        var policy = Elements(page, "meta").Select(meta => (string?)meta.Attribute("content")).Single(content => content is not null && content.Contains("default-src", StringComparison.Ordinal));
        Assert.StartsWith("default-src 'none';", policy, StringComparison.Ordinal);
        Assert.DoesNotContain("http", policy, StringComparison.Ordinal);
    }

    [Fact]
    public void A_condition_that_was_left_out_has_no_row()
    {
        var report = SampleReport.Create();
        KindScores[] memoryAlone = [.. report.Result.Kinds.Select(kind => kind with { Conditions = new Dictionary<ReadingCondition, ConditionScores> { [ReadingCondition.Memory] = kind.Memory } })];
        var page = RestorationPage.Html("Title", [], [report with { Result = report.Result with { Kinds = memoryAlone } }]);

        var cells = Elements(page, "td").Select(cell => cell.Value).ToList();
        Assert.Contains(RestorationFigures.Memory, cells);
        Assert.DoesNotContain(RestorationFigures.Zero, cells);
    }

    [Fact]
    public void The_page_is_well_formed_and_tells_its_figures_in_words()
    {
        var page = RestorationPage.Html("Title", ["First.", "Second."], [SampleReport.Create(), SampleReport.Create("other")]);

        Assert.Equal("Title", Assert.Single(Elements(page, "h1")).Value);
        Assert.Equal(["sample", "other"], Elements(page, "h2").Select(heading => heading.Value));
        var figures = Elements(page, "div").Where(div => (string?)div.Attribute("role") == "img").ToArray();

        // Two of each model, and the paper's values once.
        Assert.Equal(5, figures.Length);
        Assert.All(figures, figure => Assert.False(string.IsNullOrWhiteSpace((string?)figure.Attribute("aria-label"))));
        Assert.Equal(figures.Length + 1, ScriptElement().Count(page));
        Assert.Single(Elements(page, "p"), paragraph => paragraph.Value.Contains("for reference alone", StringComparison.Ordinal));
        Assert.All(Elements(page, "table"), table => Assert.NotNull(table.Element("caption")));
        Assert.Contains("prefers-color-scheme: dark", page, StringComparison.Ordinal);
    }

    [Fact]
    public void Differences_are_marked_on_both_sides_by_elements()
    {
        var page = RestorationPage.Html("Title", [], [SampleReport.Create()]);

        var sides = Elements(page, "div").Single(div => (string?)div.Attribute("class") == "pair" && div.Value.Contains("chapter 3", StringComparison.Ordinal) && div.Value.Contains("book", StringComparison.Ordinal))
            .Descendants("h4").Select(heading => heading.Parent!.Element("p")!).ToArray();
        Assert.Equal(["del replaced tok", "del  tok", "mark  tok"], Marks(sides[0]));
        Assert.Equal(["ins replaced tok", "ins  tok"], Marks(sides[1]));
        Assert.Equal(9 * "tok".Length, sides[0].Value.Length);
        Assert.Contains("8 tokens on 2 slots (4 tokens a slot), edit distance 3, BLEU 0.750", page, StringComparison.Ordinal);
    }

    [Fact]
    public void Random_ids_are_divided_token_by_token()
    {
        var page = RestorationPage.Html("Title", [], [SampleReport.Create()]);

        var random = Elements(page, "div").Where(div => (string?)div.Attribute("class") == "pair").Last();
        Assert.Equal(string.Join('·', Enumerable.Repeat("tok", 9)), random.Descendants("p").ElementAt(1).Value);
    }

    [Fact]
    public void Hostile_text_stays_text_wherever_it_stands()
    {
        var page = RestorationPage.Html(Hostile, [Hostile], [SampleReport.Create(Hostile, Hostile, Hostile)]);

        Assert.Empty(Elements(page, "img"));
        Assert.Equal(4, ScriptElement().Count(page));
        var own = page.Replace(FigureHtml.PlotlyScript(), "", StringComparison.Ordinal);
        Assert.Equal(1, own.Split("</style").Length - 1);
        Assert.DoesNotContain("<!--", own, StringComparison.Ordinal);
        Assert.DoesNotContain("\u0001", own, StringComparison.Ordinal);
        Assert.Contains(Elements(page, "ins"), element => element.Value.Contains("<img src=x onerror=\"alert(1)\">", StringComparison.Ordinal));
    }

    private static IEnumerable<string> Marks(XElement side) => side.Elements().Select(element => $"{element.Name} {(string?)element.Attribute("class")} {element.Value}");

    /// <summary>The page as XML, without what its scripts hold.</summary>
    private static XElement[] Elements(string page, string name)
    {
        var settings = new XmlReaderSettings { DtdProcessing = DtdProcessing.Ignore, XmlResolver = null };
        using var reader = XmlReader.Create(new StringReader(ScriptElement().Replace(page, "<script></script>")), settings);
        return XDocument.Load(reader).Descendants(name).ToArray();
    }

    [GeneratedRegex("<script>.*?</script>", RegexOptions.Singleline)]
    private static partial Regex ScriptElement();

    [GeneratedRegex(@"https?:|//\w|\bsrc\s*=|\bhref\s*=|url\(|@import|<link|<iframe", RegexOptions.IgnoreCase)]
    private static partial Regex OtherPlace();
}
