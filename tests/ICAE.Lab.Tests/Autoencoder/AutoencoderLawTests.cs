using ICAE.Lab.Autoencoder;
using ICAE.Lab.Models;
using ICAE.Lab.Objectives;
using ICAE.Lab.Training;
using static TorchSharp.torch;

namespace ICAE.Lab.Tests.Autoencoder;

/// <summary>What must hold for every variant of the autoencoder, whatever its weights.</summary>
[Collection("torch")]
public sealed class AutoencoderLawTests
{
    private static readonly int[] Lengths = [4, 1, 14, 9];

    public static TheoryData<string> Variants
    {
        get
        {
            var all =
                from layout in Enum.GetValues<SlotLayout>()
                from positions in Enum.GetValues<MemoryPositions>()
                from kind in Enum.GetValues<MemoryTokenKind>()
                from budget in Enum.GetValues<SlotBudget>()
                from offset in (string[])["", "30"]
                select $"{layout} {positions} {kind} {budget} {offset}";
            return [.. all];
        }
    }

    public static TheoryData<SlotLayout, bool> Layouts => new()
    {
        { SlotLayout.Embeddings, false },
        { SlotLayout.Embeddings, true },
        { SlotLayout.KeysAndValues, false },
        { SlotLayout.KeysAndValues, true },
    };

    [Theory]
    [InlineData(SlotLayout.Embeddings)]
    [InlineData(SlotLayout.KeysAndValues)]
    public void Only_padding_that_could_be_seen_needs_a_mask(SlotLayout layout)
    {
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        using var icae = TinyIcae.Create(TinyIcae.Config with { Layout = layout });
        Tensor? Mask(int[] lengths, bool padLeft)
        {
            var slots = icae.Encode(TinyIcae.Texts(lengths));
            int[][] sequences = [.. slots.Plans.Select((plan, row) => Generation.Sequence(icae, plan, [], [icae.Ids.Autoencode, .. Enumerable.Repeat(5, 2 * row)]))];
            return icae.KeyMask(icae.Decode(slots, sequences, padLeft).Layout);
        }

        Assert.Null(Mask([6, 6, 6], padLeft: false));
        Assert.NotNull(Mask([6, 6, 6], padLeft: true));

        // Slots that are keys and values stand before everything, and their padding with them.
        Assert.Equal(layout == SlotLayout.KeysAndValues, Mask([2, 12], padLeft: false) is not null);
    }

    [Theory]
    [MemberData(nameof(Variants))]
    public void A_padded_batch_has_the_losses_and_gradients_of_its_examples_alone(string variant)
    {
        using var scope = NewDisposeScope();
        using var icae = Trainable(Config(variant));
        using var buffer = new TrainableBuffer(icae.Trainables);
        var examples = Examples(icae);
        var alone = new List<float>();
        foreach (var example in examples)
        {
            var result = IcaeObjective.Compute(icae, [example]);
            result.Loss.div(examples.Length).backward();
            alone.AddRange(result.TokenLosses.data<float>());
        }

        using var expected = buffer.Gradients.clone();
        buffer.ZeroGradients();
        var together = IcaeObjective.Compute(icae, examples);
        together.Loss.backward();

        Assert.Equal(alone.Count, together.TokenLosses.shape[0]);
        Assert.All(alone.Zip(together.TokenLosses.data<float>().ToArray()), pair => Assert.Equal(pair.First, pair.Second, 2e-4));
        AssertClose(expected, buffer.Gradients, 1e-4);
    }

    [Theory]
    [MemberData(nameof(Layouts))]
    public void Gradients_equal_finite_differences(SlotLayout layout, bool recompute)
    {
        using var scope = NewDisposeScope();
        using var icae = Trainable(Config($"{layout} Spread Shared ByRatio 30"));
        using var buffer = new TrainableBuffer(icae.Trainables);
        var examples = Examples(icae);
        IcaeObjective.Compute(icae, examples, recomputeActivations: recompute).Loss.backward();
        using var _ = no_grad();
        foreach (var weight in icae.Trainables)
        {
            // Along the gradient itself the loss changes most; along a random direction nothing is favoured.
            using var gradient = weight.Value.grad!;
            var norm = gradient.norm().item<float>();
            if (layout == SlotLayout.KeysAndValues && IsBehindTheSlots(weight.Name))
            {
                Assert.Equal(0, norm);
                continue;
            }

            Assert.True(norm > 1e-4, weight.Name);
            AssertSlope(icae, examples, weight, gradient.div(norm), norm, norm);
            using var generator = new Generator(3, CPU);
            var other = randn(gradient.shape, dtype: ScalarType.Float32, device: CPU, generator: generator);
            other = other.div(other.norm()).add(gradient, 0.5f / norm);
            AssertSlope(icae, examples, weight, other, other.mul(gradient).sum().item<float>(), norm);
        }
    }

    [Theory]
    [MemberData(nameof(Layouts))]
    public void Dropout_drops_the_same_when_activations_are_computed_again(SlotLayout layout, bool allTargets)
    {
        using var scope = NewDisposeScope();
        var config = Config($"{layout} Appended Separate Fixed ");
        using var icae = Trainable(config with { Lora = config.Lora with { Dropout = 0.4, Targets = allTargets ? LoraConfig.AllTargets : ["q_proj", "v_proj"] } });
        using var buffer = new TrainableBuffer(icae.Trainables);
        var examples = Examples(icae);
        var kept = Gradients(icae, buffer, examples, 5, recompute: false);
        var again = Gradients(icae, buffer, examples, 5, recompute: true);
        var otherSeed = Gradients(icae, buffer, examples, 6, recompute: false);
        var none = Gradients(icae, buffer, examples, null, recompute: false);

        AssertClose(kept, again, 1e-6);
        Assert.True(kept.sub(otherSeed).abs().max().item<float>() > 0.01 * kept.abs().max().item<float>());
        Assert.True(kept.sub(none).abs().max().item<float>() > 0.01 * kept.abs().max().item<float>());
    }

    [Fact]
    public void Dropout_keeps_its_share_and_the_mean()
    {
        using var scope = NewDisposeScope();
        using var x = ones([200, 100], dtype: ScalarType.Float32, device: CPU);

        var dropped = Functional.Dropout(x, 0.3, 11, 0, "q_proj");

        Assert.Equal(0.3, dropped.eq(0).to(ScalarType.Float32).mean().item<float>(), 0.02);
        Assert.Equal(1, dropped.mean().item<float>(), 0.02);
        Assert.Equal(1 / 0.7f, dropped.max().item<float>(), 1e-5);
        Assert.False(Equal(dropped, Functional.Dropout(x, 0.3, 11, 1, "q_proj")));
        Assert.False(Equal(dropped, Functional.Dropout(x, 0.3, 11, 0, "v_proj")));
        Assert.True(Equal(dropped, Functional.Dropout(x, 0.3, 11, 0, "q_proj")));
        Assert.Equal(ScalarType.BFloat16, Functional.Dropout(x.to(ScalarType.BFloat16), 0.3, 11, 0, "q_proj").dtype);
        Assert.True(Equal(dropped.gt(0), Functional.Dropout(x.to(ScalarType.BFloat16), 0.3, 11, 0, "q_proj").gt(0)));
        Assert.Equal(128f, Functional.Dropout(x.mul(122).to(ScalarType.BFloat16), 0.05, 11, 0, "q_proj").max().to(ScalarType.Float32).item<float>());
    }

    [Theory]
    [InlineData(0.05)]
    [InlineData(0.5)]
    [InlineData(0.9)]
    public void Dropped_places_are_independent(double share)
    {
        using var scope = NewDisposeScope();
        const int Rows = 400;
        const int Columns = 256;
        using var x = ones([Rows, Columns], dtype: ScalarType.Float32, device: CPU);
        Tensor Dropped(long seed, int layer, string target) => Functional.Dropout(x, share, seed, layer, target).eq(0).to(ScalarType.Float32).flatten();

        var one = Dropped(11, 0, "q_proj");
        Tensor[] others = [Dropped(12, 0, "q_proj"), Dropped(11, 1, "q_proj"), Dropped(11, 0, "k_proj"), one.roll(1), one.roll(2), one.roll(Columns), one.roll(7 * Columns)];

        // Five standard deviations of the share of n places where two independent masks both drop.
        var both = share * share;
        var allowed = 5 * Math.Sqrt(both * (1 - both) / (Rows * Columns));
        Assert.All(others, other => Assert.InRange(one.mul(other).mean().item<float>(), both - allowed, both + allowed));
        Assert.Equal(0, Functional.Dropout(x, share, 11, 0, "q_proj").sub(x).mean().item<float>(), 0.05);
    }

    [Theory]
    [MemberData(nameof(Variants))]
    public void What_comes_later_in_a_text_does_not_change_what_was_before(string variant)
    {
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        using var icae = TinyIcae.Create(Config(variant));
        var texts = TinyIcae.Texts(9, 9);
        var slots = icae.Encode([texts[0], texts[0]]);
        int[] start = Generation.Sequence(icae, slots.Plans[0], [], [icae.Ids.Autoencode, .. texts[0][..4]]);
        var states = icae.Decode(slots, [[.. start, 5, 6, 7, 8], [.. start, 40, 41, 42, 43]]);
        foreach (var index in Enumerable.Range(slots.Plans[0].SlotCount, 5))
        {
            var rows = states.Hidden.view(-1, 32);
            AssertClose(rows.narrow(0, states.Layout.Row(0, index), 1), rows.narrow(0, states.Layout.Row(1, index), 1), 1e-5);
        }
    }

    [Theory]
    [InlineData(SlotLayout.Embeddings)]
    [InlineData(SlotLayout.KeysAndValues)]
    public void The_decoder_knows_the_text_from_the_slots_alone(SlotLayout layout)
    {
        using var scope = NewDisposeScope();
        using var icae = Trainable(Config($"{layout} Appended Separate Fixed "));
        var example = Examples(icae)[0];
        var own = IcaeObjective.Compute(icae, [example]).Loss.item<float>();
        var others = icae.Encode(TinyIcae.Texts(9, 4)[1..]);

        Assert.NotEqual(own, IcaeObjective.Compute(icae, [example], slots: others).Loss.item<float>());
        Assert.Equal(own, IcaeObjective.Compute(icae, [example], slots: icae.Encode([example.EncoderIds])).Loss.item<float>());
    }

    [Fact]
    public void A_state_of_a_slot_that_is_keys_and_values_is_not_to_be_had()
    {
        using var scope = NewDisposeScope();
        using var icae = TinyIcae.Create(Config("KeysAndValues Appended Separate Fixed "));
        var slots = icae.Encode(TinyIcae.Texts(9));
        var layout = icae.Decode(slots, [Generation.Sequence(icae, slots.Plans[0], [1], [icae.Ids.Continue, 7])]).Layout;

        Assert.Equal(0, layout.Row(0, 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => layout.Row(0, 1));
        Assert.Equal(1, layout.Row(0, 1 + slots.Plans[0].SlotCount));
        var unscored = new ExampleBuilder(icae.Config, TinyIcae.Vocabulary, 2, new ExampleSettings { MinContinuationTokens = 0, UnscoredContinuationTokens = 0 });
        Assert.Throws<ArgumentOutOfRangeException>(() => IcaeObjective.Compute(icae, [unscored.Continuation([4, 5, 6], [7, 8, 9])]));
    }

    private static IcaeConfig Config(string variant)
    {
        var parts = variant.Split(' ');
        return new IcaeConfig
        {
            Slots = 3,
            TokensPerSlot = 3,
            Layout = Enum.Parse<SlotLayout>(parts[0]),
            Positions = Enum.Parse<MemoryPositions>(parts[1]),
            MemoryTokens = Enum.Parse<MemoryTokenKind>(parts[2]),
            Budget = Enum.Parse<SlotBudget>(parts[3]),
            TextOffset = parts[4].Length == 0 ? null : int.Parse(parts[4], System.Globalization.CultureInfo.InvariantCulture),
            Lora = new LoraConfig { Rank = 4, Alpha = 8, Targets = ["q_proj", "k_proj", "v_proj", "down_proj"] },
        };
    }

    /// <summary>Keys and values of the last layer are made before its attention: what comes after them trains nothing.</summary>
    private static bool IsBehindTheSlots(string name) =>
        name.StartsWith("model.layers.1.", StringComparison.Ordinal) && !name.Contains("k_proj", StringComparison.Ordinal) && !name.Contains("v_proj", StringComparison.Ordinal);

    private static Icae Trainable(IcaeConfig config) => TinyIcae.Create(config);

    private static IcaeExample[] Examples(Icae icae)
    {
        var builder = new ExampleBuilder(icae.Config, TinyIcae.Vocabulary, 2, new ExampleSettings { MinContinuationTokens = 0, UnscoredContinuationTokens = 2, ContinuationToken = true });
        var texts = TinyIcae.Texts(Lengths);
        return
        [
            builder.Autoencoding(texts[0]),
            builder.Autoencoding(texts[1]),
            builder.Continuation(texts[2], texts[3]),
            builder.Instruction(texts[3], [7, 8], [9, 10, 11], new InstructionLayout([1, 5], [6])),
        ];
    }

    private static Tensor Gradients(Icae icae, TrainableBuffer buffer, IcaeExample[] examples, long? seed, bool recompute)
    {
        buffer.ZeroGradients();
        icae.Adapter.DropoutSeed = seed;
        var loss = IcaeObjective.Compute(icae, examples, recomputeActivations: recompute).Loss;

        // The masks belong to the pass that was made with them, not to what the adapter says by the time of the backward pass.
        icae.Adapter.DropoutSeed = null;
        loss.backward();
        return buffer.Gradients.clone();
    }

    private static void AssertSlope(Icae icae, IcaeExample[] examples, Weight weight, Tensor direction, float expected, float norm)
    {
        const float Step = 2e-3f;
        using var raw = weight.Value.detach();
        using var before = raw.clone();
        float Loss(float step)
        {
            raw.copy_(before.add(direction, step));
            return IcaeObjective.Compute(icae, examples).Loss.item<float>();
        }

        var slope = (Loss(Step) - Loss(-Step)) / (2 * Step);
        raw.copy_(before);
        Assert.True(MathF.Abs(slope - expected) <= (0.03f * norm) + 2e-3f, $"{weight.Name}: the loss rises by {slope:g4} a unit; the gradient says {expected:g4}.");
    }

    private static bool Equal(Tensor a, Tensor b) => a.equal(b).all().item<bool>();

    private static void AssertClose(Tensor expected, Tensor actual, double tolerance)
    {
        var difference = expected.sub(actual).abs().max().item<float>();
        var scale = Math.Max(expected.abs().max().item<float>(), 1e-6);
        Assert.True(difference <= tolerance * scale, $"The largest difference is {difference:g3}, where the largest value is {scale:g3}.");
    }
}
