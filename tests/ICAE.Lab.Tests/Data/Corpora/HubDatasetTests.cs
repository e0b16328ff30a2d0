using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using ICAE.Lab.Data;
using ICAE.Lab.Data.Corpora;
using ICAE.Lab.Formats.Hub;
using ICAE.Lab.Tests.Formats.Hub;

namespace ICAE.Lab.Tests.Data.Corpora;

/// <summary>Files of data sets at a hub are checked by the readers and kept as they are.</summary>
public sealed class HubDatasetTests : IDisposable
{
    private const string Name = "owner/texts";
    private const string File1 = "data/some.jsonl";
    private const string Texts = "{\"id\": \"a\", \"text\": \"First.\", \"mine\": 1}\n\n{\"text\": \"Second.\"}\n";
    private const string Instructions = "{\"input\": \"A text.\", \"prompt\": \"What is it?\", \"answer\": \"A text.\"}\n";

    private static readonly string Commit = new('c', 40);

    private readonly CorpusCase _case = new();

    public void Dispose() => _case.Dispose();

    private HubDatasetRecipe Recipe(string file = File1, string revision = "main") => new(Name, file, revision, endpoint: HubEndpoint.Parse(_case.Server.Address));

    private void Offer(string content, string file = File1, bool hasHash = true)
    {
        var bytes = Encoding.UTF8.GetBytes(content);
        var sibling = new JsonObject { ["rfilename"] = file, ["size"] = bytes.Length };
        if (hasHash)
            sibling["lfs"] = new JsonObject { ["sha256"] = Convert.ToHexStringLower(SHA256.HashData(bytes)), ["size"] = bytes.Length };

        _case[$"/api/datasets/{Name}/revision/main"] = new JsonObject
        {
            ["sha"] = Commit,
            ["tags"] = new JsonArray("size:small", "license:apache-2.0"),
            ["siblings"] = new JsonArray(new JsonObject { ["rfilename"] = "README.md", ["size"] = 3 }, sibling),
        }.ToJsonString();
        _case[$"/datasets/{Name}/resolve/{Commit}/{file}"] = content;
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Texts_are_kept_as_they_are_and_read_by_training(bool hasHash)
    {
        Offer(Texts, hasHash: hasHash);
        var result = await _case.FetchAsync(Recipe());

        Assert.Equal(Texts, File.ReadAllText(_case.At("some.jsonl")));
        var text = Assert.Single(result.Texts);
        Assert.Equal((Commit, "apache-2.0", 2), (text.Commit, text.Licence, text.Paragraphs));
        Assert.Equal(["First.", "Second."], new CorpusSource([_case.Folder]).Documents(DataSplit.Train).Select(document => document.Text));
        Assert.Equal(0, (await _case.FetchAsync(Recipe())).Fetched);

        File.AppendAllText(_case.At("some.jsonl"), "{\"text\": \"Third.\"}\n");
        Assert.Contains("SHA-256", Assert.Throws<MalformedFileException>(() => new CorpusSource([_case.Folder]).Documents(DataSplit.Train).Count()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Inputs_with_prompts_are_kept_and_are_no_texts_to_pretrain_on()
    {
        Offer(Instructions);
        await _case.FetchAsync(Recipe());

        Assert.Equal("What is it?", Assert.Single(PromptWithContext.Read(_case.At("some.jsonl"))).Prompt);
        Assert.Contains("\"text\"", Assert.Throws<MalformedFileException>(() => BookCorpus.Open(_case.Folder).Documents(DataSplit.Train).Count()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_broken_download_goes_on()
    {
        Offer(string.Concat(Enumerable.Repeat(Texts, 100)));
        _case.CutOnce(File1, 777);
        await _case.FetchAsync(Recipe());

        Assert.Equal("bytes=777-", _case.Server.RequestsFor(File1)[1].Headers["Range"]);
        Assert.Equal(200, BookCorpus.Open(_case.Folder).Documents(DataSplit.Train).Count());
    }

    [Fact]
    public async Task Content_with_another_hash_is_thrown_away()
    {
        Offer(Texts);
        _case[$"/datasets/{Name}/resolve/{Commit}/{File1}"] = Texts.Replace("First", "Forst", StringComparison.Ordinal);

        Assert.Contains("SHA-256", await _case.FailAsync(Recipe()), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{\"text\": 3}\n", "line 1")]
    [InlineData("{\"text\": \"a\"}\n{\"other\": \"b\"}\n", "line 2")]
    [InlineData("{\"prompt\": \"a\"}\n", "\"input\" is missing")]
    [InlineData("not json\n", "not valid JSON")]
    [InlineData("\n", "holds no line")]
    public async Task Lines_of_another_form_are_refused(string content, string told)
    {
        Offer(content);
        var message = await _case.FailAsync(Recipe());

        Assert.StartsWith($"{File1} of {Name}", message, StringComparison.Ordinal);
        Assert.Contains(told, message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_that_is_not_there_is_told_with_those_that_are()
    {
        Offer(Texts);

        Assert.Contains("It has 'data/some.jsonl'", await _case.FailAsync(Recipe("none.jsonl")), StringComparison.Ordinal);
        Assert.Contains("has no data set owner/texts, or no branch", await _case.FailAsync(Recipe(revision: "other")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_hub_that_names_files_outside_the_folder_is_refused()
    {
        Offer(Texts, "../../evil.jsonl");

        Assert.Contains("leads out", await _case.FailAsync(Recipe()), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_token_goes_to_the_hub_alone()
    {
        Offer(Texts);
        using var other = new CorpusCase();
        other[$"/datasets/{Name}/resolve/{Commit}/{File1}"] = Texts;
        _case.Intercept = request => request.Path.EndsWith(".jsonl", StringComparison.Ordinal) ? new HubAnswer(302, []) { Headers = { ["Location"] = other.Server.Address + request.Path } } : null;
        await _case.FetchAsync(new HubDatasetRecipe(Name, File1, endpoint: HubEndpoint.Parse(_case.Server.Address), token: "hf_secret"));

        Assert.All(_case.Server.Requests, request => Assert.Equal("Bearer hf_secret", request.Headers["Authorization"]));
        Assert.False(Assert.Single(other.Server.Requests).Headers.ContainsKey("Authorization"));
        Assert.DoesNotContain("secret", File.ReadAllText(_case.At("manifest.json")), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("a/b/c", "x.jsonl", "main")]
    [InlineData("a/b", "x.parquet", "main")]
    [InlineData("a/b", "x.jsonl", "")]
    public void What_cannot_be_is_refused(string repository, string file, string revision) =>
        Assert.Throws<ConfigurationException>(() => new HubDatasetRecipe(repository, file, revision));
}
