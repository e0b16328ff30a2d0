using ICAE.Lab.Kernel.Language;
using ICAE.Lab.Kernel.Tests.Language;

namespace ICAE.Lab.Kernel.Tests.Polyglot;

/// <summary>Values go from language to language, or one clear error says why not.</summary>
[Collection("cells")]
public sealed class SharingTests : IDisposable
{
    private readonly Cells _cells = new();

    public SharingTests() => HostConsole.Install(static _ => { });

    public void Dispose() => _cells.Dispose();

    [Theory]
    [InlineData("#!share x", "#!share: --from is missing.")]
    [InlineData("#!share --from csharp", "#!share: the variable's name is missing: #!share --from LANGUAGE NAME [--as OTHER].")]
    [InlineData("#!share --from javascript a b", "#!share: \"b\" is one name too many; one variable is shared by one line.")]
    [InlineData("#!share --from csharp x", "#!share: the line stands in csharp, which has x already.")]
    [InlineData("#!share --from C# x", "#!share: the line stands in csharp, which has x already.")]
    [InlineData("#!share --from javascript x --to y", "#!share: there is no option --to; there are --from, --as.")]
    [InlineData("#!share --from nothere x", "There is no language nothere to share with; there are csharp, javascript.")]
    [InlineData("#!share --from html x", "Values can be shared with Python, C# and JavaScript; html has no variables.")]
    [InlineData("#!share --from javascript x", "Values cannot be taken from JavaScript: it runs in the page that shows the notebook, where the kernel does not reach.")]
    [InlineData("#!javascript\n#!share --from csharp nothere", "The C# cells have no variable nothere; #!who lists those that there are.")]
    [InlineData("#!markdown\n#!set --name x --value 1", "Values can be shared with Python, C# and JavaScript; markdown has no variables.")]
    [InlineData("#!set --value 1", "#!set: --name is missing.")]
    [InlineData("#!set --name x", "#!set: --value is missing.")]
    [InlineData("#!set --name x --value", "#!set: --value has no value.")]
    [InlineData("#!set --name=x --value=1 more", "#!set: \"more\" belongs to no option: #!set --name NAME --value VALUE, where VALUE is @LANGUAGE:NAME or JSON.")]
    [InlineData("#!set --name x --value bare", "#!set: bare is neither @LANGUAGE:NAME nor JSON; a text stands in double quotes.")]
    [InlineData("#!set --name x --value {1}", "#!set: {1} is not sound JSON.")]
    [InlineData("#!set --name x --value @csharp", "#!set: @csharp is no @LANGUAGE:NAME.")]
    [InlineData("#!set --name class --value 1", "\"class\" cannot be the name of a C# variable; --as gives another.")]
    [InlineData("#!set --name 1x --value 1", "\"1x\" cannot be the name of a C# variable; --as gives another.")]
    [InlineData("#!javascript\n#!set --name a-b --value 1", "\"a-b\" cannot be the name of a JavaScript variable; --as gives another.")]
    public async Task A_line_that_is_not_understood_is_one_error(string code, string message) => Assert.Equal(message, (await _cells.FailAsync(code)).Value);

    [Theory]
    [InlineData("Func<int> v = () => 1;", "it is a Func<int>, for which other languages have no form")]
    [InlineData("var v = new { A = 1 };", "for which other languages have no form")]
    [InlineData("var v = new object[] { 1, null }; v[1] = v;", "it contains itself, by a object[]")]
    [InlineData("var v = new Dictionary<int, int> { [1] = 2 };", "it is a dictionary whose keys are not texts, but int")]
    [InlineData("var v = new double[1, 1, 1];", "it is an array of 3 dimensions, a double[,,]; at most two can be shared")]
    [InlineData("var v = Enumerable.Repeat(1, int.MaxValue).Where(n => n > 0);", "computed as it is read; share its ToArray()")]
    [InlineData("var v = \"a\\ud800b\";", "it has a text with half a surrogate pair")]
    [InlineData("object v = 1; for (var i = 0; i < 70; i++) v = new[] { v };", "it is nested more than 60 deep")]
    [InlineData("var v = new bool[32_000_001];", "it is larger than 64 MB as JSON")]
    [InlineData("var v = new string('a', 64_000_000);", "it is larger than 64 MB as JSON")]
    [InlineData("class Bad : List<int>, System.Collections.IEnumerable { System.Collections.IEnumerator System.Collections.IEnumerable.GetEnumerator() => throw new Exception(\"ugly\"); } var v = new Bad();", "reading it failed: Exception: ugly")]
    public async Task What_has_no_form_elsewhere_is_refused_by_name(string code, string reason)
    {
        await _cells.RunAsync(code);
        var error = (await _cells.FailAsync("#!javascript\n#!share --from csharp v")).Value;

        Assert.StartsWith("v cannot be shared: ", error, StringComparison.Ordinal);
        Assert.Contains(reason, error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("1", "System.Int64", "1")]
    [InlineData("1.0", "System.Double", "1")]
    [InlineData("-2e3", "System.Double", "-2000")]
    [InlineData("123456789012345678901234567890", "System.Numerics.BigInteger", "123456789012345678901234567890")]
    [InlineData("true", "System.Boolean", "True")]
    [InlineData("\"a \\\"b\\\" --as\"", "System.String", "a \"b\" --as")]
    [InlineData("\"@csharp:x\"", "System.String", "@csharp:x")]
    [InlineData("'[1, 2]'", "System.Int64[]", "System.Int64[]")]
    [InlineData("[1, 2.5]", "System.Double[]", "System.Double[]")]
    [InlineData("[[1], [2, 3]]", "System.Int64[][]", "System.Int64[][]")]
    [InlineData("[1, null]", "System.Nullable`1[System.Int64][]", "System.Nullable`1[System.Int64][]")]
    [InlineData("[1, \"a\"]", "System.Object[]", "System.Object[]")]
    [InlineData("{\"a\": 1, \"b\": 2}", "System.Collections.Generic.Dictionary`2[System.String,System.Int64]", "System.Collections.Generic.Dictionary`2[System.String,System.Int64]")]
    public async Task A_literal_becomes_a_variable(string literal, string type, string shown) =>
        Assert.Equal($"{type} {shown}", (await _cells.RunAsync($"#!set --value {literal} --name x\nConsole.Write(x.GetType() + \" \" + x);")).Out);

    [Fact]
    public async Task A_variable_is_replaced_and_may_change_its_type()
    {
        await _cells.RunAsync("#!set --name x --value 1\nlong Read() => x;");
        await _cells.RunAsync("#!set --name x --value 2");
        Assert.Equal("2", await _cells.ValueAsync("Read()"));

        Assert.Equal("a", await _cells.ValueAsync("#!set --name x --value \"a\"\nx"));
        Assert.Equal("<null>", await _cells.ValueAsync("#!set --name x --value null\nx"));
    }

    [Fact]
    public async Task JavaScript_gets_values_safely()
    {
        await _cells.RunAsync("""
            var text = "</script><script>alert(1)</script>\u2028 é \"'";
            var numbers = new[] { 1.5, double.NaN, double.PositiveInfinity };
            var mixed = new Dictionary<string, object> { ["</script>"] = null, ["when"] = new DateTime(2024, 1, 2, 3, 4, 5, DateTimeKind.Utc), ["large"] = 9007199254740993L, ["grid"] = new int[2, 2] { { 1, 2 }, { 3, 4 } } };
            """);
        var output = await _cells.RunAsync("#!javascript\n#!share --from csharp text\n#!share --from csharp numbers --as n\n#!set --name m --value @csharp:mixed\nalert(text);");

        var html = output.Displays.Single().Content.Data["text/html"];
        Assert.Equal(
            """
            <script type="text/javascript">globalThis["text"] = "\u003C/script\u003E\u003Cscript\u003Ealert(1)\u003C/script\u003E\u2028 \u00E9 \u0022\u0027";
            globalThis["n"] = [1.5,null,null];
            globalThis["m"] = {"\u003C/script\u003E":null,"when":"2024-01-02T03:04:05.000000Z","large":"9007199254740993","grid":[[1,2],[3,4]]};
            alert(text);</script>
            """,
            html);
    }

    [Fact]
    public async Task JavaScript_gets_a_table_as_its_rows()
    {
        await _cells.RunAsync(FrameCells.Reference);
        await _cells.RunAsync(FrameCells.Make);
        var html = (await _cells.RunAsync("#!javascript\n#!share --from csharp table\n;")).Displays.Single().Content.Data["text/html"];

        Assert.Contains("""[{"z":1.5,"a":1,"name":"one","flag":true,"day":"2024-01-02T00:00:00.000000"},{"z":null,"a":null,"name":null,"flag":null,"day":null},{"z":null,"a":3,"name":"dr\u00EFe","flag":false,"day":"1999-12-31T00:00:00.000000"}]""", html, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_interrupt_reaches_the_reading_of_a_value()
    {
        await _cells.RunAsync("class Slow : List<int>, System.Collections.IEnumerable { System.Collections.IEnumerator System.Collections.IEnumerable.GetEnumerator() { Console.Write(\"on\"); while (true) { } } } var v = new Slow();");
        var output = new RecordedOutput();
        var running = _cells.TryAsync("#!javascript\n#!share --from csharp v", output);
        while (output.Out != "on")
        {
            Assert.False(running.IsCompleted);
            await Task.Delay(10);
        }

        _cells.Engine.Interrupt();
        Assert.Equal("Interrupted", (await running.WaitAsync(TimeSpan.FromSeconds(60))).Error?.Name);
        Assert.Equal("2", await _cells.ValueAsync("1 + 1"));
    }
}
