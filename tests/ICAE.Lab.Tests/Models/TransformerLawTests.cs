using ICAE.Lab.Models;
using ICAE.Lab.Models.Kernels;
using static TorchSharp.torch;

namespace ICAE.Lab.Tests.Models;

/// <summary>What must hold for every transformer, whatever its weights.</summary>
[Collection("torch")]
public sealed class TransformerLawTests
{
    private static readonly TransformerConfig Llama = new()
    {
        VocabularySize = 64,
        HiddenSize = 32,
        IntermediateSize = 48,
        Layers = 2,
        Heads = 2,
        KeyValueHeads = 1,
        HeadSize = 32,
    };

    public static TheoryData<string, bool> Shapes
    {
        get
        {
            var data = new TheoryData<string, bool>();
            foreach (var name in new[] { "llama", "tied", "window", "qwen2", "qwen3", "llama3" })
            {
                data.Add(name, true);
                data.Add(name, false);
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Shapes))]
    public void What_follows_does_not_change_what_was_before(string shape, bool kernels) => With(kernels, () =>
    {
        using var model = Create(shape);
        var embeddings = Random([3, 13, 32], 1);
        var whole = Hidden(model, embeddings);
        for (var length = 1; length < 13; length += 3)
        {
            AssertClose(whole.narrow(1, 0, length), Hidden(model, embeddings.narrow(1, 0, length)), 1e-5);
        }
    });

    [Theory]
    [MemberData(nameof(Shapes))]
    public void A_new_adapter_changes_nothing_and_a_trained_one_what_merging_changes(string shape, bool kernels) => With(kernels, () =>
    {
        using var model = Create(shape);
        var lora = new LoraConfig { Rank = 3, Alpha = 6 };
        using var adapter = LoraAdapter.Create(lora, model.Config, CPU, 5);
        var embeddings = Random([2, 9, 32], 1);
        var plain = Hidden(model, embeddings);
        AssertClose(plain, Hidden(model, embeddings, adapter), 0);

        adapter.Weights.ToList().ForEach(weight => weight.Value.copy_(Random(weight.Value.shape, 9).mul(0.3f)));
        var adapted = Hidden(model, embeddings, adapter);
        Assert.True(plain.sub(adapted).abs().max().item<float>() > 0.05);
        model.Merge(adapter);
        AssertClose(adapted, Hidden(model, embeddings), 1e-4);
        model.Unmerge(adapter);
        AssertClose(plain, Hidden(model, embeddings), 1e-4);
    });

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Parameters_are_as_many_as_the_config_says(string shape, bool kernels) => With(kernels, () =>
    {
        using var model = Create(shape);
        var lora = new LoraConfig { Rank = 3, Targets = ["k_proj", "o_proj", "down_proj"] };
        using var adapter = LoraAdapter.Create(lora, model.Config, CPU, 5);

        Assert.Equal(model.Config.ParameterCount, model.Weights.Sum(weight => weight.Value.numel()));
        Assert.Equal(lora.ParameterCount(model.Config), adapter.Weights.Sum(weight => weight.Value.numel()));
        Assert.Equal(model.Config.TensorShapes().Select(entry => (entry.Name, string.Join(' ', entry.Shape))), model.Tensors().Select(entry => (entry.Key, string.Join(' ', entry.Value.shape))));
    });

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Keys_and_values_alone_are_those_of_a_whole_pass(string shape, bool kernels) => With(kernels, () =>
    {
        using var model = Create(shape);
        using var adapter = LoraAdapter.Create(new LoraConfig { Rank = 3, Alpha = 6 }, model.Config, CPU, 5);
        adapter.Weights.ToList().ForEach(weight => weight.Value.copy_(Random(weight.Value.shape, 9).mul(0.3f)));
        var input = new TransformerInput { Embeddings = Random([3, 9, 32], 1), Adapter = adapter, Capture = 4 };

        var (whole, alone) = (model.Forward(input).Captured, model.Capture(input));

        Assert.Equal(model.Config.Layers, alone.Count);
        foreach (var (expected, actual) in whole.Zip(alone))
        {
            Assert.Equal([3, 4, 1, 32], actual.Keys.shape);
            AssertClose(expected.Keys, actual.Keys, 1e-5);
            AssertClose(expected.Values, actual.Values, 1e-5);
        }
    });

    [Fact]
    public void A_pass_whose_hidden_states_nobody_uses_can_be_recomputed()
    {
        using var scope = NewDisposeScope();
        using var model = Create("llama");
        Tensor Gradient(bool recompute)
        {
            var embeddings = Random([2, 5, 32], 1).requires_grad_(true);
            var captured = model.Forward(new TransformerInput { Embeddings = embeddings, Capture = 2, RecomputeActivations = recompute }).Captured;
            captured[^1].Keys.sum().add(captured[0].Values.square().sum()).backward();
            return embeddings.grad!;
        }

        AssertClose(Gradient(false), Gradient(true), 1e-6);
    }

    [Fact]
    public void An_update_that_is_not_finite_changes_nothing()
    {
        using var scope = NewDisposeScope();
        using var model = Create("llama");
        using var adapter = LoraAdapter.Create(new LoraConfig { Rank = 3, Targets = ["q_proj", "down_proj"] }, model.Config, CPU, 5);
        adapter.Weights.ToList().ForEach(weight => weight.Value.fill_(0.5f));
        adapter.Find(1, "down_proj")!.Value.B.Value.narrow(0, 31, 1).fill_(float.PositiveInfinity);
        var before = model.Weights.Select(weight => weight.Value.clone()).ToList();

        var error = Assert.Throws<IcaeException>(() => model.Merge(adapter));

        Assert.Contains("model.layers.1.mlp.down_proj", error.Message, StringComparison.Ordinal);
        Assert.All(before.Zip(model.Weights), pair => Assert.True(Equal(pair.First, pair.Second.Value)));
    }

    [Fact]
    public void Merging_holds_one_update_at_a_time()
    {
        const int Layers = 100;
        using var scope = NewDisposeScope();
        using var model = Transformer.Create(Llama with { Layers = Layers }, CPU, 7);
        using var adapter = LoraAdapter.Create(new LoraConfig { Rank = 1, Targets = ["q_proj", "v_proj"] }, model.Config, CPU, 5);

        // As many tensors as ever lived at a time, so that every one above them shows.
        while (Tensor.TotalCount < Tensor.PeakCount)
        {
            zeros(1, device: CPU);
        }

        var before = Tensor.PeakCount;
        model.Merge(adapter);

        Assert.InRange(Tensor.PeakCount - before, 1, 20);
    }

    [Fact]
    public void Weights_are_a_function_of_the_seed()
    {
        using var scope = NewDisposeScope();
        using var one = Transformer.Create(Llama, CPU, 1);
        using var same = Transformer.Create(Llama, CPU, 1);
        using var other = Transformer.Create(Llama, CPU, 2);

        Assert.All(one.Weights.Zip(same.Weights), pair => Assert.True(Equal(pair.First.Value, pair.Second.Value)));
        Assert.False(Equal(one.View("model.embed_tokens.weight"), other.View("model.embed_tokens.weight")));
        Assert.False(Equal(one.View("model.layers.0.self_attn.o_proj.weight"), one.View("model.layers.1.self_attn.o_proj.weight")));
    }

    private static Transformer Create(string shape) => Transformer.Create(
        shape switch
        {
            "tied" => Llama with { TieEmbeddings = true },
            "window" => Llama with { Family = ModelFamily.Mistral, SlidingWindow = 4 },
            "qwen2" => Llama with { Family = ModelFamily.Qwen2, QueryKeyValueBias = true },
            "qwen3" => Llama with { Family = ModelFamily.Qwen3, QueryKeyNorm = true },
            "llama3" => Llama with { RotaryScaling = new RotaryScaling(RotaryScalingKind.Llama3, 8, 1, 4, 32) },
            _ => Llama,
        },
        CPU,
        7);

    private static Tensor Hidden(Transformer model, Tensor embeddings, LoraAdapter? adapter = null) =>
        model.Forward(new TransformerInput { Embeddings = embeddings.contiguous(), Adapter = adapter }).Hidden;

    private static Tensor Random(long[] shape, ulong seed)
    {
        using var generator = new Generator(seed, CPU);
        return randn(shape, dtype: ScalarType.Float32, device: CPU, generator: generator);
    }

    private static void With(bool kernels, Action body)
    {
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        CpuKernel.Enabled = kernels;
        try
        {
            body();
        }
        finally
        {
            CpuKernel.Enabled = true;
        }
    }

    private static bool Equal(Tensor a, Tensor b) => a.equal(b).all().item<bool>();

    private static void AssertClose(Tensor expected, Tensor actual, double tolerance)
    {
        var difference = expected.sub(actual).abs().max().item<float>();
        Assert.True(difference <= tolerance, $"The largest difference is {difference:g3}; {tolerance:g1} is allowed.");
    }
}
