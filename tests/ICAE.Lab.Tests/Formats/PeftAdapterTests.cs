using System.Text.Json.Nodes;
using ICAE.Lab.Formats;
using TorchSharp;
using static TorchSharp.torch;

namespace ICAE.Lab.Tests.Formats;

[Collection("torch")]
public sealed class PeftAdapterTests
{
    [Theory]
    [InlineData("lora-q-v", 8, 32.0, false, 4.0, 6)]
    [InlineData("lora-all-linear", 4, 8.0, false, 2.0, 21)]
    [InlineData("lora-rank-stabilised", 8, 16.0, true, 5.656854, 6)]
    public void Reference_adapters_are_read_and_written_back_byte_for_byte(string name, int rank, double alpha, bool stabilised, double scale, int modules)
    {
        using var scope = NewDisposeScope();
        using var folder = TestFiles.NewFolder();
        var original = Adapter(name);

        using var adapter = PeftAdapterFile.Read(original);
        var copy = folder.File("copy");
        PeftAdapterFile.Write(copy, adapter.Config, adapter.Matrices);

        Assert.Equal(rank, adapter.Config.Rank);
        Assert.Equal(alpha, adapter.Config.Alpha);
        Assert.Equal(stabilised, adapter.Config.RankStabilised);
        Assert.Equal(scale, adapter.Config.Scale, 1e-6);
        Assert.Equal("llama-gqa-tied", adapter.Config.BaseModel);
        Assert.Equal(modules, adapter.Matrices.Count);
        var q = adapter.Matrices["model.layers.1.self_attn.q_proj"];
        Assert.Equal([rank, 64], q.A.shape);
        Assert.Equal([64, rank], q.B.shape);
        Assert.Equal(File.ReadAllText(Path.Combine(original, "adapter_config.json")), File.ReadAllText(Path.Combine(copy, "adapter_config.json")));
        Assert.Equal(File.ReadAllBytes(Path.Combine(original, "adapter_model.safetensors")), File.ReadAllBytes(Path.Combine(copy, "adapter_model.safetensors")));
        Assert.Equal(2, Directory.GetFiles(copy).Length);
        Assert.Equivalent(adapter.Config, PeftAdapterFile.ReadConfig(copy), strict: true);
    }

    [Fact]
    public void A_target_pattern_is_resolved_by_the_matrices_that_are_there()
    {
        using var folder = Changed("target_modules", @".*\.(q|v)_proj");

        Assert.Equal(["q_proj", "v_proj"], PeftAdapterFile.ReadConfig(folder.Path).Targets);
    }

    [Theory]
    [InlineData("peft_type", "\"IA3\"")]
    [InlineData("bias", "\"all\"")]
    [InlineData("use_dora", "true")]
    [InlineData("use_qalora", "true")]
    [InlineData("lora_bias", "true")]
    [InlineData("fan_in_fan_out", "true")]
    [InlineData("modules_to_save", "[\"lm_head\"]")]
    [InlineData("rank_pattern", "{\"q_proj\":4}")]
    [InlineData("alpha_pattern", "{\"q_proj\":4}")]
    [InlineData("layer_replication", "[[0,2],[1,3]]")]
    [InlineData("target_parameters", "[\"experts\"]")]
    [InlineData("alora_invocation_tokens", "[1]")]
    [InlineData("trainable_token_indices", "[5]")]
    [InlineData("megatron_config", "{\"a\":1}")]
    [InlineData("init_lora_weights", "\"pissa\"")]
    [InlineData("a_setting_of_the_future", "3")]
    public void What_goes_beyond_plain_LoRA_is_refused_by_name(string field, string value)
    {
        using var folder = Changed(field, JsonNode.Parse(value));

        Assert.Contains($"'{field}'", Assert.Throws<ConfigurationException>(() => PeftAdapterFile.ReadConfig(folder.Path)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("r", "0", "'r'")]
    [InlineData("r", "4", "rank 8")]
    [InlineData("r", "1e30", "'r'")]
    [InlineData("r", "\"8\"", "'r'")]
    [InlineData("r", "null", "'r'")]
    [InlineData("lora_alpha", "null", "'lora_alpha'")]
    [InlineData("lora_alpha", "[]", "'lora_alpha'")]
    [InlineData("lora_dropout", "1", "'lora_dropout'")]
    [InlineData("use_rslora", "1", "'use_rslora'")]
    [InlineData("target_modules", "[]", "'target_modules'")]
    [InlineData("target_modules", "[1]", "'target_modules'")]
    [InlineData("target_modules", "null", "'target_modules'")]
    [InlineData("target_modules", "5", "'target_modules'")]
    [InlineData("target_modules", "[\"q_proj\"]", "v_proj")]
    [InlineData("target_modules", "[\"q_proj\",\"v_proj\",\"o_proj\"]", "o_proj")]
    [InlineData("peft_type", "null", "'peft_type'")]
    public void Settings_that_are_wrong_are_named(string field, string value, string named)
    {
        using var folder = Changed(field, JsonNode.Parse(value));

        Assert.Contains(named, Assert.Throws<MalformedFileException>(() => PeftAdapterFile.ReadConfig(folder.Path)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Matrices_that_do_not_fit_are_named()
    {
        byte[] two = new byte[2 * 4], four = new byte[4 * 4];
        const string Module = "base_model.model.model.layers.0.self_attn.q_proj";
        Refused("lora_B", ($"{Module}.lora_A.weight", "F32", [1, 2], two));
        Refused("ranks 1 and 2", ($"{Module}.lora_A.weight", "F32", [1, 2], two), ($"{Module}.lora_B.weight", "F32", [2, 2], four));
        Refused("not that of a matrix", ($"{Module}.lora_A.weight", "F32", [2], two), ($"{Module}.lora_B.weight", "F32", [2, 1], two));
        Refused("I32", ($"{Module}.lora_A.weight", "I32", [1, 2], two), ($"{Module}.lora_B.weight", "F32", [2, 1], two));
        Refused("lora_magnitude_vector", ($"{Module}.lora_magnitude_vector.weight", "F32", [2], two));
        Refused("no LoRA matrix", ("base_model.model.lm_head.weight", "F32", [2], two));
        Refused("no LoRA matrices");

        static void Refused(string named, params (string, string, long[], byte[])[] tensors)
        {
            using var folder = Changed("r", 1);
            folder.Write("adapter_model.safetensors", RawSafetensors.File(tensors));
            Assert.Contains(named, Assert.Throws<MalformedFileException>(() => PeftAdapterFile.ReadConfig(folder.Path)).Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_pickled_adapter_is_refused()
    {
        using var folder = Changed("r", 8);
        File.Delete(folder.File("adapter_model.safetensors"));
        folder.Write("adapter_model.bin", [0x80, 2, 0]);

        Assert.Contains("run any code", Assert.Throws<MalformedFileException>(() => PeftAdapterFile.ReadConfig(folder.Path)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Writing_checks_shapes_and_targets()
    {
        using var scope = NewDisposeScope();
        using var folder = TestFiles.NewFolder();
        var config = new LoraFileConfig { Rank = 2, Alpha = 2.5, Dropout = 0.05, Targets = ["q_proj"] };
        var good = new LoraMatrices(zeros(2, 4, device: CPU), zeros(6, 2, device: CPU));

        Assert.Throws<ArgumentException>(() => PeftAdapterFile.Write(folder.Path, config, new Dictionary<string, LoraMatrices>()));
        Assert.Throws<ArgumentException>(() => PeftAdapterFile.Write(folder.Path, config, new Dictionary<string, LoraMatrices> { ["a.v_proj"] = good }));
        Assert.Throws<ArgumentException>(() => PeftAdapterFile.Write(folder.Path, config, new Dictionary<string, LoraMatrices> { ["../q_proj"] = good }));
        Assert.Throws<ArgumentException>(() => PeftAdapterFile.Write(folder.Path, config with { Rank = 3 }, new Dictionary<string, LoraMatrices> { ["a.q_proj"] = good }));
        Assert.Empty(Directory.GetFiles(folder.Path));

        PeftAdapterFile.Write(folder.Path, config, new Dictionary<string, LoraMatrices> { ["a.q_proj"] = good });
        Assert.Equivalent(config, PeftAdapterFile.ReadConfig(folder.Path), strict: true);
        Assert.Contains("\"lora_alpha\": 2.5,", File.ReadAllText(folder.File("adapter_config.json")), StringComparison.Ordinal);
    }

    [Fact]
    public void The_memory_table_has_a_file_of_its_own()
    {
        using var scope = NewDisposeScope();
        using var folder = TestFiles.NewFolder();
        var path = folder.File(MemoryTable.FileName);
        var table = randn(7, 64, device: CPU);
        MemoryTable.Write(path, table, new Dictionary<string, string> { ["slots"] = "4" });

        var (read, metadata) = MemoryTable.Read(path);

        Assert.True(read.equal(table).all().ToBoolean());
        Assert.Equal(new Dictionary<string, string> { ["slots"] = "4" }, metadata);
        Assert.Throws<ArgumentException>(() => MemoryTable.Write(path, table, new Dictionary<string, string> { ["format"] = "x" }));
        Assert.Throws<ArgumentException>(() => MemoryTable.Write(path, table[0]));
    }

    [Theory]
    [InlineData("""{"format":"pt","format_version":"1"}""", "no memory table")]
    [InlineData("""{"format":"icae-memory-table"}""", "format_version")]
    [InlineData("""{"format":"icae-memory-table","format_version":"2"}""", "version 2")]
    [InlineData("""{"format":"icae-memory-table","format_version":"1"}""", "no matrix")]
    public void A_memory_table_of_another_kind_or_a_newer_version_is_refused(string metadata, string named)
    {
        using var folder = TestFiles.NewFolder();
        var path = folder.Write("m.safetensors", RawSafetensors.File($$"""{"__metadata__":{{metadata}}}"""));

        Assert.Contains(named, Assert.Throws<MalformedFileException>(() => MemoryTable.Read(path)).Message, StringComparison.Ordinal);
    }

    private static string Adapter(string name) => ReferenceFiles.Find("base-models", "llama-gqa-tied", name);

    private static TestFiles.TemporaryFolder Changed(string field, JsonNode? value)
    {
        var folder = TestFiles.NewFolder();
        var config = JsonNode.Parse(File.ReadAllText(Path.Combine(Adapter("lora-q-v"), "adapter_config.json")))!.AsObject();
        config[field] = value;
        File.WriteAllText(folder.File("adapter_config.json"), config.ToJsonString());
        File.Copy(Path.Combine(Adapter("lora-q-v"), "adapter_model.safetensors"), folder.File("adapter_model.safetensors"));
        return folder;
    }
}
