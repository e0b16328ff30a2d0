using System.Text.Json.Nodes;

namespace ICAE.Lab.Kernel.Tests.Protocol;

/// <summary>Whole notebooks, by nbclient.</summary>
[Collection("cells")]
public sealed class NotebookTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [SkippableFact]
    public async Task A_table_goes_to_Python_and_an_array_comes_back()
    {
        await PythonProgram.SkipWithoutAsync(_folder.Path, "nbclient, ipykernel, pandas");
        var assembly = Path.Combine(AppContext.BaseDirectory, "Microsoft.Data.Analysis.dll");
        var (code, output) = await ExecuteAsync(
            $"#r \"{assembly}\"",
            "using Microsoft.Data.Analysis;\nvar table = new DataFrame(new DoubleDataFrameColumn(\"loss\", new[] { 3.0, 2.0, 1.5 }), new StringDataFrameColumn(\"run\", new[] { \"a\", \"b\", \"c\" }));",
            "#!connect jupyter --kernel-name python --kernel-spec python3",
            "#!python\n#!share --from csharp table\nprint(type(table).__name__, list(table.columns), table[\"loss\"].mean())\nhalves = (table[\"loss\"] / 2).to_numpy()",
            "#!share --from python halves\nConsole.Write($\"{halves.GetType().Name} {string.Join(' ', halves)}\");");

        Assert.True(code == 0, output);
        Assert.Contains("DataFrame ['loss', 'run'] 2.166", output, StringComparison.Ordinal);
        Assert.EndsWith("Double[] 1.5 1 0.75", output, StringComparison.Ordinal);
    }

    [SkippableTheory]
    [InlineData("00-quickstart.ipynb")]
    [InlineData("01-inside-the-autoencoder.ipynb")]
    [InlineData("02-pretraining.ipynb")]
    [InlineData("03-ordinary-patterned-random.ipynb")]
    public async Task The_repositorys_notebooks_run(string name)
    {
        await PythonProgram.SkipWithoutAsync(_folder.Path, "nbclient");
        var notebooks = Path.Combine(Root(), "notebooks");
        PythonProgram.InstallKernel(_folder.Path);

        var (code, output) = await PythonProgram.RunScriptAsync(_folder.Path, "execute_notebook.py", Path.Combine(notebooks, name), notebooks);

        Assert.True(code == 0, output);
    }

    private async Task<(int Code, string Output)> ExecuteAsync(params string[] cells)
    {
        PythonProgram.InstallKernel(_folder.Path);
        var notebook = new JsonObject
        {
            ["cells"] = new JsonArray([.. cells.Select(Cell)]),
            ["metadata"] = new JsonObject(),
            ["nbformat"] = 4,
            ["nbformat_minor"] = 5,
        };
        var file = _folder.File("test.ipynb");
        await File.WriteAllTextAsync(file, notebook.ToJsonString());
        return await PythonProgram.RunScriptAsync(_folder.Path, "execute_notebook.py", file, _folder.Path);
    }

    private static JsonNode Cell(string code, int index) => new JsonObject
    {
        ["cell_type"] = "code",
        ["id"] = $"cell-{index}",
        ["execution_count"] = null,
        ["metadata"] = new JsonObject(),
        ["outputs"] = new JsonArray(),
        ["source"] = code,
    };

    private static string Root()
    {
        var folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "ICAE.Lab.sln")))
            folder = Path.GetDirectoryName(folder) ?? throw new InvalidOperationException("The tests run outside of the repository.");

        return folder;
    }
}
