using ICAE.Lab.Notebooks.Checks;

namespace ICAE.Lab.Notebooks.Tests;

public sealed class NotebookChecksTests
{
    [Fact]
    public void A_notebook_that_keeps_the_conventions_passes() => Assert.Empty(NotebookChecks.Check(Sound("""
        using System.IO;
        record Row(int A);
        void F()
        {
            using var stream = new MemoryStream(); // using var x = 1;
            Span<int> s = stackalloc int[3];
        }

        var text = "namespace x; %%time #!foo File.Exists";
        static int Twice(this int x) => 2 * x;
        var other = (new Row(1) with { A = 2 });
        (other with { A = 4 })
        """)));

    [Theory]
    [InlineData("%%time\n1", "magic of IPython")]
    [InlineData("%matplotlib inline", "magic of IPython")]
    [InlineData("#!fsharp\n1", "#!fsharp is not known")]
    [InlineData("#!python\nprint(1)", "#!python is not known")]
    [InlineData("using var x = new System.Net.Http.HttpClient();", "using declaration")]
    [InlineData("using Stream x = null;", "using declaration")]
    [InlineData("namespace A { class B { } }", "namespace")]
    [InlineData("Span<int> s = new int[3];", "Span")]
    [InlineData("var s = \"abc\".AsSpan();", "Span")]
    [InlineData("static class E\n{\n    public static int Twice(this int x) => 2 * x;\n}", "extension method")]
    [InlineData("var a = 1;\nsettings with { A = 4 }", "parentheses")]
    [InlineData("display(1).Update(2);", "Update")]
    [InlineData("File.ReadAllText(\"a\")", "System.IO")]
    public void What_one_of_the_kernels_does_not_know_is_found(string code, string found)
    {
        var finding = Assert.Single(NotebookChecks.Check(Sound(code)));

        Assert.Equal("dialect", finding.Rule);
        Assert.Equal(5, finding.Cell);
        Assert.Contains(found, finding.Message);
    }

    [Fact]
    public void Connected_kernels_are_known_from_there_on()
    {
        var document = Sound("#!connect jupyter --kernel-name py --kernel-spec python3");
        document.Cells.Insert(5, Notebooks.Text("Prose."));
        document.Cells.Insert(6, Notebooks.Code("#!py\n%matplotlib inline\nfrom x import File\nFile.y"));

        Assert.Empty(NotebookChecks.Check(document));
    }

    [Fact]
    public void Drifting_from_the_conventions_is_found()
    {
        AssertFound("kernel", document => document.Metadata.Remove("kernelspec"));
        AssertFound("outputs", document => document.Cells[4].ExecutionCount = 1);
        AssertFound("reference", document => document.Cells[2].Source = "#r \"nuget: X, 1\"");
        AssertFound("reference", document => document.Cells[4].Source = "#r \"nuget: X, 1\"");
        AssertFound("prose", document => document.Cells.RemoveAt(3));
        AssertFound("length", document => document.Cells[4].Source = string.Join('\n', Enumerable.Repeat("F();", 16)));
        AssertFound("opening", document => document.Cells[0].Source = document.Cells[0].Source.Replace("#", ""));
        AssertFound("opening", document => document.Cells[0].Source = document.Cells[0].Source.Replace("will learn", "see"));
        AssertFound("opening", document => document.Cells[0].Source = document.Cells[0].Source.Replace("minutes", "pages"));
        AssertFound("exercises", document => document.Cells.RemoveAt(document.Cells.Count - 1));
        AssertFound("exercises", document => document.Cells[^1].Source += "\n\n## More");
        AssertFound("network", document => document.Cells[3].Source = "![x](https://example.org/a.png)");
        AssertFound("raw", document => document.Cells.Insert(6, new NotebookCell(NotebookCellKind.Raw, "x")), alone: false);
        AssertFound("parameters", document => document.Cells[4].Metadata["tags"] = new System.Text.Json.Nodes.JsonArray("parameters"));
    }

    private static void AssertFound(string rule, Action<NotebookDocument> change, bool alone = true)
    {
        var document = Sound("F();");
        change(document);
        var findings = NotebookChecks.Check(document);

        Assert.Contains(findings, finding => finding.Rule == rule);
        Assert.True(!alone || findings.Count == 1, string.Join("; ", findings));
    }

    private static NotebookDocument Sound(string code) => Notebooks.CSharp(
        Notebooks.Text("# Title\n\n**You will learn** much. **It takes** about two minutes."),
        Notebooks.Text("One line brings in the library."),
        Notebooks.Code(NotebookChecks.ReferenceLine),
        Notebooks.Text("Prose."),
        Notebooks.Code(code),
        Notebooks.Text("## Exercises\n\n1. Do it."));
}
