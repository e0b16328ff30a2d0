using System.Text.Json;
using ICAE.Lab.Formats;
using TorchSharp;
using static TorchSharp.torch;

namespace ICAE.Lab.Tests.Formats;

[Collection("torch")]
public sealed class GgufTests
{
    private const float Ulp = 1.2e-7f;

    [Fact]
    public void Metadata_of_every_kind_is_read()
    {
        using var file = GgufFile.Open(ReferenceFiles.Find("gguf", "every-type.gguf"));

        Assert.Equal(3, file.Version);
        Assert.Equal(32, file.Alignment);
        Assert.Equal("every stored type", file.Metadata.Text("general.name"));
        Assert.Equal(42, file.Metadata.Whole("answer"));
        Assert.Equal(42, file.Metadata.Number("answer"));
        Assert.Equal(0.25, file.Metadata.Number("ratio"));
        Assert.True(file.Metadata.Flag("flag"));
        Assert.Equal(["ein", "zwei", "drei — vier"], file.Metadata.Array("words")!.ReadTexts());
        Assert.Equal(["ein"], file.Metadata.Array("words")!.ReadTexts(1));
        Assert.Null(file.Metadata.Text("nothing"));
        Assert.Contains("'answer'", Assert.Throws<MalformedFileException>(() => file.Metadata.Text("answer")).Message, StringComparison.Ordinal);
        Assert.Throws<MalformedFileException>(() => file.Metadata.Whole("ratio"));
        Assert.Throws<MalformedFileException>(() => file.Metadata.Array("words")!.ReadWholes());
    }

    [Fact]
    public void Every_stored_type_gives_the_reference_values()
    {
        using var scope = NewDisposeScope();
        using var file = GgufFile.Open(ReferenceFiles.Find("gguf", "every-type.gguf"));
        using var reference = SafetensorsFile.Open(ReferenceFiles.Find("gguf", "every-type.safetensors"));
        Assert.Equal(13, file.Tensors.Count);
        foreach (var descriptor in file.Tensors)
        {
            Assert.Equal([3, 512], descriptor.Shape);
            var expected = reference.Load(descriptor.Name, ScalarType.Float32).data<float>().ToArray();
            AssertWithinAnUlp(descriptor.Name, expected, file.Load(descriptor.Name, ScalarType.Float32).data<float>().ToArray());
            AssertWithinAnUlp(descriptor.Name, expected, file.ReadValues(descriptor.Name));
        }

        Assert.Equal(ScalarType.Float16, file.Load("f16").dtype);
        Assert.Equal(ScalarType.BFloat16, file.Load("bf16").dtype);
        Assert.Equal(ScalarType.Float32, file.Load("q4_k").dtype);
        Assert.Equal(DeviceType.META, file.Load("q4_k", device: META).device_type);
    }

    [Fact]
    public void Large_tensors_are_decoded_by_several_threads_to_the_same_values()
    {
        using var folder = TestFiles.NewFolder();
        using var file = GgufFile.Open(ReferenceFiles.Find("gguf", "every-type.gguf"));
        foreach (var (name, number, blockBytes, blockElements) in ((string, uint, int, int)[])[("q6_k", 14, 210, 256), ("q4_1", 3, 20, 32), ("bf16", 30, 2, 1)])
        {
            var one = file.ReadValues(name);
            var bytes = RawBytes(file, name, 3 * 512 / blockElements * blockBytes);
            const int Copies = 2_000;
            var repeated = Enumerable.Repeat(bytes, Copies).SelectMany(part => part).ToArray();
            using var large = GgufFile.Open(folder.Write(name, new RawGguf().Tensor("t", number, [Copies * 3, 512], repeated).ToBytes()));
            var values = large.ReadValues("t");
            for (var copy = 0; copy < Copies; copy++)
                Assert.True(values.AsSpan(copy * one.Length, one.Length).SequenceEqual(one), $"{name}, copy {copy}");
        }
    }

    [Fact]
    public void A_type_that_cannot_be_read_is_listed_and_refused_when_loaded()
    {
        using var folder = TestFiles.NewFolder();
        using var file = GgufFile.Open(folder.Write("a.gguf", new RawGguf()
            .Tensor("new", 99, [2, 32], new byte[64])
            .Tensor("iq", 23, [1, 256], new byte[136])
            .Tensor("plain", [2], 1, 2)
            .ToBytes()));

        Assert.Equal(["type 99", "IQ4_XS", "F32"], file.Tensors.Select(tensor => tensor.StoredType));
        Assert.Equal([64, 136, 8], file.Tensors.Select(tensor => tensor.ByteLength));
        Assert.Contains("type 99", Assert.Throws<MalformedFileException>(() => file.Load("new")).Message, StringComparison.Ordinal);
        Assert.Contains("IQ4_XS", Assert.Throws<MalformedFileException>(() => file.ReadValues("iq")).Message, StringComparison.Ordinal);
        Assert.Equal([1, 2], file.ReadValues("plain"));
    }

    [Fact]
    public void Query_and_key_rows_return_to_the_order_of_the_halves()
    {
        using var scope = NewDisposeScope();
        using var folder = TestFiles.NewFolder();
        using var source = GgufModelSource.Open(folder.Write("m.gguf", TinyModel("llama").ToBytes()));

        // Two heads of four rows, stored interleaved: first half's row, second half's row, and so on.
        Assert.Equal([0, 2, 1, 3, 4, 6, 5, 7], FirstColumn(source.Load("model.layers.0.self_attn.q_proj.weight")));
        Assert.Equal([0, 2, 1, 3], FirstColumn(source.Load("model.layers.0.self_attn.k_proj.weight")));
        Assert.Equal([0, 1, 2, 3], FirstColumn(source.Load("model.layers.0.self_attn.v_proj.weight")));
        Assert.Equal([8, 8], source.Load("model.layers.0.self_attn.q_proj.weight", ScalarType.BFloat16, META).shape);

        using var unpermuted = GgufModelSource.Open(folder.Write("q.gguf", TinyModel("qwen2").ToBytes()));
        Assert.Equal([0, 1, 2, 3, 4, 5, 6, 7], FirstColumn(unpermuted.Load("model.layers.0.self_attn.q_proj.weight")));
    }

    [Fact]
    public void Metadata_become_a_Hugging_Face_configuration()
    {
        using var folder = TestFiles.NewFolder();
        var hub = HubFolder.Open(folder.Write("m.gguf", TinyModel("llama").ToBytes()));

        Assert.True(hub.IsGguf);
        Assert.Equal(
            """
            {"architectures":["LlamaForCausalLM"],"model_type":"llama","vocab_size":5,"hidden_size":8,"intermediate_size":6,"num_hidden_layers":1,"num_attention_heads":2,"num_key_value_heads":1,"head_dim":4,"max_position_embeddings":64,"rms_norm_eps":1E-05,"rope_theta":500000,"rope_scaling":null,"hidden_act":"silu","attention_bias":false,"mlp_bias":false,"tie_word_embeddings":true,"bos_token_id":1,"eos_token_id":2}
            """,
            hub.Config.ToJsonString());
        using var tensors = hub.OpenTensors();
        Assert.Contains(tensors.Tensors, tensor => tensor.Name == "model.embed_tokens.weight");
    }

    [Theory]
    [InlineData(8.0, 1.0, 4.0, 8192)]
    [InlineData(32.0, 1.0, 4.0, 8192)]
    [InlineData(4.0, 1.0, 8.0, 2048)]
    public void Rotary_divisors_become_the_settings_that_they_were_made_from(double factor, double low, double high, long context)
    {
        using var folder = TestFiles.NewFolder();
        const int Pairs = 32;
        var divisors = new float[Pairs];
        for (var i = 0; i < Pairs; i++)
        {
            var wave = 2 * Math.PI * Math.Pow(500_000, (double)i / Pairs);
            var smooth = (context / wave - low) / (high - low);
            divisors[i] = (float)(wave < context / high ? 1 : wave > context / low ? factor : 1 / ((1 - smooth) / factor + smooth));
        }

        using var source = GgufModelSource.Open(folder.Write("m.gguf", TinyModel("llama", headDim: 64).Tensor("rope_freqs.weight", [Pairs], divisors).ToBytes()));
        var scaling = source.ToHuggingFaceConfig()["rope_scaling"]!;

        Assert.Equal("llama3", (string?)scaling["rope_type"]);
        Assert.Equal(factor, (double)scaling["factor"]!);
        Assert.Equal(low, (double)scaling["low_freq_factor"]!);
        Assert.Equal(high, (double)scaling["high_freq_factor"]!, 3);
        Assert.Equal(context, (long)scaling["original_max_position_embeddings"]!);
        Assert.DoesNotContain(source.Tensors, tensor => tensor.Name.Contains("rope", StringComparison.Ordinal));
    }

    [Fact]
    public void Rotary_divisors_of_another_origin_are_refused()
    {
        using var folder = TestFiles.NewFolder();
        using var source = GgufModelSource.Open(folder.Write("m.gguf", TinyModel("llama").Tensor("rope_freqs.weight", [2], 3f, 2f).ToBytes()));

        Assert.Contains("rope_freqs", Assert.Throws<MalformedFileException>(source.ToHuggingFaceConfig).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Scaling_and_window_settings_are_carried_over()
    {
        using var folder = TestFiles.NewFolder();
        var path = folder.Write("m.gguf", TinyModel("llama")
            .Entry("llama.rope.scaling.type", "linear")
            .Entry("llama.rope.scaling.factor", 2f)
            .Entry("llama.attention.sliding_window", 16)
            .ToBytes());
        using var source = GgufModelSource.Open(path);
        var config = source.ToHuggingFaceConfig();

        Assert.Equal("""{"rope_type":"linear","factor":2}""", config["rope_scaling"]!.ToJsonString());
        Assert.Equal("mistral", (string?)config["model_type"]);
        Assert.Equal(16, (int)config["sliding_window"]!);
    }

    [Theory]
    [InlineData("general.architecture", "gemma", "gemma")]
    [InlineData("llama.expert_count", 8u, "experts")]
    [InlineData("split.count", 3u, "3 parts")]
    [InlineData("llama.block_count", 0u, "block_count")]
    [InlineData("llama.attention.head_count", 4_000_000_000u, "head_count")]
    public void Models_that_are_not_supported_are_refused_by_name(string key, object value, string named)
    {
        using var folder = TestFiles.NewFolder();
        var raw = TinyModel("llama", without: key);
        raw = value is string text ? raw.Entry(key, text) : raw.Entry(key, (uint)value);
        var path = folder.Write("m.gguf", raw.ToBytes());

        Assert.Contains(named, Assert.Throws<MalformedFileException>(() => GgufModelSource.Open(path)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("blk.0.ffn_gate_inp.weight")]
    [InlineData("blk.1.attn_q.weight")]
    [InlineData("blk.00.attn_q.weight")]
    [InlineData("blk.0.attn_q")]
    [InlineData("vision.weight")]
    public void A_tensor_without_a_place_is_refused_by_name(string name)
    {
        using var folder = TestFiles.NewFolder();
        var path = folder.Write("m.gguf", TinyModel("llama").Tensor(name, [1], 0).ToBytes());

        Assert.Contains(name, Assert.Throws<MalformedFileException>(() => GgufModelSource.Open(path)).Message, StringComparison.Ordinal);
    }

    [SkippableFact]
    public void The_real_model_gives_the_reference_checksums()
    {
        var path = RealModel();
        using var scope = NewDisposeScope();
        using var file = GgufFile.Open(path);
        using var reference = JsonDocument.Parse(File.ReadAllBytes(ReferenceFiles.Find("smollm2-135m-instruct", "reference.json")));
        foreach (var expected in reference.RootElement.GetProperty("dequantised_tensors_as_stored").EnumerateObject())
        {
            Assert.True(file.TryDescribe(expected.Name, out var descriptor));
            Assert.Equal(expected.Value.GetProperty("type").GetString(), descriptor.StoredType);
            Assert.Equal(expected.Value.GetProperty("shape_rows_first").EnumerateArray().Select(size => size.GetInt64()), descriptor.Shape);
            var values = file.Load(expected.Name).data<float>().ToArray();
            Assert.Equal(expected.Value.GetProperty("first_8").EnumerateArray().Select(value => value.GetSingle()), values[..8]);

            // Sums of up to 28 million terms depend on the order of adding in their tenth digit.
            var squares = expected.Value.GetProperty("sum_of_squares").GetDouble();
            Assert.Equal(expected.Value.GetProperty("sum").GetDouble(), values.Sum(value => (double)value), 1e-9 * squares);
            Assert.Equal(squares, values.Sum(value => (double)value * value), 1e-9 * squares);
        }
    }

    [SkippableFact]
    public void The_real_model_has_every_tensor_and_the_configuration_of_its_preset()
    {
        var hub = HubFolder.Open(RealModel());
        using var source = hub.OpenTensors();

        Assert.Equal(134_515_008, source.Tensors.Sum(tensor => tensor.Shape.Aggregate(1L, (product, size) => product * size)));
        Assert.Equal(30 * 9 + 2, source.Tensors.Count);
        Assert.True(source.TryDescribe("model.layers.29.mlp.down_proj.weight", out var down));
        Assert.Equal([576, 1536], down.Shape);
        Assert.Equal(100_000, (double)hub.Config["rope_theta"]!);
        Assert.Equal(1e-5, (double)hub.Config["rms_norm_eps"]!);
        Assert.Equal(3, (int)hub.Config["num_key_value_heads"]!);
        Assert.True((bool)hub.Config["tie_word_embeddings"]!);
    }

    private static string RealModel()
    {
        var folder = Environment.GetEnvironmentVariable("ICAE_TEST_MODELS");
        Skip.If(string.IsNullOrEmpty(folder), "ICAE_TEST_MODELS names no folder with models");
        var path = Path.Combine(folder!, "SmolLM2-135M-Instruct.Q4_1.gguf");
        Skip.IfNot(File.Exists(path), $"there is no {path}");
        return path;
    }

    private static RawGguf TinyModel(string architecture, int headDim = 4, string without = "")
    {
        var raw = new RawGguf();
        Text("general.architecture", architecture);
        Whole($"{architecture}.block_count", 1);
        Whole($"{architecture}.context_length", 64);
        Whole($"{architecture}.embedding_length", (uint)(2 * headDim));
        Whole($"{architecture}.feed_forward_length", 6);
        Whole($"{architecture}.attention.head_count", 2);
        Whole($"{architecture}.attention.head_count_kv", 1);
        raw.Entry($"{architecture}.attention.layer_norm_rms_epsilon", 1e-5f);
        raw.Entry($"{architecture}.rope.freq_base", 500_000f);
        Whole("tokenizer.ggml.bos_token_id", 1);
        Whole("tokenizer.ggml.eos_token_id", 2);
        var width = 2 * headDim;
        return raw
            .Tensor("token_embd.weight", [5, width], Rows(5, width))
            .Tensor("blk.0.attn_q.weight", [width, width], Rows(width, width))
            .Tensor("blk.0.attn_k.weight", [headDim, width], Rows(headDim, width))
            .Tensor("blk.0.attn_v.weight", [headDim, width], Rows(headDim, width));

        void Text(string key, string value)
        {
            if (key != without)
                raw.Entry(key, value);
        }

        void Whole(string key, uint value)
        {
            if (key != without)
                raw.Entry(key, value);
        }
    }

    private static float[] Rows(int rows, int columns) => [.. Enumerable.Range(0, rows * columns).Select(i => (float)(i / columns))];

    private static float[] FirstColumn(Tensor tensor) => tensor[TensorIndex.Ellipsis, 0].contiguous().data<float>().ToArray();

    private static byte[] RawBytes(GgufFile file, string name, int length)
    {
        Assert.True(file.TryDescribe(name, out var descriptor));
        Assert.Equal(length, descriptor.ByteLength);
        var whole = File.ReadAllBytes(file.Path);
        var dataLength = file.Tensors.Sum(tensor => (tensor.ByteLength + 31) / 32 * 32);
        var before = file.Tensors.TakeWhile(tensor => tensor.Name != name).Sum(tensor => (tensor.ByteLength + 31) / 32 * 32);
        var start = (int)(whole.Length - dataLength + before);
        return whole[start..(start + length)];
    }

    private static void AssertWithinAnUlp(string name, float[] expected, float[] actual)
    {
        Assert.Equal(expected.Length, actual.Length);
        for (var i = 0; i < expected.Length; i++)
            Assert.True(Math.Abs(expected[i] - actual[i]) <= Ulp * Math.Abs(expected[i]), $"{name}[{i}]: {actual[i]} is not {expected[i]}");
    }
}
