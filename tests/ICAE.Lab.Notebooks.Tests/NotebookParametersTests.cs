namespace ICAE.Lab.Notebooks.Tests;

public sealed class NotebookParametersTests
{
    private const string CSharpCell = """
        // how the run goes
        var quick = true;          // a short run
        int steps = 50;
        var seed = 7L;
        double rate = 1e-4;
        var share = 0.5f;
        var name = "a;b";
        decimal price = 1.5m;
        var list = new[] { 1 };
        """;

    [Theory]
    [InlineData("quick", "False", "quick = false;")]
    [InlineData("steps", "-3", "steps = -3;")]
    [InlineData("seed", "12345678901", "seed = 12345678901L;")]
    [InlineData("rate", "1", "rate = 1d;")]
    [InlineData("rate", "2.5E-05", "rate = 2.5E-05d;")]
    [InlineData("share", "0.25", "share = 0.25f;")]
    [InlineData("price", "2", "price = 2m;")]
    [InlineData("name", "a \"b\"\\\n\u0001", "name = \"a \\\"b\\\"\\\\\\n\\u0001\";")]
    [InlineData("name", "5", "name = \"5\";")]
    public void Values_become_literals_of_the_declared_type(string name, string value, string line)
    {
        var document = Notebooks.CSharp(Notebooks.Code("1"), Notebooks.Code(CSharpCell, "parameters"), Notebooks.Code("2"));

        NotebookParameters.Inject(document, new Dictionary<string, string> { [name] = value });

        Assert.Equal(4, document.Cells.Count);
        Assert.Equal("// Parameters\n" + line, document.Cells[2].Source);
        Assert.Equal(["injected-parameters"], document.Cells[2].Tags);
    }

    [Theory]
    [InlineData("steps", "many")]
    [InlineData("steps", "3000000000")]
    [InlineData("steps", "1.5")]
    [InlineData("quick", "yes")]
    [InlineData("rate", "NaN")]
    [InlineData("list", "1")]
    [InlineData("other", "1")]
    public void What_does_not_fit_is_refused(string name, string value)
    {
        var document = Notebooks.CSharp(Notebooks.Code(CSharpCell, "parameters"));

        var error = Assert.Throws<NotebookException>(() => NotebookParameters.Inject(document, new Dictionary<string, string> { [name] = value }));

        Assert.StartsWith($"parameter {name}: ", error.Message);
        Assert.Single(document.Cells);
    }

    [Fact]
    public void A_second_run_replaces_the_values_of_the_first()
    {
        var document = Notebooks.CSharp(Notebooks.Code(CSharpCell, "parameters"), Notebooks.Code("2"));

        NotebookParameters.Inject(document, new Dictionary<string, string> { ["steps"] = "1" });
        NotebookParameters.Inject(document, new Dictionary<string, string> { ["steps"] = "2", ["quick"] = "true" });

        Assert.Equal(["// Parameters\nsteps = 2;\nquick = true;"], document.Cells.Where(cell => cell.Tags.Contains("injected-parameters")).Select(cell => cell.Source));
    }

    [Fact]
    public void Python_has_its_own_literals()
    {
        var document = Notebooks.Python(Notebooks.Code("quick = True  # short\nn: int = 5\nrate = 1.0\nname = 'x'", "parameters"));

        NotebookParameters.Inject(document, new Dictionary<string, string> { ["quick"] = "false", ["n"] = "6", ["rate"] = "2", ["name"] = "y\n" });

        Assert.Equal("# Parameters\nquick = False\nn = 6\nrate = 2.0\nname = \"y\\n\"", document.Cells[1].Source);
    }
}
