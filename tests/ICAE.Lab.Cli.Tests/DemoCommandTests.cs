using System.Text.Json.Nodes;

namespace ICAE.Lab.Cli.Tests;

[Collection("torch")]
public sealed class DemoCommandTests : IDisposable
{
    private readonly TinyModels _models = new();

    public void Dispose() => _models.Dispose();

    [Fact]
    public async Task The_demo_prints_restorations_beside_their_originals_and_writes_a_report()
    {
        var folder = _models.Find("out");

        var result = await CommandResult.RunAsync("demo", "--model", _models.Find("tiny-4x"), "--model", _models.Find("tiny-4x-kv"), "--out", folder);

        Assert.Equal(ExitCodes.Ok, result.ExitCode);
        Assert.Empty(result.Error);
        var text = string.Join(' ', result.Output.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
        Assert.Contains("tiny-4x stands on a restoring base", text, StringComparison.Ordinal);
        Assert.Contains("Random or shifted ids in training: base none", text, StringComparison.Ordinal);
        foreach (var kind in (string[])["ordinary", "patterned", "random"])
        {
            Assert.Contains($"{kind}: original", text, StringComparison.Ordinal);
            Assert.Contains($"{kind} (24)", text, StringComparison.Ordinal);
        }

        // Six texts of each kind, of the first model alone.
        Assert.Equal(18, text.Split("64 tokens on 16 slots, 4 a slot:").Length - 1);
        Assert.Contains("The Call of the Wild", text, StringComparison.Ordinal);
        Assert.Contains("What this shows, and what not:", text, StringComparison.Ordinal);
        var report = Path.Combine(folder, "report.html");
        Assert.Contains(report, result.Output, StringComparison.Ordinal);
        var page = await File.ReadAllTextAsync(report);
        Assert.Contains("<h2>tiny-4x</h2>", page, StringComparison.Ordinal);
        Assert.Contains("<h2>tiny-4x-kv</h2>", page, StringComparison.Ordinal);
        Assert.EndsWith("</html>\n", page, StringComparison.Ordinal);
        var numbers = JsonNode.Parse(await File.ReadAllTextAsync(Path.Combine(folder, "results.json")))!.AsArray();
        Assert.Equal(["tiny-4x", "tiny-4x-kv"], numbers.Select(model => (string)model!["model"]!));
    }

    [Fact]
    public async Task For_machines_it_is_one_object_and_the_rest_goes_beside()
    {
        var result = await CommandResult.RunAsync("demo", "--model", _models.Find("tiny-4x"), "--out", _models.Find("out"), "--json");

        Assert.Equal(ExitCodes.Ok, result.ExitCode);
        var model = Assert.Single(result.Json["models"]!.AsArray())!;
        Assert.True(File.Exists((string)result.Json["report"]!));
        Assert.Equal((24, 0), ((int)model["kinds"]![0]!["n"]!, (int)model["kinds"]![0]!["skipped"]!));
        var texts = model["texts"]!.AsArray();
        Assert.Equal(18, texts.Count);
        Assert.All(texts, text => Assert.Equal((64, 16), ((int)text!["tokens"]!, (int)text["slots"]!)));
        Assert.All(texts, text => Assert.InRange((double)text!["bleu_ids"]!, 0, 1));
        Assert.Contains("The report", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_folder_that_cannot_be_made_is_told()
    {
        var file = _models.Write("file", "");

        var result = await CommandResult.RunAsync("demo", "--model", _models.Find("tiny-4x"), "--out", Path.Combine(file, "out"));

        Assert.Equal(ExitCodes.Failed, result.ExitCode);
        Assert.Contains("the folder cannot be made", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_stop_stops_it()
    {
        using var source = new CancellationTokenSource();
        await source.CancelAsync();

        var result = await CommandResult.RunAsync(source.Token, "demo", "--model", _models.Find("tiny-4x"), "--out", _models.Find("out"));

        Assert.Equal(ExitCodes.Interrupted, result.ExitCode);
        Assert.False(Directory.Exists(_models.Find("out")));
    }
}
