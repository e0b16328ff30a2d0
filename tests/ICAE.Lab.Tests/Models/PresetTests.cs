using System.Text.Json.Nodes;
using ICAE.Lab.Formats;
using ICAE.Lab.Models;
using TorchSharp;
using static TorchSharp.torch;

namespace ICAE.Lab.Tests.Models;

/// <summary>Eleven public models, built without values: number of parameters, and every tensor's name and shape.</summary>
[Collection("torch")]
public sealed class PresetTests
{
    public static TheoryData<string> Names => [.. Directory.GetFiles(ReferenceFiles.Find("presets"), "*.json").Select(path => Path.GetFileNameWithoutExtension(path)).Order(StringComparer.Ordinal)];

    [Fact]
    public void All_are_there() => Assert.Equal(11, Names.Count);

    [Theory]
    [MemberData(nameof(Names))]
    public void Names_and_shapes_equal_the_reference(string name)
    {
        var path = ReferenceFiles.Find("presets", name + ".json");
        var json = BoundedJson.ReadObject(path);
        var fields = json["config"]!.AsObject();
        fields["architectures"] = new JsonArray(json["architecture"]!.GetValue<string>());
        var config = HuggingFaceConfig.Read(fields, path);
        var expected = json["tensors"]!.AsObject().ToDictionary(entry => entry.Key, entry => string.Join(' ', entry.Value!.AsArray().Select(size => size!.GetValue<long>())));

        // The preset of that name is the same shape; only ids for begin and end are the file's own.
        IReadOnlyList<int> none = [];
        Assert.Equal(config with { BosId = null, EosIds = none }, ModelPresets.Find(name) with { EosIds = none });

        using var scope = NewDisposeScope();
        using var model = Transformer.Create(config, new Device(DeviceType.META), 0, ScalarType.BFloat16, ScalarType.BFloat16);
        var actual = model.Tensors().ToDictionary(entry => entry.Key, entry => string.Join(' ', entry.Value.shape));

        Assert.Equal(json["parameters"]!.GetValue<long>(), config.ParameterCount);
        Assert.Equal(config.ParameterCount, model.Weights.Sum(weight => weight.Value.numel()));
        Assert.Equal(expected.OrderBy(entry => entry.Key, StringComparer.Ordinal), actual.OrderBy(entry => entry.Key, StringComparer.Ordinal));
    }

    [Fact]
    public void Eleven_are_known_by_name_and_others_are_refused()
    {
        Assert.Equal(11, ModelPresets.Names.Count);
        Assert.Equal(576, ModelPresets.Find("smollm2-135m").HiddenSize);
        Assert.Contains("Llama-3.2-1B", Assert.Throws<ConfigurationException>(() => ModelPresets.Find("Llama-9")).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", 4096)]
    [InlineData("\"sliding_window\": null,", null)]
    [InlineData("\"sliding_window\": 9,", 9)]
    public void A_Mistral_config_that_names_no_window_has_the_usual_one(string window, int? expected)
    {
        var json = $$"""
            {"architectures":["MistralForCausalLM"],{{window}}"model_type":"mistral","vocab_size":16,"hidden_size":8,"intermediate_size":8,"num_hidden_layers":1,
             "num_attention_heads":2,"num_key_value_heads":1,"max_position_embeddings":32,"rms_norm_eps":1e-5,"rope_theta":10000.0,"tie_word_embeddings":false,"eos_token_id":2}
            """;

        Assert.Equal(expected, HuggingFaceConfig.Read(JsonNode.Parse(json)!.AsObject(), "config.json").SlidingWindow);
    }
}
