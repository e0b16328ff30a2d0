using ICAE.Lab.Kernel.Language;

namespace ICAE.Lab.Kernel.Tests.Language;

/// <summary>Cells of C#, one after another.</summary>
[Collection("cells")]
public sealed class CellEngineTests : IDisposable
{
    private readonly Cells _cells = new();

    public CellEngineTests() => HostConsole.Install(static _ => { });

    public void Dispose() => _cells.Dispose();

    [Theory]
    [InlineData("1 + 1", "2")]
    [InlineData("\"text\"", "text")]
    [InlineData("return 5;", "5")]
    [InlineData("await Task.FromResult(7)", "7")]
    [InlineData("(string)null", "<null>")]
    [InlineData("new List<int> { 1, 2 }.Sum()", "3")]
    [InlineData("int Twice(int x) => 2 * x;\nTwice(4)", "8")]
    public async Task The_last_expression_is_shown(string code, string shown) => Assert.Equal(shown, await _cells.ValueAsync(code));

    [Theory]
    [InlineData("var x = 1;")]
    [InlineData("Console.Write(1)")]
    [InlineData("await Task.Delay(1)")]
    [InlineData("using System.IO;")]
    [InlineData("")]
    [InlineData("// nothing")]
    public async Task What_has_no_value_shows_none(string code) => Assert.Empty((await _cells.RunAsync(code)).Results);

    [Fact]
    public async Task A_cell_sees_what_those_before_it_made()
    {
        await _cells.RunAsync("var x = 2; int Square(int n) => n * n; record Point(int X, int Y); enum Kind { A, B }");
        await _cells.RunAsync("using System.IO;\nusing static System.Math;");
        await _cells.RunAsync("x = Square(x) + 1;");

        Assert.Equal("5", await _cells.ValueAsync("x"));
        Assert.Equal("Point { X = 5, Y = 1 }", await _cells.ValueAsync("new Point(x, 1).ToString()"));
        Assert.Equal("B", await _cells.ValueAsync("Kind.B"));
        Assert.Equal("3", await _cells.ValueAsync("Max(Path.GetFileName(\"a/bcd\").Length, 1)"));
        Assert.Equal("text", await _cells.ValueAsync("var x = \"text\"; x"));
    }

    [Fact]
    public async Task Numbers_have_a_plain_text_and_html()
    {
        var content = Assert.Single((await _cells.RunAsync("1.5")).Results);

        Assert.Equal("1.5", content.Data["text/plain"]);
        Assert.Contains("1.5", content.Data["text/html"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task All_cells_and_what_follows_an_await_run_on_one_thread()
    {
        await _cells.RunAsync("var thread = Environment.CurrentManagedThreadId; [ThreadStatic] static int scope; scope = 3;");
        var value = await _cells.ValueAsync("await Task.Delay(5); await Task.Yield(); async Task<int> F() { await Task.Delay(5); return Environment.CurrentManagedThreadId; } (await F() == thread, Environment.CurrentManagedThreadId == thread, scope).ToString()");

        Assert.Equal("(True, True, 3)", value);
    }

    [Fact]
    public async Task A_compilation_error_has_the_cells_own_lines_and_leaves_no_trace()
    {
        await _cells.RunAsync("var x = 1;");
        var error = await _cells.FailAsync("var y = 2;\n\n  nothere.Call();");

        Assert.Equal("CompilationError", error.Name);
        Assert.StartsWith("cell 2, line 3, column 3: CS0103:", error.Value, StringComparison.Ordinal);
        Assert.Equal("    " + "  ^^^^^^^", error.Traceback[2]);
        Assert.Contains("CS0103", (await _cells.FailAsync("y")).Value, StringComparison.Ordinal);
        Assert.Equal("1", await _cells.ValueAsync("x"));
    }

    [Fact]
    public async Task An_exception_has_the_cells_own_lines_and_nothing_of_the_kernel()
    {
        await _cells.RunAsync("\nint Fail(int n)\n{\n    if (n == 0)\n        throw new InvalidOperationException(\"no way\");\n    return Fail(n - 1);\n}");
        var error = await _cells.FailAsync("var before = 1;\nFail(2);\nvar after = 2;");

        Assert.Equal("System.InvalidOperationException", error.Name);
        Assert.Equal("no way", error.Value);
        var trace = string.Join('\n', error.Traceback);
        Assert.Contains("at Fail(Int32 n) in cell 1, line 5", trace, StringComparison.Ordinal);
        Assert.Contains("at top level in cell 2, line 2", trace, StringComparison.Ordinal);
        Assert.DoesNotContain("ICAE.Lab", trace, StringComparison.Ordinal);
        Assert.DoesNotContain("ControlledExecution", trace, StringComparison.Ordinal);
        Assert.DoesNotContain("Submission", trace, StringComparison.Ordinal);
        Assert.Equal("1", await _cells.ValueAsync("before"));
    }

    [Fact]
    public async Task An_exception_behind_an_await_fails_the_cell()
    {
        var error = await _cells.FailAsync("await Task.Delay(1);\nthrow new ArgumentException(\"late\");");

        Assert.Equal("late", error.Value);
        Assert.Contains("in cell 1, line 2", string.Join('\n', error.Traceback), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Console_output_goes_to_the_cell_whose_code_writes_it()
    {
        var first = await _cells.RunAsync("Console.WriteLine(\"one\"); Console.Error.Write(\"wrong\"); var late = Task.Run(async () => { await Task.Delay(300); Console.Write(\"late\"); });");
        var second = await _cells.RunAsync("Console.Write(\"two\"); await late;");
        for (var tries = 0; tries < 100 && !first.Out.Contains("late", StringComparison.Ordinal); tries++)
            await Task.Delay(20);

        Assert.Equal("one" + Environment.NewLine + "late", first.Out);
        Assert.Equal("wrong", first.Error);
        Assert.Equal("two", second.Out);
    }

    [Fact]
    public async Task Text_arrives_while_the_cell_runs_and_in_order_with_displays()
    {
        var output = new RecordedOutput();
        var running = _cells.TryAsync("Console.Write(\"a\"); while (!System.IO.File.Exists(\"" + _cells.Folder.File("go") + "\")) await Task.Delay(5); Console.Write(\"b\"); display(1); Console.Write(\"c\");", output);
        for (var tries = 0; tries < 500 && output.Out != "a"; tries++)
            await Task.Delay(20);

        Assert.Equal("a", output.Out);
        await File.WriteAllTextAsync(_cells.Folder.File("go"), "");
        var (error, _) = await running;
        Assert.Null(error);
        Assert.Equal(["stdout", "stdout", "display", "stdout"], output.Events);
    }

    [Fact]
    public async Task A_display_is_replaced_where_it_stands()
    {
        await _cells.RunAsync("var shown = display(\"a\");");
        var second = await _cells.RunAsync("shown.Update(\"b\"); \"c\".Display(); \"**d**\".DisplayAs(\"text/markdown\"); HTML(\"<b>e</b>\").Display();");

        var displays = second.Displays.ToList();
        Assert.Equal("b", displays[0].Content.Data["text/plain"]);
        Assert.True(displays[0].Replace);
        Assert.Equal(await _cells.ValueAsync("shown.DisplayId"), displays[0].Id);
        Assert.Equal("c", displays[1].Content.Data["text/plain"]);
        Assert.Equal("**d**", displays[2].Content.Data["text/markdown"]);
        Assert.Equal("<b>e</b>", displays[3].Content.Data["text/html"]);
    }

    [Fact]
    public async Task A_display_that_background_code_replaces_belongs_to_the_cell_that_runs()
    {
        var first = await _cells.RunAsync("var go = new TaskCompletionSource(); var shown = display(\"a\"); var late = Task.Run(async () => { await go.Task; shown.Update(\"b\"); });");
        var second = await _cells.RunAsync("go.SetResult(); await late;");

        Assert.Equal("b", Assert.Single(second.Displays).Content.Data["text/plain"]);
        Assert.Single(first.Displays);
    }

    [Fact]
    public async Task A_display_that_background_code_replaces_is_not_lost_in_a_run_that_nobody_sees()
    {
        const string Update = "((Func<string, IReadOnlyDictionary<string, string>, bool, bool>)AppContext.GetData(\"ICAE.Lab.Display.Update\"))(\"own-id\", new Dictionary<string, string> { [\"text/plain\"] = \"c\" }, true);";
        var first = await _cells.RunAsync("var go = new TaskCompletionSource(); var shown = display(\"a\"); var late = Task.Run(async () => { await go.Task; shown.Update(\"b\"); " + Update + " });");
        Assert.Null(await _cells.Engine.RunAsync(new CellRun(1, "go.SetResult(); await late; shown.Update(\"of its own\");", new NoOutput())));

        Assert.Equal(["a", "b", "c"], first.Displays.Select(display => display.Content.Data["text/plain"]));
    }

    [Fact]
    public async Task Only_line_ends_of_a_cell_are_made_alike() =>
        Assert.Equal("4: \n\f\u0085\u2028\u2029\n", await _cells.ValueAsync("var one = 1;\r\nvar text = @\"\r\f\u0085\u2028\u2029\r\n\";\rvar three = one + 3;\n$\"{three}: {text}\""));

    [Fact]
    public async Task Formatters_that_a_notebook_registers_are_used()
    {
        await _cells.RunAsync("using Microsoft.DotNet.Interactive.Formatting; record Look(int N); Formatter.Register<Look>(look => $\"<i>{look.N}</i>\", \"text/html\");");
        var content = Assert.Single((await _cells.RunAsync("new Look(4)")).Results);

        Assert.Equal("<i>4</i>", content.Data["text/html"]);
        Assert.Equal("Look", content.Data["text/plain"]);
    }

    [Fact]
    public async Task A_library_brings_its_look_by_an_attribute_of_its_own()
    {
        const string Code = """
            using System.IO;
            public class TypeFormatterSourceAttribute : Attribute
            {
                public TypeFormatterSourceAttribute(Type source) => FormatterSourceType = source;
                public Type FormatterSourceType { get; }
                public string[] PreferredMimeTypes { get; set; }
            }
            public class Look
            {
                public string MimeType => "text/html";
                public bool Format(object instance, TextWriter writer) { writer.Write("<u>own</u>"); return true; }
            }
            public class Looks
            {
                public IEnumerable<object> CreateTypeFormatters() { yield return new Look(); }
            }
            [TypeFormatterSource(typeof(Looks), PreferredMimeTypes = new[] { "text/html" })]
            public class Thing { }
            """;
        await _cells.RunAsync(Code);

        Assert.Equal("<u>own</u>", Assert.Single((await _cells.RunAsync("new Thing()")).Results).Data["text/html"]);
    }

    [Fact]
    public async Task A_value_that_cannot_be_formatted_is_one_clear_error()
    {
        await _cells.RunAsync("using Microsoft.DotNet.Interactive.Formatting; record Bad(int N); Formatter.Register<Bad>((bad, writer) => throw new Exception(\"ugly\"), \"text/html\");");
        var error = await _cells.FailAsync("new Bad(1)");

        Assert.Contains("Bad", error.Value, StringComparison.Ordinal);
        Assert.Contains("ugly", error.Value, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Input_is_asked_for_and_arrives()
    {
        var output = new RecordedOutput();
        output.Answers.Enqueue("Ada");
        output.Answers.Enqueue("36");
        var (error, _) = await _cells.TryAsync("var name = Console.ReadLine(); var age = await GetInputAsync(\"age?\"); Console.Write(name + age);", output);

        Assert.Null(error);
        Assert.Equal("Ada36", output.Out);
        Assert.Contains("ask:age?", output.Events);
        Assert.Contains("nobody", (await _cells.FailAsync("Console.ReadLine()")).Value, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Libraries_find_the_kernels_offers_without_a_reference()
    {
        var output = await _cells.RunAsync("""
            var update = (Func<string, IReadOnlyDictionary<string, string>, bool, bool>)AppContext.GetData("ICAE.Lab.Display.Update");
            var token = ((Func<System.Threading.CancellationToken>)AppContext.GetData("ICAE.Lab.CellCancellation"))();
            update("own-id", new Dictionary<string, string> { ["text/plain"] = "new" }, true);
            Console.Write(token == Cancellation && token.CanBeCanceled);
            """);

        Assert.Equal("True", output.Out);
        Assert.Equal(("own-id", true), Assert.Single(output.Displays) is var display ? (display.Id, display.Replace) : default);
    }

    [Fact]
    public async Task What_a_cell_leaves_running_goes_on_and_its_faults_are_told()
    {
        var first = await _cells.RunAsync("int n = 0; async void Go() { await Task.Delay(30); n = 1; await Task.Delay(30); throw new Exception(\"astray\"); } Go();");
        for (var tries = 0; tries < 200 && first.Error.Length == 0; tries++)
            await Task.Delay(20);

        Assert.Contains("astray", first.Error, StringComparison.Ordinal);
        Assert.Equal("1", await _cells.ValueAsync("n"));
        Assert.Empty(_cells.Faults);
    }
}
