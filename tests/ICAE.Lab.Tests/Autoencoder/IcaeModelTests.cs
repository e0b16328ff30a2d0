using System.Text;
using System.Text.Json.Nodes;
using ICAE.Lab.Autoencoder;
using ICAE.Lab.Formats;
using ICAE.Lab.Models;
using ICAE.Lab.Tests.Data;
using ICAE.Lab.Tests.Models;
using static TorchSharp.torch;

namespace ICAE.Lab.Tests.Autoencoder;

[Collection("torch")]
public sealed class IcaeModelTests
{
    public static TheoryData<string> Layouts => ["Embeddings", "KeysAndValues"];

    [Theory]
    [MemberData(nameof(Layouts))]
    public void A_text_goes_into_memory_and_comes_out_as_the_core_says(string layout)
    {
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        using var icae = TinyModel.Create(TinyIcae.Config with { Layout = Enum.Parse<SlotLayout>(layout) });
        using var memory = icae.Compress(TinyBase.Text);
        var ids = icae.Encode(TinyBase.Text).ToArray();
        Assert.Equal(ids, memory.OriginalIds);
        var streamed = new StringBuilder();
        var restored = icae.Restore(memory, onText: text => streamed.Append(text));
        var expected = Generation.Restore(icae.Core, icae.Core.Encode([ids]), icae.DefaultGeneration)[0];
        Assert.Equal(expected.Ids, restored.Ids);
        Assert.Equal(expected.End, restored.End);
        Assert.Equal(icae.Decode(restored.Ids), restored.Text);
        Assert.Equal(restored.Text, streamed.ToString());
        Assert.Equal(restored.Text, restored.ToString());
        Assert.Equal(TinyBase.Text, restored.Original);

        var behind = icae.Continue(memory, 7);
        var continued = Generation.Continue(icae.Core, icae.Core.Encode([ids]), icae.DefaultGeneration with { MaxNewTokens = 7 }, layout == "KeysAndValues")[0];
        Assert.Equal(continued.Ids, behind.Ids);
        Assert.True(behind.Ids.Count <= 7);
    }

    [Fact]
    public void A_text_of_many_spans_is_encoded_in_groups_to_the_same_slots()
    {
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        using var icae = TinyModel.Create();
        var ids = Enumerable.Range(0, 200).Select(i => (i * 7) % TinyBase.Vocabulary).ToArray();
        using var memory = icae.Compress(ids);
        Assert.True(memory.Plan.Spans.Count > 16);
        var whole = icae.Core.Encode([ids]);
        Assert.True(memory.Embeddings!.sub(whole.Embeddings!).abs().max().item<float>() < 1e-5);
        using var source = new CancellationTokenSource();
        source.Cancel();
        Assert.Throws<OperationCanceledException>(() => icae.Compress(ids, cancellation: source.Token));
    }

    [Fact]
    public void Several_memories_are_restored_in_one_batch_each_with_its_own_hidden_slots()
    {
        using var icae = TinyModel.Create();
        using var first = icae.Compress(TinyBase.Text);
        using var second = icae.Compress("thirteen").Without(1);
        using var third = icae.Compress("April").Without([0, 2]);
        var settings = icae.DefaultGeneration with { EosIds = [], MaxNewTokens = 9 };
        var together = icae.Restore([first, second, third], settings, null);
        Memory[] all = [first, second, third];
        Assert.Equal(all.Select(memory => icae.Restore(memory, settings).Ids), together.Select(text => text.Ids));
    }

    [Fact]
    public void A_rate_of_its_own_gives_other_slots_where_the_memory_tokens_allow_it()
    {
        using var separate = TinyModel.Create();
        using var shared = TinyModel.Create(TinyIcae.Config with { MemoryTokens = MemoryTokenKind.Shared, Positions = MemoryPositions.Spread });
        int[] ids = [.. Enumerable.Range(1, 9)];
        using var memory = shared.Compress(ids, tokensPerSlot: 1.5);
        Assert.Equal(6, memory.SlotCount);
        Assert.Contains("3 separate memory tokens", Assert.Throws<ConfigurationException>(() => separate.Compress(ids, 1.5)).Message, StringComparison.Ordinal);
        Assert.Contains("empty", Assert.Throws<IcaeException>(() => separate.Compress("")).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => separate.Compress([TinyBase.Vocabulary]));
        using var offset = TinyModel.Create(TinyIcae.Config with { TextOffset = 8 });
        Assert.Throws<ConfigurationException>(() => offset.Compress([.. ids, .. ids, .. ids]));
    }

    [Fact]
    public void Neither_compressing_nor_restoring_leaves_a_tensor_behind()
    {
        using var icae = TinyModel.Create();
        icae.Compress(TinyBase.Text).Dispose();
        var before = TorchSharp.DisposeScopeManager.Statistics.ThreadTotalLiveCount;
        for (var i = 0; i < 3; i++)
        {
            using var memory = icae.Compress(TinyBase.Text);
            using var less = memory.Without(1);
            icae.Restore([memory, less]);
            icae.Continue(less, 5);
        }

        Assert.Equal(before, TorchSharp.DisposeScopeManager.Statistics.ThreadTotalLiveCount);
    }

    [Theory]
    [MemberData(nameof(Layouts))]
    public void A_saved_autoencoder_is_loaded_with_its_base_and_restores_the_same(string layout)
    {
        using var folder = new TemporaryFolder();
        var config = TinyIcae.Config with
        {
            Layout = Enum.Parse<SlotLayout>(layout),
            MemoryTokens = MemoryTokenKind.Shared,
            Positions = MemoryPositions.Spread,
            Budget = SlotBudget.ByRatio,
            TextOffset = 64,
            TokensPerSlot = 2.5,
            Lora = TinyIcae.Config.Lora with { Dropout = 0.05, RankStabilised = true },
        };
        var usage = new IcaeUsage { EosId = 0, ContinuationToken = true };
        using var created = TinyBase.Create();
        created.Save(folder.File("base"));
        using var model = BaseModel.Load(folder.File("base"));
        using var plain = TinyModel.On(model, config, usage: usage);
        using var text = plain.Compress(TinyBase.Text);
        using var scope = NewDisposeScope();
        var constant = ConstantSlots.From(plain.ToBatch([text]), text.Base, text.Adapter);
        IcaeFolder.Save(folder.File("tiny-4x"), plain.Core, ModelReference.To(model), model.Path, usage, constant, new Dictionary<string, string> { ["seed"] = "1" });
        constant.Dispose();

        using var loaded = IcaeModel.Load(folder.File("tiny-4x"));
        Assert.Equal("tiny-4x", loaded.Name);
        Assert.Equal("base", loaded.Base.Name);
        Assert.Equal(BaseKind.Copying, loaded.Base.Kind);
        Assert.Equal(config with { Lora = loaded.Config.Lora }, loaded.Config);
        Assert.Equal(config.Lora with { Targets = loaded.Config.Lora.Targets }, loaded.Config.Lora);
        Assert.Equal(config.Lora.Targets, loaded.Config.Lora.Targets);
        Assert.Equal(usage, loaded.Usage);
        Assert.Equal("1", loaded.Facts["seed"]);
        Assert.Equal(plain.Reference.Fingerprint, loaded.Reference.Fingerprint);
        Assert.Equal(text.SlotCount, loaded.ConstantSlots!.Count);
        Assert.Equal(plain.Restore(text).Ids, loaded.Restore(text).Ids);
        var again = loaded.Compress(TinyBase.Text);
        Assert.True(TinyModel.SameValues(text, again));
        again.Dispose();

        loaded.Save(folder.File("copy"));
        foreach (var name in (string[])["icae.json", "adapter_config.json", "adapter_model.safetensors", "memory.safetensors", "constant-slots.safetensors"])
        {
            Assert.Equal(File.ReadAllBytes(Path.Combine(folder.File("tiny-4x"), name)), File.ReadAllBytes(Path.Combine(folder.File("copy"), name)));
        }

        Assert.Equal("../base", JsonNode.Parse(File.ReadAllText(Path.Combine(folder.File("copy"), "icae.json")))!["base"]!["path"]!.GetValue<string>());
    }

    [Fact]
    public void A_base_that_moved_is_found_by_its_name()
    {
        using var folder = new TemporaryFolder();
        using var far = new TemporaryFolder();
        Save(folder, out var path);
        Directory.Move(folder.File("base"), far.File("base"));
        var store = new ModelStore([far.Path, folder.Path]);
        using (var loaded = IcaeModel.Load("tiny-4x", new ModelOptions { Store = store }))
        {
            Assert.Equal(far.File("base"), loaded.Base.Path);
        }

        Directory.Move(far.File("base"), far.File("gone"));
        var error = Assert.Throws<ConfigurationException>(() => IcaeModel.Load(path, new ModelOptions { Store = store })).Message;
        Assert.Contains("'base'", error, StringComparison.Ordinal);
        Assert.Contains(far.Path, error, StringComparison.Ordinal);
    }

    [Fact]
    public void Another_base_is_refused_and_both_are_named()
    {
        using var folder = new TemporaryFolder();
        var fingerprint = Save(folder, out var path);
        using var other = TinyBase.Create(2, "dickens");
        var error = Assert.Throws<IcaeException>(() => IcaeModel.Load(path, other)).Message;
        Assert.Contains($"'base' ({fingerprint[..12]})", error, StringComparison.Ordinal);
        Assert.Contains($"'dickens' ({other.Fingerprint[..12]})", error, StringComparison.Ordinal);

        Directory.Delete(folder.File("base"), recursive: true);
        other.Save(folder.File("base"));
        Assert.Contains("other weights", Assert.Throws<IcaeException>(() => IcaeModel.Load(path)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("format_version", "2", "version 2")]
    [InlineData("format_version", "null", "missing")]
    [InlineData("base", "null", "missing")]
    [InlineData("base.name", "\"\"", "no name")]
    [InlineData("base.name", "7", "not a string")]
    [InlineData("base.fingerprint", "\"xyz\"", "64 hexadecimal")]
    [InlineData("base.path", "\"/etc\"", "not a relative path")]
    [InlineData("base.path", "\"\\\\\\\\host\\\\share\"", "not a relative path")]
    [InlineData("base.path", "\"C:/models\"", "not a relative path")]
    [InlineData("base.extra", "1", "no such field")]
    [InlineData("autoencoder", "[]", "no object")]
    [InlineData("autoencoder.slots", "0", "slots")]
    [InlineData("autoencoder.slots", "1e9", "slots")]
    [InlineData("autoencoder.slots", "4", "[7, 32]")]
    [InlineData("autoencoder.tokens_per_slot", "1e300", "tokens_per_slot")]
    [InlineData("autoencoder.tokens_per_slot", "-1", "TokensPerSlot")]
    [InlineData("autoencoder.text_offset", "0", "text_offset")]
    [InlineData("autoencoder.positions", "\"everywhere\"", "appended, spread")]
    [InlineData("autoencoder.layout", "2", "not a string")]
    [InlineData("autoencoder.noise", "2", "no such field")]
    [InlineData("usage.eos_id", "-1", "eos_id")]
    [InlineData("usage.add_special_tokens", "\"yes\"", "neither true nor false")]
    [InlineData("constant_slots", "\"../x.safetensors\"", "no name of a safetensors file")]
    [InlineData("constant_slots", "\"x.safetensors\"", "no such file")]
    [InlineData("facts", "{\"a\":1}", "facts.a")]
    [InlineData("hook", "\"x\"", "no such field")]
    public void A_hostile_icae_json_is_refused_with_file_and_field(string field, string value, string expected)
    {
        using var folder = new TemporaryFolder();
        Save(folder, out var path);
        var file = Path.Combine(path, "icae.json");
        var json = JsonNode.Parse(File.ReadAllText(file))!.AsObject();
        var parts = field.Split('.');
        (parts.Length == 1 ? json : json[parts[0]]!.AsObject())[parts[^1]] = JsonNode.Parse(value);
        File.WriteAllText(file, json.ToJsonString());
        var error = Assert.ThrowsAny<IcaeException>(() => IcaeModel.Load(path));
        Assert.Contains(path, error.Message, StringComparison.Ordinal);
        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Matrices_or_tables_that_do_not_fit_the_base_are_refused()
    {
        using var scope = NewDisposeScope();
        using var folder = new TemporaryFolder();
        Save(folder, out var path);
        using var model = BaseModel.Load(folder.File("base"));
        var stored = PeftAdapterFile.Read(path);
        Refused(matrices => matrices.Remove("model.layers.1.self_attn.q_proj"), "no matrices for model.layers.1.self_attn.q_proj");
        Refused(matrices => matrices.Add("model.layers.2.self_attn.q_proj", stored.Matrices["model.layers.0.self_attn.q_proj"]), "model.layers.2.self_attn.q_proj");
        Refused(matrices => matrices["model.layers.1.self_attn.q_proj"] = new LoraMatrices(zeros(4, 16, device: CPU), zeros(32, 4, device: CPU)), "[4, 16]");
        PeftAdapterFile.Write(path, stored.Config, stored.Matrices);
        MemoryTable.Write(Path.Combine(path, "memory.safetensors"), zeros(6, 16, device: CPU));
        Assert.Contains("[6, 16]", Assert.Throws<MalformedFileException>(() => IcaeModel.Load(path, model)).Message, StringComparison.Ordinal);

        void Refused(Action<Dictionary<string, LoraMatrices>> change, string expected)
        {
            var matrices = new Dictionary<string, LoraMatrices>(stored.Matrices);
            change(matrices);
            PeftAdapterFile.Write(path, stored.Config, matrices);
            var error = Assert.Throws<MalformedFileException>(() => IcaeModel.Load(path, model)).Message;
            Assert.Contains("adapter_model.safetensors", error, StringComparison.Ordinal);
            Assert.Contains(expected, error, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Constant_slots_of_another_autoencoder_are_refused()
    {
        using var scope = NewDisposeScope();
        using var folder = new TemporaryFolder();
        using var created = TinyBase.Create();
        using var first = TinyModel.On(created);
        using var second = TinyModel.On(created, seed: 5);
        using var memory = second.Compress(TinyBase.Text);
        using var constant = ConstantSlots.From(second.ToBatch([memory]), memory.Base, memory.Adapter);
        IcaeFolder.Save(folder.Path, first.Core, ModelReference.To(created), constantSlots: constant);
        var error = Assert.Throws<IcaeException>(() => IcaeModel.Load(folder.Path, created)).Message;
        Assert.Contains("constant-slots.safetensors", error, StringComparison.Ordinal);
        Assert.Contains(second.Reference.Fingerprint[..12], error, StringComparison.Ordinal);
    }

    [Fact]
    public void Bases_and_autoencoders_are_not_taken_for_each_other()
    {
        using var folder = new TemporaryFolder();
        Save(folder, out var path);
        Assert.Contains("no autoencoder", Assert.Throws<ConfigurationException>(() => IcaeModel.Load(folder.File("base"))).Message, StringComparison.Ordinal);
        Assert.Contains("not a base", Assert.Throws<ConfigurationException>(() => BaseModel.Load(path)).Message, StringComparison.Ordinal);
        Assert.Contains("LoadPublished", Assert.Throws<ConfigurationException>(() => IcaeModel.Load(Path.Combine(path, "memory.safetensors"))).Message, StringComparison.Ordinal);
        Assert.Throws<ConfigurationException>(() => IcaeModel.Load("no-such-model", new ModelOptions { Store = new ModelStore([folder.Path]) }));
    }

    [Fact]
    public void A_published_checkpoint_on_its_base_restores_the_reference_ids()
    {
        using var model = Mistral();
        using var icae = IcaeModel.LoadPublished(ReferenceFiles.Find("icae-v2", "icae-after-12-updates.safetensors"), model);
        Assert.Equal("icae-after-12-updates", icae.Name);
        Assert.True(icae.Usage.AddSpecialTokens);
        Assert.Equal((4, 8, 32.0), (icae.Config.Slots, icae.Config.Lora.Rank, icae.Config.Lora.Alpha));
        var golden = BoundedJson.ReadObject(ReferenceFiles.Find("icae-v2", "reference.json"))["greedy_after_training"]!.AsArray();
        var memories = golden.Select(entry => icae.Compress(PublishedIcae.Ints(entry!["input_ids"]))).ToList();
        var settings = icae.DefaultGeneration with { MaxNewTokens = 20, VocabularyLimit = model.Transformer.Config.VocabularySize };
        Assert.Equal(golden.Select(entry => PublishedIcae.Ints(entry!["greedy_ids"])), icae.Restore(memories, settings, null).Select(text => text.Ids));
        memories.ForEach(memory => memory.Dispose());

        // Kept as a folder of this library's own it is the same.
        using var folder = new TemporaryFolder();
        icae.Save(folder.Path);
        using var again = IcaeModel.Load(folder.Path, model);
        Assert.Equal(icae.Reference.Fingerprint, again.Reference.Fingerprint);
        Assert.Equal(icae.Config with { Lora = again.Config.Lora }, again.Config);
    }

    [Fact]
    public void A_published_checkpoint_in_the_released_types_gives_the_reference_slots_up_to_their_rounding()
    {
        using var scope = NewDisposeScope();
        using var model = Mistral();
        using var icae = IcaeModel.LoadPublished(ReferenceFiles.Find("icae-v2", "icae-released-dtypes.safetensors"), model);
        using var reference = SafetensorsFile.Open(ReferenceFiles.Find("icae-v2", "reference.safetensors"));
        using var memory = icae.Compress([.. reference.Load("compress.33.input_ids").data<long>().Select(id => (int)id)]);
        Assert.Equal(ScalarType.BFloat16, icae.Core.Adapter.Weights.First().Value.dtype);
        BaseModelReferenceTests.AssertClose(reference, "compress.33.slots", memory.Embeddings!, 0.02);
    }

    [Theory]
    [InlineData("24 32 48 64", 64, true)]
    [InlineData("24 32 48 64", 40, true)]
    [InlineData("24 32 48 64", 44, true)]
    [InlineData("24 32 48 64", 45, false)]
    [InlineData("24 32 48 64", 65, false)]
    [InlineData("24 32 48 64", 72, false)]
    [InlineData("24 32 48 64", 16, false)]
    [InlineData("24 31 48", 37, true)]
    [InlineData("64", 64, true)]
    [InlineData("64", 63, false)]
    [InlineData("", 1000, true)]
    public void A_length_that_training_did_not_show_is_said(string lengths, int tokens, bool known)
    {
        using var plain = TinyModel.Create(TinyIcae.Config with { TokensPerSlot = 4 });
        var model = new IcaeModel(plain.Core, plain.Base, "m", facts: new Dictionary<string, string> { ["lengths"] = lengths, ["continuation_share"] = "0" });

        Assert.Equal(known, model.CautionAbout(tokens) is null);
        Assert.False(model.IsTrainedToContinue);
        Assert.Null(plain.IsTrainedToContinue);
    }

    [Fact]
    public void A_text_whose_slots_reach_beyond_the_bases_positions_is_refused_and_one_that_would_be_restored_there_is_told()
    {
        using var model = TinyModel.Create(TinyIcae.Config with { TokensPerSlot = 3, MemoryTokens = MemoryTokenKind.Shared });
        var most = model.Base.Transformer.Config.MaxPositions;

        var slots = Enumerable.Range(1, most).TakeWhile(spans => spans * model.Config.Slots < most).Last() * model.Config.Slots;
        var longest = Enumerable.Range(1, most * 4).TakeWhile(tokens => SpanPlan.For(model.Config, tokens).SlotCount <= slots).Last();
        Assert.Equal(slots, model.Plan(longest).SlotCount);
        Assert.True(model.HasRoom(longest, null));
        Assert.False(model.HasRoom(longest + 1, null));
        Assert.Contains($"the base {model.Base.Name} knows {most}. Shorten or split", Assert.Throws<ConfigurationException>(() => model.Plan(longest + 1)).Message, StringComparison.Ordinal);
        Assert.Contains("Put more tokens on a slot", Assert.Throws<ConfigurationException>(() => model.Plan(most, 1)).Message, StringComparison.Ordinal);
        using var offset = TinyModel.Create(TinyIcae.Config with { TextOffset = most + 1 });
        Assert.Contains("Its offset does not fit this base", Assert.Throws<ConfigurationException>(() => offset.Plan(3)).Message, StringComparison.Ordinal);
        Assert.Null(model.CautionAbout(most / 2));
        var known = Enumerable.Range(1, most).TakeWhile(tokens => SpanPlan.For(model.Config, tokens).SlotCount + tokens < most).Last();
        Assert.Null(model.CautionAbout(known));
        Assert.NotNull(model.CautionAbout(known + 1));
        Assert.Contains($"would end at position {SpanPlan.For(model.Config, most).SlotCount + most}, ", model.CautionAbout(most)!, StringComparison.Ordinal);
    }

    [Fact]
    public void What_was_disposed_says_so()
    {
        var model = TinyModel.Create();
        var memory = model.Compress(TinyBase.Text);
        memory.Dispose();
        Assert.Equal(typeof(Memory).FullName, Assert.Throws<ObjectDisposedException>(() => model.Restore(memory)).ObjectName);
        Assert.Throws<ObjectDisposedException>(() => memory.Without(0));

        using var other = model.Compress(TinyBase.Text);
        model.Dispose();
        Assert.Equal(typeof(IcaeModel).FullName, Assert.Throws<ObjectDisposedException>(() => model.Restore(other)).ObjectName);
        Assert.Throws<ObjectDisposedException>(() => model.Compress(TinyBase.Text));

        var unread = TinyModel.Create();
        unread.Dispose();
        Assert.Throws<ObjectDisposedException>(() => unread.Reference);
    }

    [Fact]
    public void Where_lengths_between_were_measured_none_of_them_is_warned_of()
    {
        using var plain = TinyModel.Create(TinyIcae.Config with { TokensPerSlot = 4 });
        var model = new IcaeModel(plain.Core, plain.Base, "m", facts: new Dictionary<string, string> { ["lengths"] = "24 32 64", [IcaeModel.BetweenLengthsFact] = "true" });

        Assert.Null(model.CautionAbout(45));
        Assert.NotNull(model.CautionAbout(23));
        Assert.NotNull(model.CautionAbout(65));
    }

    [Fact]
    public void A_published_checkpoint_of_another_base_is_refused_by_its_shapes()
    {
        using var other = TinyBase.Create();
        var path = ReferenceFiles.Find("icae-v2", "icae.safetensors");
        Assert.StartsWith(path, Assert.Throws<MalformedFileException>(() => IcaeModel.LoadPublished(path, other)).Message, StringComparison.Ordinal);
    }

    private static BaseModel Mistral()
    {
        var (transformer, reference) = BaseModelReferenceTests.Open("mistral");
        reference.Dispose();
        return new BaseModel(transformer, TinyBase.Tokenizer, "mistral-tiny");
    }

    /// <summary>Saves a base and an autoencoder beside it; returns the base's fingerprint.</summary>
    private static string Save(TemporaryFolder folder, out string path)
    {
        path = folder.File("tiny-4x");
        using var created = TinyBase.Create();
        created.Save(folder.File("base"));
        using var model = BaseModel.Load(folder.File("base"));
        using var icae = TinyModel.On(model);
        icae.Save(path);
        return model.Fingerprint;
    }

    [SkippableFact]
    public void A_base_with_a_colon_in_its_name_is_found_again()
    {
        Skip.If(OperatingSystem.IsWindows(), "A file's name has no colon on Windows.");

        using var folder = new TemporaryFolder();
        using var created = TinyBase.Create();
        created.Save(folder.File("llama3:8b"));
        using var model = BaseModel.Load(folder.File("llama3:8b"));
        using var plain = TinyModel.On(model);
        IcaeFolder.Save(folder.File("tiny"), plain.Core, ModelReference.To(model), model.Path);

        using var loaded = IcaeModel.Load(folder.File("tiny"));

        Assert.Equal(folder.File("llama3:8b"), loaded.Base.Path);
    }

    [Fact]
    public void Task_tokens_never_serve_as_memory_tokens()
    {
        using var scope = NewDisposeScope();
        using var icae = TinyIcae.Create();
        var text = TinyIcae.Texts(4)[0];

        Assert.Throws<ArgumentException>(() => icae.Encode([text], [new SpanPlan(4, [new SpanPlan.Span(0, 4, icae.Config.Slots + 1)])]));
    }
}
