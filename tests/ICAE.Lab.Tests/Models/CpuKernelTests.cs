using ICAE.Lab.Models;
using ICAE.Lab.Models.Kernels;
using ICAE.Lab.Objectives;
using static TorchSharp.torch;

namespace ICAE.Lab.Tests.Models;

/// <summary>Each fused kernel agrees with the tensor operations it stands for, in value and in gradient.</summary>
[Collection("torch")]
public sealed class CpuKernelTests
{
    public static TheoryData<ScalarType, int> Cases => new()
    {
        { ScalarType.Float32, 1 },
        { ScalarType.Float32, 2 },
        { ScalarType.BFloat16, 1 },
        { ScalarType.BFloat16, 2 },
    };

    [Theory]
    [MemberData(nameof(Cases))]
    public void SwiGlu_agrees(ScalarType dtype, int threads) =>
        Agree(dtype, threads, [Random([700, 96], 1, dtype)], inputs => Functional.SwiGlu(inputs[0]));

    [Theory]
    [MemberData(nameof(Cases))]
    public void RmsNorm_agrees(ScalarType dtype, int threads)
    {
        using var weight = new Weight("w", Random([64], 2, ScalarType.Float32));
        Agree(dtype, threads, [Random([900, 64], 1, dtype), weight.Value], inputs => Functional.RmsNorm(inputs[0], weight, 1e-5));
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Cross_entropy_agrees(ScalarType dtype, int threads)
    {
        var labels = tensor(Enumerable.Range(0, 500).Select(i => (long)(i * 7 % 320)).ToArray(), dtype: ScalarType.Int64, device: CPU);
        Agree(dtype, threads, [Random([500, 320], 1, dtype, 3)], inputs => TokenLoss.Losses(inputs[0], labels, false).Losses);

        var logits = Random([500, 320], 1, dtype, 3);
        var (_, correct) = TokenLoss.Losses(logits, labels, true);
        Assert.Equal(logits.argmax(-1).eq(labels).sum().item<long>(), correct!.sum().item<long>());
    }

    [Theory]
    [InlineData(ScalarType.Float32)]
    [InlineData(ScalarType.BFloat16)]
    public void Of_equal_logits_the_first_is_the_answer(ScalarType dtype)
    {
        using var scope = NewDisposeScope();
        var largest = new[] { 3, 5, 37, 40 };
        var logits = Random([48, 48], 1, dtype);
        foreach (var column in largest)
        {
            logits.narrow(1, column, 1).fill_(9);
        }

        // Row 6 has no number at 6 and 20, row 9 none at 2 and 9; row 12 is all equal.
        (int Row, int Column)[] none = [(6, 6), (6, 20), (9, 2), (9, 9)];
        foreach (var (row, column) in none)
        {
            logits.narrow(0, row, 1).narrow(1, column, 1).fill_(float.NaN);
        }

        logits.narrow(0, 12, 1).fill_(1);
        for (var shift = 0; shift < 48; shift++)
        {
            var labels = arange(48, dtype: ScalarType.Int64, device: CPU).add(shift).remainder(48);
            var (_, correct) = TokenLoss.Losses(logits, labels, true);

            Assert.Equal(logits.argmax(-1).eq(labels).data<bool>().ToArray(), correct!.data<bool>().ToArray());
        }
    }

    [Theory]
    [InlineData(ScalarType.Float32, 1, 4, 4, 32, 37)]
    [InlineData(ScalarType.Float32, 2, 4, 2, 64, 80)]
    [InlineData(ScalarType.BFloat16, 1, 4, 1, 32, 16)]
    [InlineData(ScalarType.BFloat16, 2, 6, 3, 32, 129)]
    public void Attention_agrees(ScalarType dtype, int threads, int heads, int keyHeads, int size, int length)
    {
        using var model = OneLayer(dtype, heads, keyHeads, size);
        foreach (var rows in new[] { 1, 3 })
        {
            var positions = rows == 1 ? arange(3, length + 3, dtype: ScalarType.Int64, device: CPU) : arange(0, rows * length, dtype: ScalarType.Int64, device: CPU).view(rows, length);
            Agree(dtype, threads, [Random([rows, length, 64], 5, dtype)], inputs => model.Forward(new TransformerInput { Embeddings = inputs[0], Positions = positions }).Hidden);
        }
    }

    [Theory]
    [InlineData(ScalarType.Float32, 1, 4, 4, 32, 37, 9)]
    [InlineData(ScalarType.Float32, 2, 4, 2, 64, 80, 16)]
    [InlineData(ScalarType.BFloat16, 1, 4, 1, 32, 16, 1)]
    [InlineData(ScalarType.BFloat16, 2, 6, 3, 32, 65, 31)]
    public void Attention_to_slots_before_the_text_agrees(ScalarType dtype, int threads, int heads, int keyHeads, int size, int length, int slots)
    {
        using var model = OneLayer(dtype, heads, keyHeads, size);
        foreach (var angles in new[] { 1, 3 })
        {
            var positions = arange(0, 3 * slots, dtype: ScalarType.Int64, device: CPU).view(3, slots);
            Tensor[] inputs = [Random([3, length, 64], 5, dtype), Random([3, slots, keyHeads, size], 6, dtype), Random([3, slots, keyHeads, size], 7, dtype)];
            Agree(dtype, threads, inputs, given => model.Forward(new TransformerInput
            {
                Embeddings = given[0],
                Positions = arange(100, length + 100, dtype: ScalarType.Int64, device: CPU),
                Prefix = [new KeyValueSlots(given[1], given[2])],
                PrefixPositions = angles == 1 ? positions[0] : positions,
            }).Hidden);
        }
    }

    [Theory]
    [InlineData(ScalarType.Float32)]
    [InlineData(ScalarType.BFloat16)]
    public void Keys_and_values_that_are_captured_agree(ScalarType dtype)
    {
        using var model = OneLayer(dtype, 4, 2, 32);
        Agree(dtype, 1, [Random([3, 21, 64], 5, dtype)], given =>
        {
            var output = model.Forward(new TransformerInput { Embeddings = given[0], Capture = 6 });
            return cat([output.Hidden.flatten(), output.Captured[0].Keys.flatten(), output.Captured[0].Values.flatten()]);
        });
    }

    [Fact]
    public void A_window_narrower_than_slots_and_text_takes_the_plain_path()
    {
        using var scope = NewDisposeScope();
        var config = Config(4, 4, 32) with { Family = ModelFamily.Mistral, SlidingWindow = 10 };
        using var model = Transformer.Create(config, CPU, 3);
        Agree(ScalarType.Float32, 1, [Random([2, 8, 64], 5, ScalarType.Float32), Random([2, 5, 4, 32], 6, ScalarType.Float32), Random([2, 5, 4, 32], 7, ScalarType.Float32)], given =>
            model.Forward(new TransformerInput { Embeddings = given[0], Prefix = [new KeyValueSlots(given[1], given[2])], PrefixPositions = arange(0, 5, dtype: ScalarType.Int64, device: CPU) }).Hidden);
    }

    [Fact]
    public void A_mask_is_made_only_where_a_layer_reads_it()
    {
        using var scope = NewDisposeScope();
        var config = new TransformerConfig { VocabularySize = 32, HiddenSize = 64, IntermediateSize = 64, Layers = 2, Heads = 2, KeyValueHeads = 1, HeadSize = 32 };
        using var model = Transformer.Create(config, CPU, 3);
        using var normed = Transformer.Create(config with { Family = ModelFamily.Qwen3, QueryKeyNorm = true }, CPU, 3);
        using var windowed = Transformer.Create(config with { Family = ModelFamily.Mistral, SlidingWindow = 4 }, CPU, 3);
        using var cache = new KeyValueCache(config, 2, 9, ScalarType.Float32, CPU);
        var input = new TransformerInput { Embeddings = Random([2, 9, 64], 1, ScalarType.Float32) };

        var fused = model.Prepare(input);
        Assert.Throws<InvalidOperationException>(() => fused.Bias);
        Assert.Equal(2, fused.Tensors.Length);
        Assert.Throws<InvalidOperationException>(() => fused.With(fused.Tensors).Bias);

        var slots = Random([2, 3, 1, 32], 2, ScalarType.Float32);
        var prefixed = input with { Prefix = [new KeyValueSlots(slots, slots), new KeyValueSlots(slots, slots)], PrefixPositions = arange(0, 3, dtype: ScalarType.Int64, device: CPU) };
        Assert.Throws<InvalidOperationException>(() => model.Prepare(prefixed).Bias);
        Assert.Throws<InvalidOperationException>(() => model.Prepare(input with { Capture = 2 }).Bias);

        var masked = input with { KeyMask = ones([2, 9], dtype: ScalarType.Bool, device: CPU) };
        LayerPass[] plain = [model.Prepare(masked), model.Prepare(input with { Cache = cache }), normed.Prepare(input), windowed.Prepare(input)];
        Assert.All(plain, pass => Assert.Equal([9, 9], pass.Bias!.shape[1..]));
        Assert.All(plain, pass => Assert.Same(pass.Tensors[2], pass.With(pass.Tensors).Bias));
        CpuKernel.Enabled = false;
        try
        {
            Assert.Equal([1, 9, 9], model.Prepare(input).Bias!.shape);
        }
        finally
        {
            CpuKernel.Enabled = true;
        }
    }

    [Theory]
    [InlineData(1L << 28)]
    [InlineData(1L << 31)]
    [InlineData(1L << 40)]
    public unsafe void A_tensor_of_any_size_has_an_address(long count)
    {
        // One number that stands for all of them: no memory of that size is needed.
        using var scope = NewDisposeScope();
        var one = tensor(new[] { 2.5f }, device: CPU);
        var many = one.expand(count);

        Assert.Equal((nint)CpuKernel.Data(one), (nint)CpuKernel.Data(many));
        Assert.Equal(2.5f, *(float*)CpuKernel.Data(many));
    }

    [Fact]
    public void A_value_that_is_no_number_stays_none()
    {
        using var scope = NewDisposeScope();
        var x = Random([4, 64], 1, ScalarType.BFloat16);
        x.narrow(0, 2, 1).fill_(float.NaN);
        Assert.Equal(32, Functional.SwiGlu(x).isnan().sum().item<long>());
    }

    private static TransformerConfig Config(int heads, int keyHeads, int size) => new()
    {
        VocabularySize = 32,
        HiddenSize = 64,
        IntermediateSize = 64,
        Layers = 1,
        Heads = heads,
        KeyValueHeads = keyHeads,
        HeadSize = size,
    };

    /// <summary>A model with weights large enough for attention to choose.</summary>
    private static Transformer OneLayer(ScalarType dtype, int heads, int keyHeads, int size)
    {
        var model = Transformer.Create(Config(heads, keyHeads, size), CPU, 3, dtype);
        foreach (var weight in model.Weights)
        {
            weight.Value.mul_(weight.Value.dim() == 2 ? 8 : 1);
        }

        return model;
    }

    private static Tensor Random(long[] shape, int seed, ScalarType dtype, float scale = 1)
    {
        using var generator = new Generator((ulong)seed, CPU);
        using var values = empty(shape, dtype: ScalarType.Float32, device: CPU);
        return values.normal_(0, scale, generator).to(dtype, copy: true);
    }

    private static void Agree(ScalarType dtype, int threads, Tensor[] inputs, Func<Tensor[], Tensor> function)
    {
        using var scope = NewDisposeScope();
        var before = get_num_threads();
        set_num_threads(threads);
        try
        {
            var fused = Run(inputs, function, enabled: true);
            var plain = Run(inputs, function, enabled: false);
            for (var i = 0; i < fused.Count; i++)
            {
                AssertAgree(plain[i], fused[i], dtype, i == 0 ? "value" : $"gradient {i}");
            }
        }
        finally
        {
            set_num_threads(before);
            CpuKernel.Enabled = true;
        }
    }

    private static List<Tensor> Run(Tensor[] inputs, Func<Tensor[], Tensor> function, bool enabled)
    {
        CpuKernel.Enabled = enabled;
        foreach (var input in inputs)
        {
            input.requires_grad_(true);
            input.grad?.zero_();
        }

        var result = function(inputs);
        using var weights = Random(result.shape, 9, ScalarType.Float32);
        result.to(ScalarType.Float32).mul(weights).sum().backward();
        return [result.detach(), .. inputs.Select(input => input.grad!.clone())];
    }

    private static void AssertAgree(Tensor expected, Tensor actual, ScalarType dtype, string what)
    {
        var (e, a) = (expected.to(ScalarType.Float32), actual.to(ScalarType.Float32));
        var difference = e.sub(a).abs().max().item<float>() / Math.Max(1e-6f, e.abs().max().item<float>());
        var cosine = e.mul(a).sum().item<float>() / MathF.Sqrt(e.square().sum().item<float>() * a.square().sum().item<float>());
        Assert.True(difference < (dtype == ScalarType.Float32 ? 2e-5 : 4e-2), $"{what}: largest relative difference {difference:g3}");
        Assert.True(cosine > (dtype == ScalarType.Float32 ? 0.999999 : 0.999), $"{what}: cosine {cosine:g6}");
    }
}
