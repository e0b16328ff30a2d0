using ICAE.Lab.Models;
using ICAE.Lab.Tests.Data;
using ICAE.Lab.Tokens;
using static TorchSharp.torch;

namespace ICAE.Lab.Tests.Models;

[Collection("torch")]
public sealed class BaseModelTests
{
    private static readonly string Fingerprint64 = new('a', 64);

    [Fact]
    public void A_saved_base_is_loaded_as_it_was()
    {
        using var folder = new TemporaryFolder();
        using var saved = TinyBase.Create();
        var path = folder.File("my-base");
        saved.Save(path);
        Assert.Equal(
            ["config.json", "icae-lab.json", "model.safetensors", "tokenizer.json"],
            Directory.GetFiles(path).Select(Path.GetFileName).Order(StringComparer.Ordinal));

        using var loaded = BaseModel.Load(path);
        Assert.Equal("my-base", loaded.Name);
        Assert.Equal(path, loaded.Path);
        Assert.Equal(BaseKind.Copying, loaded.Kind);
        Assert.Equal("one sentence", loaded.Facts["trained_on"]);
        Assert.Equal(saved.Tokenizer.Fingerprint, loaded.Tokenizer.Fingerprint);
        Assert.Equal(saved.Transformer.Config with { EosIds = [] }, loaded.Transformer.Config with { EosIds = [] });
        Assert.Equal([0], loaded.EosIds);
        Assert.Equal(saved.Fingerprint, loaded.Fingerprint);
        foreach (var ((name, before), (_, after)) in saved.Transformer.Tensors().Zip(loaded.Transformer.Tensors()))
        {
            Assert.True(before.equal(after).all().item<bool>(), name);
        }

        // Saved again over the old one, from bfloat16 this time: the same files.
        using var narrow = BaseModel.Load(path, new ModelOptions { WeightType = ScalarType.BFloat16 });
        var bytes = File.ReadAllBytes(Path.Combine(path, "model.safetensors"));
        narrow.Save(path);
        Assert.Equal(bytes, File.ReadAllBytes(Path.Combine(path, "model.safetensors")));
    }

    [Theory]
    [InlineData("llama-gqa-tied")]
    [InlineData("llama-sharded-bf16")]
    public void Every_type_of_weights_has_one_fingerprint(string reference)
    {
        using var folder = new TemporaryFolder();
        Copy(ReferenceFiles.Find("base-models", reference), folder.Path);
        TokenizerFile.Save(TinyBase.Tokenizer, folder.Path);
        var fingerprints = new[] { ScalarType.Float32, ScalarType.BFloat16, ScalarType.Float16 }.Select(type =>
        {
            using var model = BaseModel.Load(folder.Path, new ModelOptions { WeightType = type });
            return model.Fingerprint;
        }).ToList();
        Assert.Single(fingerprints.Distinct());
        Assert.Equal(fingerprints[0], BaseModel.ReadFingerprint(folder.Path));
        using var other = TinyBase.Create();
        Assert.NotEqual(fingerprints[0], other.Fingerprint);
        Assert.Matches("^[0-9a-f]{64}$", fingerprints[0]);
    }

    [Fact]
    public void A_GGUF_file_is_loaded_with_its_tokenizer_and_has_the_fingerprint_of_the_same_weights()
    {
        using var folder = new TemporaryFolder();
        using var model = TinyBase.Create(config: TinyBase.Config with { Family = ModelFamily.Qwen2, QueryKeyValueBias = true });
        var path = folder.File("tiny.Q32.gguf");
        File.WriteAllBytes(path, TinyBase.Gguf(model));
        foreach (var name in (string[])[path, "tiny.Q32"])
        {
            using var loaded = BaseModel.Load(name, new ModelOptions { Store = new ModelStore([folder.Path]) });
            Assert.Equal("tiny.Q32", loaded.Name);
            Assert.Equal(BaseKind.Unknown, loaded.Kind);
            Assert.Equal(model.Fingerprint, loaded.Fingerprint);
            Assert.Equal(model.Tokenizer.Encode(TinyBase.Text), loaded.Tokenizer.Encode(TinyBase.Text));
            Assert.Equal([0], loaded.EosIds);
        }
    }

    [Fact]
    public void A_base_that_was_fetched_from_a_hub_is_a_pretrained_one()
    {
        using var folder = new TemporaryFolder();
        using var model = TinyBase.Create();
        model.Save(folder.Path);
        File.Delete(folder.File(BaseModel.MetadataFileName));
        Assert.Equal(BaseKind.Unknown, Kind());

        File.WriteAllText(folder.File("icae-hub.json"), "{}");
        Assert.Equal(BaseKind.Pretrained, Kind());

        BaseKind Kind()
        {
            using var loaded = BaseModel.Load(folder.Path);
            return loaded.Kind;
        }
    }

    [Fact]
    public void One_changed_weight_changes_the_fingerprint()
    {
        using var model = TinyBase.Create();
        var before = ModelFingerprint.Of(model.Transformer);
        Assert.Equal(before, model.Fingerprint);
        using (var view = model.Transformer.View("model.layers.1.input_layernorm.weight"))
        {
            view.add_(0.5f);
        }

        Assert.NotEqual(before, ModelFingerprint.Of(model.Transformer));
    }

    [Fact]
    public void A_folder_that_was_half_written_is_not_loaded()
    {
        using var folder = new TemporaryFolder();
        using var model = TinyBase.Create();
        model.Save(folder.Path);
        File.Delete(folder.File(BaseModel.MetadataFileName));
        Directory.CreateDirectory(folder.File(BaseModel.MetadataFileName));
        Assert.Throws<IcaeException>(() => model.Save(folder.Path));
        Assert.Contains("config.json", Assert.Throws<MalformedFileException>(() => BaseModel.Load(folder.Path)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"format_version":2}""", "version 2")]
    [InlineData("""{"kind_of_base":"plain"}""", "format_version")]
    [InlineData("""{"format_version":0}""", "format_version")]
    [InlineData("""{"format_version":1,"kind_of_base":"clever"}""", "plain, copying")]
    [InlineData("""{"format_version":1,"kind_of_base":3}""", "kind_of_base")]
    [InlineData("""{"format_version":1,"colour":"red"}""", "colour")]
    [InlineData("""{"format_version":1,"facts":{"a":[1]}}""", "facts.a")]
    [InlineData("""{"format_version":1,"facts":{"a":"b"},"facts":{}}""", "twice")]
    [InlineData("""[1]""", "no object")]
    [InlineData("""{"format_version":1,""", "line 1")]
    public void Wrong_facts_are_refused_with_file_and_field(string json, string expected)
    {
        using var folder = new TemporaryFolder();
        using (var model = TinyBase.Create())
        {
            model.Save(folder.Path);
        }

        var path = folder.Write(BaseModel.MetadataFileName, json);
        var error = Assert.Throws<MalformedFileException>(() => BaseModel.Load(folder.Path));
        Assert.StartsWith(path, error.Message, StringComparison.Ordinal);
        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_tokenizer_of_another_model_is_refused()
    {
        using var folder = new TemporaryFolder();
        using var model = TinyBase.Create();
        model.Save(folder.Path);
        File.WriteAllText(folder.File("config.json"), File.ReadAllText(folder.File("config.json")).Replace("280", "270", StringComparison.Ordinal));
        Assert.Contains("280 ids", Assert.Throws<ConfigurationException>(() => BaseModel.Load(folder.Path)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("banana")]
    [InlineData("cpu:x")]
    [InlineData("0")]
    [InlineData("")]
    public void A_device_that_is_not_one_is_refused(string device) =>
        Assert.Contains($"'{device}'", Assert.Throws<ConfigurationException>(() => new ModelOptions { Device = device }.Open()).Message, StringComparison.Ordinal);

    [Fact]
    public void Short_fingerprints_and_their_form()
    {
        Assert.Equal("aaaaaaaaaaaa", ModelFingerprint.Short(Fingerprint64));
        Assert.True(ModelFingerprint.IsOne(Fingerprint64));
        Assert.False(ModelFingerprint.IsOne(Fingerprint64.ToUpperInvariant()));
        Assert.False(ModelFingerprint.IsOne("aa"));
    }

    private static void Copy(string from, string to)
    {
        foreach (var file in Directory.GetFiles(from))
        {
            File.Copy(file, Path.Combine(to, Path.GetFileName(file)));
        }
    }

    [Theory]
    [InlineData(ModelFamily.Llama, true, false, false)]
    [InlineData(ModelFamily.Llama, false, true, false)]
    [InlineData(ModelFamily.Llama, false, false, true)]
    [InlineData(ModelFamily.Qwen2, false, false, false)]
    [InlineData(ModelFamily.Qwen3, false, false, false)]
    [InlineData(ModelFamily.Qwen2, true, false, true)]
    public void What_a_family_does_not_imply_would_be_lost_in_a_file_and_is_refused(ModelFamily family, bool biases, bool norms, bool window)
    {
        var config = TinyBase.Config with { Family = family, QueryKeyValueBias = biases, QueryKeyNorm = norms, SlidingWindow = window ? 8 : null };

        Assert.Contains($"{family}", Assert.Throws<ConfigurationException>(() => config.Validate()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_folder_of_which_nothing_could_be_replaced_keeps_what_it_was()
    {
        using var folder = new TemporaryFolder();
        using var model = TinyBase.Create();
        var path = folder.File("base");
        model.Save(path);
        var weights = Path.Combine(path, "model.safetensors");
        var bytes = File.ReadAllBytes(weights);
        File.Delete(weights);
        Directory.CreateDirectory(weights);

        Assert.Throws<IcaeException>(() => model.Save(path));
        Directory.Delete(weights);
        File.WriteAllBytes(weights, bytes);

        using var loaded = BaseModel.Load(path);
        Assert.Equal(model.Fingerprint, loaded.Fingerprint);
        Assert.DoesNotContain(Directory.GetFiles(path), file => file.EndsWith(".old", StringComparison.Ordinal));
    }
}
