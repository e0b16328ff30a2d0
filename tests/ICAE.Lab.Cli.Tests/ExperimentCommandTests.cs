namespace ICAE.Lab.Cli.Tests;

/// <summary>The paper's tables, measured on an autoencoder that has learned nothing.</summary>
[Collection("torch")]
public sealed class ExperimentCommandTests : IDisposable
{
    private readonly TinyModels _models = new();

    public void Dispose() => _models.Dispose();

    [Fact]
    public async Task Table_3_has_a_row_for_each_kind_with_the_papers_beside()
    {
        var result = await CommandResult.RunAsync("experiment", "table-3", "--model", _models.Find("tiny-4x"), "--tokens", "10", "--limit", "3", "--json");

        Assert.Equal(ExitCodes.Ok, result.ExitCode);
        Assert.Equal(("table-3", "restoring"), ((string)result.Json["table"]!, (string)result.Json["base_kind"]!));
        var rows = result.Json["rows"]!.AsArray();
        Assert.Equal([("ordinary", 3, 0.993), ("patterned", 3, 0.035), ("random", 3, 0.002)], rows.Select(row => ((string)row!["kind"]!, (int)row["n"]!, (double)row["paper"]!["bleu"]!)));
        Assert.All(rows, row => Assert.InRange((double)row!["bleu_ids"]!, (double)row["bleu_interval"]![0]!, (double)row["bleu_interval"]![1]!));

        // What evaluate measures, and nothing else.
        var evaluated = await CommandResult.RunAsync("evaluate", "--model", _models.Find("tiny-4x"), "--tokens", "10", "--limit", "3", "--controls", "--json");
        Assert.Equal(
            evaluated.Json["kinds"]!.AsArray().Select(kind => ((double)kind!["loss"]!, (double)kind["bleu_ids"]!, (double)kind["zero"]!["bleu_ids"]!, (double)kind["ceiling"]!["bleu_ids"]!)),
            rows.Select(row => ((double)row!["loss"]!, (double)row["bleu_ids"]!, (double)row["zero"]!, (double)row["ceiling"]!)));
    }

    [Fact]
    public async Task Table_1_has_a_row_for_each_rate_with_the_papers_beside()
    {
        var result = await CommandResult.RunAsync("experiment", "table-1", "--model", _models.Find("tiny-4x"), "--slots", "3", "--continuation", "10", "--limit", "4", "--json");

        Assert.Equal(ExitCodes.Ok, result.ExitCode);
        var rows = result.Json["rows"]!.AsArray();
        Assert.Equal([(3, 3, 4), (6, 3, 4), (12, 3, 4)], rows.Select(row => ((int)row!["tokens"]!, (int)row["slots"]!, (int)row["n"]!)));
        Assert.Equal([10.15, 9.77, 9.5], rows.Select(row => (double)row!["paper"]!["memory"]!));
        Assert.All(rows, row => Assert.All((string[])["text_in_context", "memory", "other_memory", "no_context"], condition => Assert.True((double)row!["perplexity"]![condition]! > 1)));
    }

    [Theory]
    [InlineData("table-1", "paper: slots", "The paper's values are those of another model: 128, 256 and 512 tokens on 128 slots")]
    [InlineData("table-3", "paper: BLEU", "The paper's values are those of another model: 512 tokens on 128 slots")]
    public async Task People_are_told_the_kind_of_base_and_what_the_papers_values_are(string table, string column, string paper)
    {
        var result = await CommandResult.RunAsync(["experiment", table, "--model", _models.Find("tiny-4x"), "--limit", "3", .. table == "table-1" ? (string[])["--slots", "3"] : ["--tokens", "10"]]);

        Assert.Equal(ExitCodes.Ok, result.ExitCode);
        var words = string.Join(' ', result.Output.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
        Assert.Contains("stands on a restoring base", words, StringComparison.Ordinal);
        Assert.Contains(column, words, StringComparison.Ordinal);
        Assert.Contains(paper, words, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Texts_that_are_too_short_are_an_error_in_one_line()
    {
        var texts = _models.Write("texts.jsonl", """{"ids":[5,6,7]}""");
        foreach (var (table, told) in new[] { ("table-1", "There is no text of 64 tokens that 64 more follow."), ("table-3", "There is no text of 64 tokens to be restored") })
        {
            var result = await CommandResult.RunAsync("experiment", table, "--model", _models.Find("tiny-4x"), "--texts", texts, "--json");

            Assert.Equal(ExitCodes.Failed, result.ExitCode);
            Assert.Contains(told, (string)result.Json["error"]!, StringComparison.Ordinal);
        }
    }
}
