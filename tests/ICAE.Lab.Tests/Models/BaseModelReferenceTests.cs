using ICAE.Lab.Formats;
using ICAE.Lab.Models;
using static TorchSharp.torch;

namespace ICAE.Lab.Tests.Models;

/// <summary>Every value that Hugging Face transformers gave for the tiny models, each within the tolerance of an exact implementation.</summary>
[Collection("torch")]
public sealed class BaseModelReferenceTests
{
    private const double LogitTolerance = 1e-4;

    public static TheoryData<string> Folders =>
        ["llama-gqa-tied", "llama3-rope-scaled", "llama-sharded-bf16", "mistral", "mistral-window", "qwen2", "qwen3"];

    [Theory]
    [MemberData(nameof(Folders))]
    public void Plain_rows_equal_the_reference(string folder)
    {
        using var scope = NewDisposeScope();
        using var _ = inference_mode();
        var (model, reference) = Open(folder);
        var ids = reference.Load("plain.input_ids");
        var embeddings = model.Embed(ids);
        var hidden = model.Forward(new TransformerInput { Embeddings = embeddings }).Hidden;
        var logits = model.Logits(hidden);

        AssertClose(reference, "plain.embeddings", embeddings, 1e-6);
        AssertClose(reference, "plain.final_norm_output", hidden, LogitTolerance);
        AssertClose(reference, "plain.logits", logits, LogitTolerance);
        var loss = nn.functional.cross_entropy(logits.slice(1, 0, -1, 1).reshape(-1, logits.shape[2]), ids.slice(1, 1, ids.shape[1], 1).reshape(-1));
        AssertClose(reference, "plain.loss", loss.reshape(1), 1e-5);
        model.Dispose();
    }

    [Theory]
    [MemberData(nameof(Folders))]
    public void Padded_rows_equal_the_reference(string folder)
    {
        using var scope = NewDisposeScope();
        using var _ = inference_mode();
        var (model, reference) = Open(folder);
        foreach (var side in new[] { "left_padded", "right_padded" })
        {
            var mask = reference.Load($"{side}.attention_mask").to(ScalarType.Bool);
            var hidden = model.Forward(new TransformerInput
            {
                Embeddings = model.Embed(reference.Load($"{side}.input_ids")),
                Positions = reference.Load($"{side}.position_ids"),
                KeyMask = mask,
            }).Hidden;
            AssertClose(reference, $"{side}.logits_where_mask_is_1", model.Logits(hidden).masked_fill(mask.logical_not().unsqueeze(-1), 0), LogitTolerance);
        }

        model.Dispose();
    }

    [Theory]
    [MemberData(nameof(Folders))]
    public void Chosen_positions_and_given_embeddings_equal_the_reference(string folder)
    {
        using var scope = NewDisposeScope();
        using var _ = inference_mode();
        var (model, reference) = Open(folder);
        var positions = reference.Load("positions.position_ids");
        var placed = model.Forward(new TransformerInput
        {
            Embeddings = model.Embed(reference.Load("positions.input_ids")),
            Positions = positions,
            Segments = PackedRows.SegmentsFromPositions(positions),
        });
        AssertClose(reference, "positions.logits", model.Logits(placed.Hidden), LogitTolerance);
        var embedded = model.Forward(new TransformerInput { Embeddings = reference.Load("embedded.inputs_embeds") });
        AssertClose(reference, "embedded.logits", model.Logits(embedded.Hidden), LogitTolerance);
        model.Dispose();
    }

    [Theory]
    [MemberData(nameof(Folders))]
    public void Greedy_tokens_with_a_cache_equal_the_reference(string folder)
    {
        using var scope = NewDisposeScope();
        using var _ = inference_mode();
        var (model, reference) = Open(folder);
        var expected = reference.Load("greedy.tokens").data<long>().ToArray();
        var expectedLogits = reference.Load("greedy.logits");
        var next = reference.Load("greedy.prompt");
        using var cache = new KeyValueCache(model.Config, 1, next.shape[1] + expected.Length, model.ComputeType, CPU);
        for (var step = 0; step < expected.Length; step++)
        {
            var hidden = model.Forward(new TransformerInput { Embeddings = model.Embed(next), Cache = cache }).Hidden;
            var logits = model.Logits(hidden.narrow(1, hidden.shape[1] - 1, 1));
            Assert.True(logits.sub(expectedLogits.narrow(1, step, 1)).abs().max().item<float>() <= LogitTolerance);
            next = logits.argmax(-1);
            Assert.Equal(expected[step], next.item<long>());
        }

        model.Dispose();
    }

    [Theory]
    [InlineData("lora-all-linear")]
    [InlineData("lora-q-v")]
    [InlineData("lora-rank-stabilised")]
    public void Adapters_equal_the_reference_switched_on_off_and_merged(string folder)
    {
        using var scope = NewDisposeScope();
        using var _ = inference_mode();
        var (model, _) = Open("llama-gqa-tied");
        var path = ReferenceFiles.Find("base-models", "llama-gqa-tied", folder);
        using var reference = SafetensorsFile.Open(Path.Combine(path, "reference.safetensors"));
        using var adapter = ReadAdapter(path, model.Config);
        var embeddings = model.Embed(reference.Load("input_ids"));
        var with = model.Logits(model.Forward(new TransformerInput { Embeddings = embeddings, Adapter = adapter }).Hidden);
        var without = model.Logits(model.Forward(new TransformerInput { Embeddings = embeddings }).Hidden);
        AssertClose(reference, "logits_with_adapter", with, LogitTolerance);
        AssertClose(reference, "logits_without_adapter", without, LogitTolerance);

        model.Merge(adapter);
        AssertClose(reference, "merged.layer1.v_proj", model.View("model.layers.1.self_attn.v_proj.weight"), 1e-6);
        embeddings = model.Embed(reference.Load("input_ids"));
        AssertClose(reference, "logits_with_adapter", model.Logits(model.Forward(new TransformerInput { Embeddings = embeddings }).Hidden), LogitTolerance);
        model.Unmerge(adapter);
        AssertClose(reference, "logits_without_adapter", model.Logits(model.Forward(new TransformerInput { Embeddings = embeddings }).Hidden), LogitTolerance);
        model.Dispose();
    }

    internal static (Transformer Model, SafetensorsFile Reference) Open(string folder)
    {
        var path = ReferenceFiles.Find("base-models", folder);
        var config = HuggingFaceConfig.Read(BoundedJson.ReadObject(Path.Combine(path, "config.json")), "config.json");
        using var weights = TensorSources.Open(path);
        return (Transformer.Load(config, weights, CPU), SafetensorsFile.Open(Path.Combine(path, "reference.safetensors")));
    }

    internal static LoraAdapter ReadAdapter(string path, TransformerConfig model)
    {
        var json = BoundedJson.ReadObject(Path.Combine(path, "adapter_config.json"));
        using var file = SafetensorsFile.Open(Path.Combine(path, "adapter_model.safetensors"));
        var config = new LoraConfig
        {
            Rank = json["r"]!.GetValue<int>(),
            Alpha = json["lora_alpha"]!.GetValue<double>(),
            RankStabilised = json["use_rslora"]!.GetValue<bool>(),
            Targets = [.. json["target_modules"]!.AsArray().Select(node => node!.GetValue<string>())],
        };
        return LoraAdapter.FromTensors(config, model, name => file.Load("base_model.model." + name));
    }

    internal static void AssertClose(ITensorSource reference, string name, Tensor actual, double tolerance)
    {
        var expected = reference.Load(name);
        Assert.Equal(expected.shape, actual.shape);
        var difference = expected.sub(actual.to(expected.dtype)).abs().max().item<float>();
        Assert.True(difference <= tolerance, $"{name}: the largest difference is {difference:g3}; {tolerance:g1} is allowed.");
    }
}
