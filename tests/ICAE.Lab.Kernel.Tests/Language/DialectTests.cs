using ICAE.Lab.Kernel.Language;

namespace ICAE.Lab.Kernel.Tests.Language;

/// <summary>What stands in cells besides C#.</summary>
[Collection("cells")]
public sealed class DialectTests : IDisposable
{
    private readonly Cells _cells = new();

    public DialectTests() => HostConsole.Install(static _ => { });

    public void Dispose() => _cells.Dispose();

    [Fact]
    public async Task A_cell_changes_languages()
    {
        var output = await _cells.RunAsync("var x = 1;\n#!html\n<b>bold</b>\n#!markdown\n# Title\n#!javascript\nalert('</script>');\n#!csharp\nx + 1");

        Assert.Equal(["<b>bold</b>", "# Title"], output.Displays.Take(2).Select(display => display.Content.Data.Values.Single()));
        Assert.Equal("<script type=\"text/javascript\">alert('<\\/script>');</script>", output.Displays.Last().Content.Data["text/html"]);
        Assert.Equal("2", Assert.Single(output.Results).Data["text/plain"]);
    }

    [Fact]
    public async Task Lines_keep_their_numbers_behind_other_languages()
    {
        var error = await _cells.FailAsync("#!html\n<b>bold</b>\n#!csharp\n\nthrow new Exception(\"here\");");

        Assert.Contains("cell 1, line 5", string.Join('\n', error.Traceback), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Time_and_lists_are_shown()
    {
        Assert.StartsWith("Wall time: ", (await _cells.RunAsync("#!time\nvar number = 3;")).Displays.Single().Content.Data["text/plain"], StringComparison.Ordinal);
        Assert.Contains("#!markdown", (await _cells.RunAsync("#!lsmagic")).Displays.Single().Content.Data["text/plain"], StringComparison.Ordinal);
        Assert.Equal("number  int\n", (await _cells.RunAsync("#!whos")).Displays.Single().Content.Data["text/plain"]);
    }

    [Fact]
    public async Task A_line_that_names_nothing_is_one_clear_error()
    {
        var error = await _cells.FailAsync("var x = 1;\n#!nothere --now");

        Assert.Equal("Line 2: there is no #!nothere; #!lsmagic lists what there is.", error.Value);
    }

    [Fact]
    public async Task A_file_is_loaded_from_the_notebooks_folder()
    {
        Directory.CreateDirectory(_cells.Folder.File("more"));
        await File.WriteAllTextAsync(_cells.Folder.File("one.csx"), "#load \"more/two.csx\"\nint One() => Two() - 1;");
        await File.WriteAllTextAsync(_cells.Folder.File("more/two.csx"), "int Two() => 2;");

        Assert.Equal("1", await _cells.ValueAsync("#load \"one.csx\"\nOne()"));
        Assert.Contains("nothere.csx", (await _cells.FailAsync("#load \"nothere.csx\"")).Value, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_assembly_is_referenced_from_the_notebooks_folder_with_what_lies_beside_it()
    {
        SampleAssemblies.Write(_cells.Folder.Path);

        Assert.Equal("42", await _cells.ValueAsync("#r \"Upper.dll\"\nnew Upper.Door().Value()"));
        Assert.Equal("41", await _cells.ValueAsync("Lower.Cellar.Value"));
    }

    [Fact]
    public async Task What_is_no_assembly_is_one_clear_error()
    {
        await File.WriteAllTextAsync(_cells.Folder.File("text.dll"), "no assembly");

        Assert.Contains("text.dll", (await _cells.FailAsync("#r \"text.dll\"")).Value, StringComparison.Ordinal);
        SampleAssemblies.Write(_cells.Folder.Path);
        Assert.Equal("42", await _cells.ValueAsync("#r \"Upper.dll\"\nnew Upper.Door().Value()"));
        Assert.Contains("there is no file", (await _cells.FailAsync("#r \"nothere.dll\"")).Value, StringComparison.Ordinal);
        Assert.Contains("is not understood", (await _cells.FailAsync("#r \"nuget: A, B, C\"")).Value, StringComparison.Ordinal);
        Assert.Equal("2", await _cells.ValueAsync("1 + 1"));
    }

    [Fact]
    public async Task An_assembly_of_the_framework_is_referenced_with_and_without_its_ending()
    {
        Assert.Equal("[1]", await _cells.ValueAsync("#r \"System.Text.Json\"\nSystem.Text.Json.JsonSerializer.Serialize(new[] { 1 })"));
        Assert.Equal("[2]", await _cells.ValueAsync("#r \"System.Text.Json.dll\"\nSystem.Text.Json.JsonSerializer.Serialize(new[] { 2 })"));
    }

    [Fact]
    public void A_folder_of_packages_is_looked_for_beside_the_notebook()
    {
        var prepared = CodePreparation.Prepare("#i \"nuget:../feed\"\n#i \"nuget: https://example.org/v3/index.json\"\n1", new LoadedSources());

        Assert.Equal([Path.Combine(Path.GetDirectoryName(_cells.Folder.Path)!, "feed"), "https://example.org/v3/index.json"], prepared.PackageSources);
    }

    [Theory]
    [InlineData("A", "*")]
    [InlineData("A, 1.0.0-beta", "1.0.0-beta")]
    [InlineData("A, 1.*", "1.*")]
    [InlineData("A, [1.0]", "[1.0]")]
    [InlineData("A, [1.0,2.0)", "[1.0,2.0)")]
    [InlineData("A, (, 2.0]", "(, 2.0]")]
    [InlineData("A, [1.0,)", "[1.0,)")]
    public void A_package_has_a_version_or_a_range(string text, string version) => Assert.Equal(new PackageReference("A", version), PackageReference.Parse(text));

    [Theory]
    [InlineData("")]
    [InlineData("*")]
    [InlineData("A,")]
    [InlineData("A, B, C")]
    [InlineData("A, [1.0,2.0,3.0)")]
    [InlineData("A, [,]")]
    [InlineData("A, [1.0;2.0]")]
    public void What_is_no_package_is_refused(string text) => Assert.Throws<CellErrorException>(() => PackageReference.Parse(text));

    [Fact]
    public async Task A_package_is_restored_with_what_it_depends_on_and_again_without_its_source()
    {
        var version = $"1.0.0-t{DateTime.UtcNow.Ticks}";
        var source = _cells.Folder.File("source");
        Directory.CreateDirectory(source);
        SampleAssemblies.Pack(source, "IcaeSampleLower", "IcaeSampleUpper", version);
        await File.WriteAllTextAsync(_cells.Folder.File("nuget.config"), $"""
            <configuration>
              <config><add key="globalPackagesFolder" value="{_cells.Folder.File("cache")}" /></config>
              <packageSources><clear /></packageSources>
            </configuration>
            """);
        var reference = $"#i \"nuget:{source}\"\n#r \"nuget: IcaeSampleUpper, {version}\"";

        Assert.Equal("42", await _cells.ValueAsync($"{reference}\nnew IcaeSampleUpper.Door().Value()"));
        Assert.Equal("41", await _cells.ValueAsync("IcaeSampleLower.Cellar.Value"));

        File.Delete(Path.Combine(source, $"IcaeSampleUpper.{version}.nupkg"));
        var again = new PackageRestorer(_cells.Folder.File("packages"));
        var assets = await again.AddAsync([new("IcaeSampleUpper", version)], [source], CancellationToken.None);
        Assert.Contains(assets.Assemblies, path => Path.GetFileName(path) == "IcaeSampleUpper.dll");
        Assert.Contains(assets.NativeFolders, folder => File.Exists(Path.Combine(folder, "IcaeSampleUpper-native.bin")));
        Assert.Contains(assets.NativeFolders, folder => File.Exists(Path.Combine(folder, "IcaeSampleLower-native.bin")));

        var error = await _cells.FailAsync("#r \"nuget: IcaeSampleNotThere, 1.0.0\"");
        Assert.Contains("IcaeSampleNotThere", error.Value, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("var x = 1;", "complete")]
    [InlineData("if (true) {", "incomplete")]
    [InlineData("int F(int x", "incomplete")]
    [InlineData("var x = );", "invalid")]
    public void Whether_code_is_complete(string code, string status) => Assert.Equal(status, Completeness.Of(code));

    [Fact]
    public async Task Names_and_members_are_completed()
    {
        await _cells.RunAsync("var remembered = \"text\";");
        var compiler = _cells.Engine.Session.Compiler;

        Assert.Equal(["remembered"], Completer.Complete(compiler, "reme", 4).Items.Select(item => item.Text));
        Assert.Equal(["WriteLine"], Completer.Complete(compiler, "Console.WriteL", 14).Items.Select(item => item.Text));
        var members = Completer.Complete(compiler, "var y = remembered.;", 19);
        Assert.Contains("Length", members.Items.Select(item => item.Text));
        Assert.Contains("Select", members.Items.Select(item => item.Text));
        Assert.Equal(19, members.Start);
        Assert.Equal(["Write", "WriteLine"], Completer.Complete(compiler, "System.Console.Write", 20).Items.Select(item => item.Text));
        Assert.Contains("foreach", Completer.Complete(compiler, "fore", 4).Items.Select(item => item.Text));
    }

    [Fact]
    public async Task Names_are_explained()
    {
        await _cells.RunAsync("int Twice(int number) => 2 * number;");
        var compiler = _cells.Engine.Session.Compiler;

        Assert.Contains("Twice(int number)", Inspection.Inspect(compiler, "Twice(3)", 2, inFull: false)!.Data["text/plain"], StringComparison.Ordinal);
        Assert.Contains("WriteLine", Inspection.Inspect(compiler, "Console.WriteLine", 17, inFull: false)!.Data["text/plain"], StringComparison.Ordinal);
        Assert.Null(Inspection.Inspect(compiler, "nothere", 3, inFull: false));
        Assert.Null(Inspection.Inspect(compiler, "", 0, inFull: false));
    }

    [Fact]
    public async Task CSharp_assists_as_a_language()
    {
        await _cells.RunAsync("var remembered = \"text\";");
        var assistant = Assert.IsAssignableFrom<ICodeAssistant>(_cells.Engine.Languages["csharp"]);

        Assert.Equal(["remembered"], (await assistant.CompleteAsync("reme", 4, CancellationToken.None)).Items.Select(item => item.Text));
        Assert.Contains("string", (await assistant.InspectAsync("remembered", 3, false, CancellationToken.None))!.Data["text/plain"], StringComparison.Ordinal);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => assistant.CompleteAsync("reme", 4, new CancellationToken(true)));
    }

    [Theory]
    [InlineData(typeof(long[][,]), "long[][,]")]
    [InlineData(typeof(int?[]), "Nullable<int>[]")]
    [InlineData(typeof(Dictionary<string, List<double>>), "Dictionary<string, List<double>>")]
    public void Types_are_named_as_CSharp_writes_them(Type type, string name) => Assert.Equal(name, TypeNames.Short(type));

    [Fact]
    public void Places_are_counted_in_code_points()
    {
        Assert.Equal(3, CodePoints.ToIndex("a😀b", 2));
        Assert.Equal(2, CodePoints.FromIndex("a😀b", 3));
        Assert.Equal(4, CodePoints.ToIndex("a😀b", 99));
    }
}
