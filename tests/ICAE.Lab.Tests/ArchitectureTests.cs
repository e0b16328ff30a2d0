using System.Reflection;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using NetArchTest.Rules;

namespace ICAE.Lab.Tests;

/// <summary>The arrows between the parts of the library and between its projects, and what its sources must not do.</summary>
public sealed partial class ArchitectureTests
{
    /// <summary>What each part of ICAE.Lab builds on directly; it may use what that builds on as well, and the root namespace.</summary>
    private static readonly Dictionary<string, string[]> Parts = new()
    {
        ["Formats"] = [],
        ["Tokens"] = ["Formats"],
        ["Models"] = ["Formats", "Tokens"],
        ["Autoencoder"] = ["Models"],
        ["Data"] = ["Tokens"],
        ["Objectives"] = ["Autoencoder", "Data"],
        ["Evaluation"] = ["Objectives"],
        ["Training"] = ["Evaluation", "Data"],
        ["Experiments"] = ["Training", "Data"],
    };

    /// <summary>What each project builds on directly.</summary>
    private static readonly Dictionary<string, string[]> Projects = new()
    {
        ["ICAE.Lab"] = [],
        ["ICAE.Lab.Charts"] = ["ICAE.Lab"],
        ["ICAE.Lab.Display"] = ["ICAE.Lab.Charts"],
        ["ICAE.Lab.Jupyter"] = [],
        ["ICAE.Lab.Kernel"] = ["ICAE.Lab.Jupyter"],
        ["ICAE.Lab.Notebooks"] = ["ICAE.Lab.Jupyter"],
        ["ICAE.Lab.Cli"] = ["ICAE.Lab.Notebooks", "ICAE.Lab.Charts"],
    };

    private static readonly Assembly Library = typeof(IcaeException).Assembly;

    public static TheoryData<string> PartNames => [.. Parts.Keys];

    [Theory]
    [MemberData(nameof(PartNames))]
    public void A_part_uses_only_the_parts_below_it(string part)
    {
        var forbidden = Parts.Keys.Where(other => other != part && !Closure(Parts, part).Contains(other)).Select(other => $"ICAE.Lab.{other}").ToArray();

        var result = Types.InAssembly(Library).That().ResideInNamespace($"ICAE.Lab.{part}").ShouldNot().HaveDependencyOnAny(forbidden).GetResult();

        Assert.True(result.IsSuccessful, $"{string.Join(", ", result.FailingTypeNames ?? [])} must use none of {string.Join(", ", forbidden)}.");
    }

    [Fact]
    public void The_search_for_arrows_sees_one_that_exists()
    {
        var result = Types.InAssembly(Library).That().ResideInNamespace("ICAE.Lab.Models").ShouldNot().HaveDependencyOnAny("ICAE.Lab.Formats").GetResult();

        Assert.False(result.IsSuccessful);
    }

    [Fact]
    public void Every_part_has_a_place()
    {
        var parts = Library.GetTypes()
            .Select(type => type.Namespace ?? "")
            .Where(name => name.StartsWith("ICAE.Lab.", StringComparison.Ordinal))
            .Select(name => name.Split('.')[2])
            .Distinct();

        Assert.Empty(parts.Except(Parts.Keys));
    }

    [Fact]
    public void A_project_references_only_the_projects_below_it()
    {
        foreach (var project in ProjectFiles())
        {
            var name = Path.GetFileNameWithoutExtension(project);
            Assert.True(Projects.ContainsKey(name), $"{name} has no place among the projects.");
            foreach (var reference in References(project).Select(path => Path.GetFileNameWithoutExtension(path.Replace('\\', '/'))))
                Assert.True(Closure(Projects, name).Contains(reference), $"{name} must not reference {reference}.");
        }
    }

    [Fact]
    public void Only_Charts_and_what_is_above_it_see_pictures()
    {
        foreach (var project in ProjectFiles().Where(project => Path.GetFileNameWithoutExtension(project) is "ICAE.Lab" or "ICAE.Lab.Jupyter" or "ICAE.Lab.Kernel"))
        {
            // In a kernel these would win over the versions that a notebook loads.
            foreach (var package in Items(project, "PackageReference"))
                Assert.DoesNotContain(package, (string[])["Plotly.NET", "Plotly.NET.CSharp", "FSharp.Core", "Newtonsoft.Json"]);
        }
    }

    [Fact]
    public void No_source_changes_the_default_device_or_type()
    {
        foreach (var (path, text) in Sources())
            Assert.False(DefaultSetter().IsMatch(text), $"{path} sets a default device or type, which is the whole process's.");
    }

    [Fact]
    public void No_source_makes_a_tensor_on_an_implicit_device()
    {
        foreach (var (path, text) in Sources())
        {
            foreach (var arguments in FactoryArguments(text))
                Assert.True(DeviceArgument().IsMatch(arguments), $"{path}: a tensor is made from ({arguments} and no device is named.");
        }
    }

    [Theory]
    [InlineData("torch.zeros(2, Count(3))", false)]
    [InlineData("torch.zeros([2, 3], dtype: torch.float32, device: weight.device)", true)]
    [InlineData("torch.tensor(Values(\")\"), torch.int64, torch.CPU)", true)]
    [InlineData("arange(n).to(device)", false)]
    [InlineData("ones(\n    2, // on the device\n    3)", false)]
    public void The_search_for_implicit_devices_looks_at_the_calls_own_arguments(string code, bool named) =>
        Assert.Equal(named, DeviceArgument().IsMatch(Assert.Single(FactoryArguments(code))));

    [Fact]
    public void The_search_for_implicit_devices_leaves_other_methods_alone() =>
        Assert.Empty(FactoryArguments("x.new_zeros(2); Zeros(2); my_zeros(2); generator.normal(2); // zeros(2)"));

    private static HashSet<string> Closure(Dictionary<string, string[]> arrows, string name)
    {
        var below = new HashSet<string>();
        var open = new Stack<string>(arrows[name]);
        while (open.TryPop(out var next))
        {
            if (below.Add(next))
                Array.ForEach(arrows[next], open.Push);
        }

        return below;
    }

    /// <summary>What stands between the parentheses of each call of a factory of tensors, the closing one included.</summary>
    private static IEnumerable<string> FactoryArguments(string text)
    {
        var code = TextOrComment().Replace(text, "");
        foreach (Match call in Factory().Matches(code))
        {
            var start = call.Index + call.Length;
            var end = start;
            for (var depth = 1; end < code.Length && depth > 0; end++)
                depth += code[end] == '(' ? 1 : code[end] == ')' ? -1 : 0;
            yield return code[start..end];
        }
    }

    private static IEnumerable<string> ProjectFiles() => Directory.EnumerateFiles(LibFolder(), "*.csproj", SearchOption.AllDirectories);

    private static IEnumerable<string> Items(string project, string kind) =>
        XDocument.Load(project).Descendants(kind).Select(item => (string)item.Attribute("Include")!);

    /// <summary>The projects that are referenced. One that is only built, as a program to be started, is not.</summary>
    private static IEnumerable<string> References(string project) => XDocument.Load(project).Descendants("ProjectReference")
        .Where(item => (string?)item.Attribute("ReferenceOutputAssembly") != "false")
        .Select(item => (string)item.Attribute("Include")!);

    private static IEnumerable<(string Path, string Text)> Sources()
    {
        var outputs = new[] { $"{Path.DirectorySeparatorChar}obj{Path.DirectorySeparatorChar}", $"{Path.DirectorySeparatorChar}bin{Path.DirectorySeparatorChar}" };
        return Directory.EnumerateFiles(LibFolder(), "*.cs", SearchOption.AllDirectories)
            .Where(path => !outputs.Any(path.Contains))
            .Select(path => (path, File.ReadAllText(path)));
    }

    private static string LibFolder()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "ICAE.Lab.sln")))
                return Path.Combine(folder.FullName, "lib");
        }

        throw new DirectoryNotFoundException($"No folder above {AppContext.BaseDirectory} holds ICAE.Lab.sln.");
    }

    [GeneratedRegex(@"\bset_default_(device|dtype)\b")]
    private static partial Regex DefaultSetter();

    [GeneratedRegex(@"(?<![\w.])(torch\.)?(zeros|ones|empty|full|eye|arange|linspace|logspace|tensor|as_tensor|from_array|frombuffer|scalar_tensor|rand|randn|randint|randperm|normal|empty_strided|tril_indices|triu_indices)\s*\(")]
    private static partial Regex Factory();

    [GeneratedRegex(@"//[^\n]*|""(\\.|[^""\\\n])*""")]
    private static partial Regex TextOrComment();

    [GeneratedRegex(@"device|\b(CPU|META|CUDA)\b", RegexOptions.IgnoreCase)]
    private static partial Regex DeviceArgument();
}
