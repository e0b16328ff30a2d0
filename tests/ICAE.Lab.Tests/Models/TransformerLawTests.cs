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

        // A merged product rounds otherwise than two that are added, and how much of that reaches the end is the processor's matter: 1.3e-4 was seen.
        const double Rounding = 5e-4;
        model.Merge(adapter);
        AssertClose(adapted, Hidden(model, embeddings), Rounding);
        model.Unmerge(adapter);
        AssertClose(plain, Hidden(model, embeddings), Rounding);
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

        // What other tests left to the finaliser must not go meanwhile.
        GC.Collect();
        GC.WaitForPendingFinalizers();

        // As many tensors as ever lived at a time, so that every one above them shows.
        while (Tensor.TotalCount < Tensor.PeakCount)
        {
            zeros(1, device: CPU);
        }

        var before = Tensor.PeakCount;
        model.Merge(adapter);

        Assert.InRange(Tensor.PeakCount - before, 1, 20);
    }

    public static TheoryData<string, string> Misfits => new()
    {
        { "embeddings without rows", "Float32 [B, T, 32] is needed" },
        { "embeddings of another size", "Float32 [B, T, 32] is needed" },
        { "embeddings of another type", "Float32 [B, T, 32] is needed" },
        { "positions of another length", "Int64 [5] or [2, 5] is needed" },
        { "positions of other rows", "Int64 [5] or [2, 5] is needed" },
        { "positions of another type", "Int64 [5] or [2, 5] is needed" },
        { "slots without positions", "2 layers" },
        { "slots of one layer", "2 layers" },
        { "slots of other rows", "[2, 3, 1, 32] is needed" },
        { "keys of other heads", "keys of the memory slots of layer 0" },
        { "values of another size", "values of the memory slots of layer 1" },
        { "keys without rows", "keys of the memory slots of layer 0" },
        { "layers of different lengths", "[2, 3, 1, 32] is needed" },
        { "slot positions of another length", "Int64 [3] or [2, 3] is needed" },
        { "mask without slots", "[2, 8] is needed" },
        { "segments of another length", "[2, 8] is needed" },
        { "cache of other rows", "2 of [2, 1, S, 32] are needed" },
        { "cache of other heads", "2 of [2, 1, S, 32] are needed" },
        { "cache of other layers", "2 of [2, 1, S, 32] are needed" },
        { "more captured than there is", "the pass has 5" },
    };

    [Theory]
    [MemberData(nameof(Misfits))]
    public void What_does_not_fit_is_refused_with_what_is_needed(string fault, string needed)
    {
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        using var model = Create("llama");
        Tensor Wholes(params long[] shape) => zeros(shape, dtype: ScalarType.Int64, device: CPU);
        KeyValueSlots Slots(params long[] shape) => new(Random(shape, 2), Random(shape, 3));
        KeyValueCache Cache(TransformerConfig config, long rows) => new(config, rows, 16, ScalarType.Float32, CPU);
        var good = Slots(2, 3, 1, 32);
        var input = new TransformerInput { Embeddings = Random([2, 5, 32], 1) };
        var slotted = input with { Prefix = [good, good], PrefixPositions = Wholes(2, 3) };
        Assert.Equal([2, 5, 32], model.Forward(slotted).Hidden.shape);
        using var otherRows = Cache(Llama, 3);
        using var otherHeads = Cache(Llama with { KeyValueHeads = 2 }, 2);
        using var otherLayers = Cache(Llama with { Layers = 3 }, 2);

        var wrong = fault switch
        {
            "embeddings without rows" => input with { Embeddings = Random([32], 1) },
            "embeddings of another size" => input with { Embeddings = Random([2, 5, 31], 1) },
            "embeddings of another type" => input with { Embeddings = input.Embeddings.to(ScalarType.BFloat16) },
            "positions of another length" => input with { Positions = Wholes(6) },
            "positions of other rows" => input with { Positions = Wholes(3, 5) },
            "positions of another type" => input with { Positions = Wholes(5).to(ScalarType.Float32) },
            "slots without positions" => slotted with { PrefixPositions = null },
            "slots of one layer" => slotted with { Prefix = [good] },
            "slots of other rows" => slotted with { Prefix = [Slots(1, 3, 1, 32), Slots(1, 3, 1, 32)] },
            "keys of other heads" => slotted with { Prefix = [new(Random([2, 3, 2, 32], 4), good.Values), good] },
            "values of another size" => slotted with { Prefix = [good, new(good.Keys, Random([2, 3, 1, 16], 4))] },
            "keys without rows" => slotted with { Prefix = [new(Random([3, 32], 4), good.Values), good] },
            "layers of different lengths" => slotted with { Prefix = [good, Slots(2, 4, 1, 32)] },
            "slot positions of another length" => slotted with { PrefixPositions = Wholes(2, 4) },
            "mask without slots" => slotted with { KeyMask = ones([2, 5], dtype: ScalarType.Bool, device: CPU) },
            "segments of another length" => slotted with { Segments = Wholes(2, 9) },
            "cache of other rows" => input with { Cache = otherRows },
            "cache of other heads" => input with { Cache = otherHeads },
            "cache of other layers" => input with { Cache = otherLayers },
            _ => input with { Capture = 6 },
        };

        var error = Assert.Throws<ArgumentException>(() => model.Forward(wrong));

        Assert.Contains(needed, error.Message, StringComparison.Ordinal);
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
