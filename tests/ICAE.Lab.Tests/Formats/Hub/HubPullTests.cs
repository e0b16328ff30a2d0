using System.Text;
using System.Text.Json.Nodes;
using ICAE.Lab.Formats;
using ICAE.Lab.Formats.Hub;
using ICAE.Lab.Models;

namespace ICAE.Lab.Tests.Formats.Hub;

/// <summary>What a pull puts where, and what it refuses.</summary>
public sealed class HubPullTests
{
    [Fact]
    public async Task A_whole_model_is_found_by_its_name_and_by_its_last_part()
    {
        using var hub = HubCase.Mistral();
        hub.Server.Files["tokenizer.json"] = "{}"u8.ToArray();
        var result = await hub.PullAsync();

        Assert.Equal(Path.Combine(hub.Models, "owner", "tiny"), result.Path);
        Assert.Equal(["config.json", "icae-hub.json", "model.safetensors", "tokenizer.json"], Directory.GetFiles(result.Path).Select(Path.GetFileName).Order());
        Assert.All(result.Files, file => Assert.Equal(hub.Server.Files[file.Name], File.ReadAllBytes(Path.Combine(result.Path, file.Name))));
        Assert.Equal(result.Files.Sum(file => file.Size), result.FetchedBytes);
        Assert.Equal((hub.Last!.Total, hub.Last.Total), (hub.Last.Done, result.FetchedBytes));
        Assert.Equal(result.Path, hub.Store.Find("owner/tiny"));
        Assert.Equal(result.Path, hub.Store.Find("tiny"));
        Assert.Equal(new StoredModel("owner/tiny", result.Path, StoredModelKind.Base), Assert.Single(hub.Store.List()));
        Assert.Equal(hub.Server.Commit, HubRecord.Read(Path.Combine(result.Path, HubRecord.FileName))!.Commit);
        Assert.Equal("MistralForCausalLM", HubFolder.Open(result.Path).Config["architectures"]![0]!.GetValue<string>());
    }

    [Fact]
    public async Task A_model_in_shards_is_whole_with_all_of_them()
    {
        using var hub = new HubCase();
        string[] shards = ["model-00001-of-00002.safetensors", "model-00002-of-00002.safetensors"];
        hub.Server.AddFolder(ReferenceFiles.Find("base-models", "llama-sharded-bf16"), ["config.json", "model.safetensors.index.json", .. shards]);
        var result = await hub.PullAsync();

        using var tensors = TensorSources.Open(result.Path);
        Assert.Equal(shards, Assert.IsType<ShardedSafetensors>(tensors).Shards);
        Assert.Equal(hub.Last!.Total, hub.Last.Done);
    }

    [Fact]
    public async Task An_index_that_names_other_files_is_refused()
    {
        using var hub = new HubCase();
        hub.Server.AddFolder(ReferenceFiles.Find("base-models", "llama-sharded-bf16"), "config.json");
        foreach (var (shard, told) in ((string, string)[])[("../../evil.safetensors", "evil"), ("model.bin", "this is a pickle"), ("model.txt", "no safetensors file"), ("missing.safetensors", "does not have")])
        {
            hub.Server.Files["model.safetensors.index.json"] = Encoding.UTF8.GetBytes(new JsonObject { ["weight_map"] = new JsonObject { ["a"] = shard } }.ToJsonString());
            hub.Server.Files["model.bin"] = [1];
            Assert.Contains(told, await hub.FailAsync(), StringComparison.Ordinal);
        }

        Assert.Empty(hub.Store.List());
        Assert.Empty(hub.Server.RequestsFor("model.bin"));
    }

    [Fact]
    public async Task An_adapter_is_found_as_one()
    {
        using var hub = new HubCase();
        hub.Server.AddFolder(ReferenceFiles.Find("base-models", "llama-gqa-tied", "lora-q-v"), "adapter_config.json", "adapter_model.safetensors");
        var result = await hub.PullAsync(request => request with { Name = "lora" });

        Assert.Equal(new StoredModel("lora", result.Path, StoredModelKind.Adapter), Assert.Single(hub.Store.List()));
        Assert.Equal(ModelFileKind.AdapterFolder, ModelFileInfo.Read(result.Path).Kind);
        Assert.Contains("adapter, not a base", Assert.Throws<ConfigurationException>(() => BaseModel.Load("lora", new ModelOptions { Store = hub.Store })).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_gguf_file_is_fetched_alone()
    {
        using var hub = new HubCase();
        hub.Server.AddFolder(ReferenceFiles.Find("gguf"), "every-type.gguf");
        hub.Server.Files["sub/other.gguf"] = hub.Server.Files["every-type.gguf"];
        var named = await hub.PullAsync(request => request with { File = "every-type.gguf", Name = "own" });
        var result = await hub.PullAsync(request => request with { File = "every-type.gguf" });
        var again = await hub.PullAsync(request => request with { File = "every-type.gguf" });
        var below = await hub.PullAsync(request => request with { File = "sub/other.gguf" });

        Assert.Equal((named.Path, "own"), (hub.Store.Find("own"), named.Name));
        Assert.Equal((result.Path, "owner/tiny/every-type"), (hub.Store.Find(result.Name), result.Name));
        Assert.Equal(Path.Combine(hub.Models, "owner", "tiny"), hub.Store.Find("tiny"));
        Assert.Equal(below.Path, hub.Store.Find("owner/tiny/sub/other"));
        Assert.True(again.WasThere);
        Assert.Equal(0, again.FetchedBytes);
        Assert.Equal(2, hub.Server.RequestsFor("every-type.gguf").Count);
        Assert.Contains("'every-type.gguf', 'sub/other.gguf'", await hub.FailAsync(request => request with { File = "none.gguf" }), StringComparison.Ordinal);
        Assert.Contains("--file", await hub.FailAsync(), StringComparison.Ordinal);
        Assert.Contains("one part of several", await hub.FailAsync(request => request with { File = "x-00001-of-00002.gguf" }), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_whole_model_leaves_the_gguf_files_beside_it()
    {
        using var hub = HubCase.Mistral();
        hub.Server.AddFolder(ReferenceFiles.Find("gguf"), "every-type.gguf");
        var single = await hub.PullAsync(request => request with { File = "every-type.gguf" });
        var whole = await hub.PullAsync();

        Assert.True(File.Exists(single.Path));
        Assert.Equal(whole.Path, hub.Store.Find("tiny"));
        Assert.Equal(single.Path, hub.Store.Find("owner/tiny/every-type"));
    }

    [Fact]
    public async Task A_second_pull_fetches_nothing_and_another_commit_replaces_the_first()
    {
        using var hub = HubCase.Mistral();
        hub.Server.Files["tokenizer_config.json"] = "{}"u8.ToArray();
        var first = await hub.PullAsync();
        File.WriteAllText(Path.Combine(first.Path, "notes.txt"), "mine");
        var again = await hub.PullAsync();
        Assert.True(again.WasThere);
        Assert.Equal(0, again.FetchedBytes);

        hub.Server.Commit = new string('b', 40);
        hub.Server.Files.Remove("tokenizer_config.json");
        hub.Server.Files["generation_config.json"] = "{}"u8.ToArray();
        var second = await hub.PullAsync(request => request with { Revision = "refs/pr/1" });

        Assert.Equal("/api/models/owner/tiny/revision/refs%2Fpr%2F1", hub.Server.Requests.Last(request => request.IsListing).Path);
        Assert.Equal(first.Path, second.Path);
        Assert.Equal(["config.json", "generation_config.json", "icae-hub.json", "model.safetensors", "notes.txt"], Directory.GetFiles(second.Path).Select(Path.GetFileName).Order());
        Assert.Equal((hub.Server.Commit, "refs/pr/1"), HubRecord.Read(Path.Combine(second.Path, HubRecord.FileName)) is var record ? (record!.Commit, record.Revision) : default);
    }

    [Fact]
    public async Task A_replacement_that_was_killed_half_way_is_ended_by_the_next_pull()
    {
        using var hub = HubCase.Mistral();
        var first = await hub.PullAsync();
        File.WriteAllText(Path.Combine(first.Path, "notes.txt"), "mine");
        Directory.Move(first.Path, Path.Combine(hub.Models, ".pull", "owner+tiny+.old"));
        var second = await hub.PullAsync();

        Assert.True(second.WasThere);
        Assert.Equal("mine", File.ReadAllText(Path.Combine(second.Path, "notes.txt")));
    }

    [Fact]
    public async Task What_was_not_pulled_is_not_replaced()
    {
        using var hub = HubCase.Mistral();
        var own = Directory.CreateDirectory(Path.Combine(hub.Models, "owner", "tiny")).FullName;
        File.WriteAllText(Path.Combine(own, "config.json"), "{}");

        Assert.Contains("was not pulled (config.json)", await hub.FailAsync(), StringComparison.Ordinal);
        Assert.Equal("{}", File.ReadAllText(Path.Combine(own, "config.json")));

        await hub.PullAsync(request => request with { Name = "mine" });
        using var other = HubCase.Mistral();
        Assert.Contains(
            "owner/tiny from",
            await hub.FailAsync(request => request with { Id = HubModelId.Parse("a/b"), Name = "mine", Endpoint = HubEndpoint.Parse(Renamed(other, "a/b").Address) }),
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task Pickles_are_never_fetched()
    {
        using var hub = new HubCase();
        hub.Server.Files["config.json"] = "{}"u8.ToArray();
        hub.Server.Files["pytorch_model.bin"] = [0x80, 2];

        var message = await hub.FailAsync();
        Assert.Contains("only pickled weights are there ('pytorch_model.bin')", message, StringComparison.Ordinal);
        foreach (var name in (string[])["pytorch_model.bin", "model.pt", "x.pth"])
            Assert.Contains("is a pickle", await hub.FailAsync(request => request with { File = name }), StringComparison.Ordinal);

        Assert.All(hub.Server.Requests, request => Assert.True(request.IsListing));
    }

    [Theory]
    [InlineData("../evil.gguf")]
    [InlineData("/etc/evil.gguf")]
    [InlineData("a//evil.gguf")]
    [InlineData("./evil.gguf")]
    [InlineData("a\\..\\evil.gguf")]
    [InlineData("C:evil.gguf")]
    [InlineData("evil\n.gguf")]
    [InlineData(".hidden/evil.gguf")]
    public async Task Names_that_lead_out_of_the_folder_are_refused(string name)
    {
        using var hub = new HubCase();
        hub.Server.Files[name] = [1];

        Assert.Contains("lists a file", await hub.FailAsync(request => request with { File = name }), StringComparison.Ordinal);
        Assert.All(hub.Server.Requests, request => Assert.True(request.IsListing));
        Assert.Empty(hub.Store.List());
    }

    [Fact]
    public async Task What_does_not_fit_on_the_disk_is_not_begun()
    {
        using var hub = HubCase.Mistral();
        hub.Server.EditListing = listing =>
        {
            foreach (var file in listing["siblings"]!.AsArray().Where(file => file!["lfs"] is not null))
                file!["lfs"]!["size"] = 1L << 49;
        };

        Assert.Contains("the disk has room for", await hub.FailAsync(), StringComparison.Ordinal);
        Assert.All(hub.Server.Requests, request => Assert.True(request.IsListing));
    }

    [Theory]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("{\"sha\": \"main\", \"siblings\": []}")]
    [InlineData("{\"sha\": \"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\", \"siblings\": {}}")]
    [InlineData("{\"sha\": \"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\", \"siblings\": [{\"rfilename\": 1}]}")]
    [InlineData("{\"sha\": \"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\", \"siblings\": [{\"rfilename\": \"a\", \"size\": -1}]}")]
    [InlineData("{\"sha\": \"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\", \"siblings\": [{\"rfilename\": \"a\", \"lfs\": {\"sha256\": \"x\"}}]}")]
    [InlineData("<html>")]
    public async Task A_list_of_files_that_is_none_is_told_with_its_place(string answer)
    {
        using var hub = new HubCase();
        hub.Server.Intercept = _ => new HubAnswer(200, Encoding.UTF8.GetBytes(answer));

        Assert.StartsWith("the list of files of owner/tiny from 127.0.0.1", await hub.FailAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Two_pulls_of_one_model_do_not_mix()
    {
        using var hub = HubCase.Mistral();
        var held = new TaskCompletionSource();
        hub.Server.Intercept = request => request.IsListing ? hub.Server.Answer(request) with { HoldsAfter = held.Task, HasLength = false } : null;
        var first = hub.PullAsync();
        var message = await hub.FailAsync();
        held.SetResult();
        var result = await first;

        Assert.Contains("is being fetched by another process", message, StringComparison.Ordinal);
        Assert.False(result.WasThere);
    }

    [Theory]
    [InlineData("a/b/c")]
    [InlineData("../a")]
    [InlineData("a/..")]
    [InlineData("")]
    [InlineData("a b/c")]
    [InlineData("/a")]
    [InlineData("-a/b")]
    [InlineData(".a/b")]
    public void What_is_no_name_at_a_hub_is_refused(string name) => Assert.Throws<ConfigurationException>(() => HubModelId.Parse(name));

    [Theory]
    [InlineData("huggingface.co")]
    [InlineData("ftp://huggingface.co")]
    [InlineData("https://user:secret@huggingface.co")]
    [InlineData("https://huggingface.co?x")]
    public void What_is_no_hubs_address_is_refused(string address) =>
        Assert.DoesNotContain("secret", Assert.Throws<ConfigurationException>(() => HubEndpoint.Parse(address)).Message, StringComparison.Ordinal);

    [Fact]
    public void A_record_of_a_newer_version_is_refused()
    {
        using var folder = TestFiles.NewFolder();
        var path = folder.Write("icae-hub.json", "{\"format_version\": 2}"u8.ToArray());

        Assert.Contains("newer", Assert.Throws<MalformedFileException>(() => HubRecord.Read(path)).Message, StringComparison.Ordinal);
    }

    private static HubServer Renamed(HubCase hub, string id)
    {
        hub.Server.Intercept = request => hub.Server.Answer(request with { Path = request.Path.Replace(id, hub.Server.Id, StringComparison.Ordinal) });
        return hub.Server;
    }
}
