using System.Text.Json.Nodes;

namespace ICAE.Lab.Jupyter.Tests;

public sealed class KernelSpecTests : IDisposable
{
    private static readonly Dictionary<string, byte[]> Logo = new() { ["logo-64x64.png"] = [1, 2, 3] };
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void What_is_installed_is_found()
    {
        var folder = KernelSpecStore.Install(".net-csharp", Spec("ours"), Logo, _folder.Path);
        var found = new KernelSpecStore([_folder.File("none"), _folder.Path]).Find(".NET-csharp")!;

        Assert.Equal(Path.Combine(_folder.Path, "kernels", ".net-csharp"), folder);
        Assert.Equal(["dotnet", "k.dll", "{connection_file}"], found.Arguments);
        Assert.Equal("C#", found.Language);
        Assert.Equal(InterruptMode.Message, found.InterruptMode);
        Assert.Equal("1", found.Environment["A"]);
        Assert.Equal("ours", found.Origin);
        Assert.Equal(folder, found.Folder);
        Assert.Equal([1, 2, 3], File.ReadAllBytes(Path.Combine(folder, "logo-64x64.png")));
        Assert.Empty(Directory.GetDirectories(Path.Combine(_folder.Path, "kernels"), "*.tmp"));
    }

    [Fact]
    public void Earlier_folders_win()
    {
        KernelSpecStore.Install("k", Spec("first"), Logo, _folder.File("a"));
        KernelSpecStore.Install("k", Spec("second"), Logo, _folder.File("b"));
        KernelSpecStore.Install("l", Spec("second"), Logo, _folder.File("b"));

        var kernels = new KernelSpecStore([_folder.File("a"), _folder.File("b")]).List();

        Assert.Equal(["k", "l"], kernels.Select(kernel => kernel.Name));
        Assert.Equal("first", kernels[0].Spec!.Origin);
    }

    [Fact]
    public void Anothers_spec_is_replaced_and_removed_only_by_force()
    {
        KernelSpecStore.Install("k", Spec("theirs"), Logo, _folder.Path);
        var store = new KernelSpecStore([_folder.Path]);

        Assert.Contains("force", Assert.Throws<JupyterException>(() => KernelSpecStore.Install("k", Spec("ours"), Logo, _folder.Path)).Message);
        Assert.Contains("force", Assert.Throws<JupyterException>(() => KernelSpecStore.Uninstall("k", _folder.Path, "ours")).Message);
        Assert.Equal("theirs", store.Find("k")!.Origin);

        KernelSpecStore.Install("k", Spec("ours"), Logo, _folder.Path, force: true);
        Assert.Equal("ours", store.Find("k")!.Origin);
        KernelSpecStore.Install("k", Spec("ours"), Logo, _folder.Path);
        Assert.True(KernelSpecStore.Uninstall("k", _folder.Path, "ours"));
        Assert.Null(store.Find("k"));
        Assert.False(KernelSpecStore.Uninstall("k", _folder.Path, "ours"));
    }

    [Theory]
    [InlineData("../k")]
    [InlineData("a b")]
    [InlineData("")]
    public void Names_that_are_no_folders_are_refused(string name) =>
        Assert.Throws<JupyterException>(() => KernelSpecStore.Install(name, Spec("ours"), Logo, _folder.Path));

    [Theory]
    [InlineData("{", "JSON")]
    [InlineData("{}", "argv")]
    [InlineData("{\"argv\": [1], \"display_name\": \"a\", \"language\": \"b\"}", "argv")]
    [InlineData("{\"argv\": [\"x\"], \"language\": \"b\"}", "display_name")]
    [InlineData("{\"argv\": [\"x\"], \"display_name\": \"a\", \"language\": \"b\", \"interrupt_mode\": \"never\"}", "interrupt_mode")]
    [InlineData("{\"argv\": [\"x\"], \"display_name\": \"a\", \"language\": \"b\", \"env\": {\"A\": 1}}", "env")]
    public void A_malformed_spec_is_listed_with_its_fault(string json, string named)
    {
        var folder = Directory.CreateDirectory(Path.Combine(_folder.Path, "kernels", "bad")).FullName;
        File.WriteAllText(Path.Combine(folder, "kernel.json"), json);
        var store = new KernelSpecStore([_folder.Path]);

        var kernel = Assert.Single(store.List());

        Assert.Null(kernel.Spec);
        Assert.Contains(named, kernel.Fault);
        Assert.Contains(named, Assert.Throws<JupyterException>(() => store.Find("bad")).Message);
    }

    [SkippableFact]
    public void Jupyters_folders_are_those_of_its_documentation()
    {
        Skip.IfNot(OperatingSystem.IsLinux(), "The folders are those of Linux.");
        var variables = new Dictionary<string, string> { ["JUPYTER_PATH"] = "/a:/b", ["XDG_DATA_HOME"] = "/x", ["VIRTUAL_ENV"] = "/v" };

        Assert.Equal(["/a", "/b", "/v/share/jupyter", "/x/jupyter", "/usr/local/share/jupyter", "/usr/share/jupyter"], JupyterFolders.Find(variables.GetValueOrDefault, "/h"));
        Assert.Equal("/h/.local/share/jupyter", JupyterFolders.UserFolder(_ => null, "/h"));
        variables["JUPYTER_DATA_DIR"] = "/d";
        Assert.Equal("/d", JupyterFolders.UserFolder(variables.GetValueOrDefault, "/h"));
    }

    [SkippableTheory]
    [InlineData("VIRTUAL_ENV=/e", true)]
    [InlineData("VIRTUAL_ENV=/e JUPYTER_PREFER_ENV_PATH=No", false)]
    [InlineData("CONDA_PREFIX=/e", false)]
    [InlineData("CONDA_PREFIX=/e CONDA_DEFAULT_ENV=base", false)]
    [InlineData("CONDA_PREFIX=/e CONDA_DEFAULT_ENV=work", true)]
    [InlineData("CONDA_PREFIX=/e JUPYTER_PREFER_ENV_PATH=1", true)]
    public void The_folder_of_an_environment_comes_where_Jupyter_has_it(string set, bool first)
    {
        Skip.IfNot(OperatingSystem.IsLinux(), "The folders are those of Linux.");
        var variables = set.Split(' ').Select(pair => pair.Split('=')).ToDictionary(pair => pair[0], pair => pair[1]);
        string[] expected = first ? ["/e/share/jupyter", "/h/.local/share/jupyter"] : ["/h/.local/share/jupyter", "/e/share/jupyter"];

        Assert.Equal(expected, JupyterFolders.Find(variables.GetValueOrDefault, "/h").Take(2));
    }

    private static KernelSpec Spec(string origin) => new()
    {
        Arguments = ["dotnet", "k.dll", "{connection_file}"],
        DisplayName = "K",
        Language = "C#",
        InterruptMode = InterruptMode.Message,
        Environment = new Dictionary<string, string> { ["A"] = "1" },
        Metadata = new JsonObject { ["origin"] = origin },
    };
}
