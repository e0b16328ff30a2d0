using ICAE.Lab.Autoencoder;
using ICAE.Lab.Models;
using ICAE.Lab.Objectives;
using ICAE.Lab.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace ICAE.Lab.Tests.Autoencoder;

/// <summary>Forward, backward and update where no tensor has values: whatever is made on the CPU by accident shows as a mix of devices.</summary>
[Collection("torch")]
public sealed class MetaDeviceTests
{
    private static readonly Device Meta = new(DeviceType.META);

    public static TheoryData<SlotLayout, bool, bool> Cases
    {
        get
        {
            var data = new TheoryData<SlotLayout, bool, bool>();
            foreach (var layout in Enum.GetValues<SlotLayout>())
            {
                data.Add(layout, false, false);
                data.Add(layout, false, true);
                data.Add(layout, true, false);
                data.Add(layout, true, true);
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void A_training_step_of_an_autoencoder_needs_no_values(SlotLayout layout, bool padded, bool recompute)
    {
        using var scope = NewDisposeScope();
        using var icae = Create(layout, ScalarType.BFloat16);
        using var buffer = new TrainableBuffer(icae.Trainables);
        using var optimizer = new AdamW(buffer);
        icae.Adapter.DropoutSeed = 1;
        var builder = new ExampleBuilder(icae.Config, TinyIcae.Vocabulary, 2, new ExampleSettings { MinContinuationTokens = 0, ContinuationToken = true });
        var texts = padded ? TinyIcae.Texts(4, 9, 14) : TinyIcae.Texts(9, 9, 9);
        IcaeExample[] examples = [builder.Autoencoding(texts[0]), builder.Autoencoding(texts[1]), padded ? builder.Continuation(texts[2], texts[1]) : builder.Autoencoding(texts[2])];

        var result = IcaeObjective.Compute(icae, examples, withAccuracy: true, recomputeActivations: recompute);
        result.Loss.backward();
        optimizer.Update(new OptimizerSettings { WeightDecay = 0.1 }, 1e-3);

        Assert.Equal(Meta.type, result.Loss.device_type);
        Assert.Equal(examples.Sum(example => example.TargetCount), result.TokenLosses.shape[0]);
        Assert.Equal(result.TokenLosses.shape, result.Correct!.shape);
        Assert.All(icae.Trainables, weight =>
        {
            using var gradient = weight.Value.grad!;
            Assert.Equal(Meta.type, gradient.device_type);
            Assert.Equal(weight.Value.shape, gradient.shape);
        });
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_training_step_of_a_base_needs_no_values(bool recompute)
    {
        using var scope = NewDisposeScope();
        using var model = Transformer.Create(TinyIcae.Model, Meta, 1);
        using var buffer = new TrainableBuffer(model.Weights);
        using var optimizer = new AdamW(buffer);
        var ids = zeros([3, 8], dtype: ScalarType.Int64, device: Meta);
        var hidden = model.Forward(new TransformerInput { Embeddings = model.Embed(ids), RecomputeActivations = recompute }).Hidden;
        var loss = TokenLoss.Losses(model.Logits(hidden.view(-1, 32)), ids.view(-1), withAccuracy: false).Losses.mean();
        loss.backward();
        optimizer.Update(new OptimizerSettings(), 1e-3);

        Assert.Equal(Meta.type, loss.device_type);
        Assert.All(model.Weights, weight =>
        {
            using var gradient = weight.Value.grad;
            Assert.NotNull(gradient);
        });
    }

    [Theory]
    [InlineData(SlotLayout.Embeddings)]
    [InlineData(SlotLayout.KeysAndValues)]
    public void A_decoder_with_a_cache_needs_no_values(SlotLayout layout)
    {
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        using var icae = Create(layout, ScalarType.Float32);
        var slots = icae.Encode(TinyIcae.Texts(4, 9));
        var sequences = slots.Plans.Select(plan => Generation.Sequence(icae, plan, [1], [icae.Ids.Autoencode])).ToArray();
        using var cache = new KeyValueCache(icae.Base.Config, 2, 64, ScalarType.Float32, Meta);
        var states = icae.Decode(slots, sequences, padLeft: true, cache);
        var next = icae.Base.Forward(new TransformerInput
        {
            Embeddings = icae.Base.Embed(zeros([2, 1], dtype: ScalarType.Int64, device: Meta)),
            Positions = zeros([2, 1], dtype: ScalarType.Int64, device: Meta),
            KeyMask = cat([icae.KeyMask(states.Layout)!, ones([2, 1], dtype: ScalarType.Bool, device: Meta)], 1),
            Cache = cache,
        });

        Assert.Equal(Meta.type, next.Hidden.device_type);
        Assert.Equal([2, 1, 32], next.Hidden.shape);
    }

    [Theory]
    [InlineData(null, null)]
    [InlineData(0.5, 7)]
    public void A_new_autoencoder_needs_no_values(double? deviation, int? like)
    {
        using var model = Transformer.Create(TinyIcae.Model, Meta, 1);
        using var icae = Icae.Create(model, TinyIcae.Config, 1, deviation, like);

        Assert.All(icae.Trainables, weight => Assert.Equal(Meta.type, weight.Value.device_type));
    }

    private static Icae Create(SlotLayout layout, ScalarType computeType)
    {
        var config = TinyIcae.Config with
        {
            Layout = layout,
            Budget = SlotBudget.ByRatio,
            Positions = MemoryPositions.Spread,
            TextOffset = 20,
            Lora = new LoraConfig { Rank = 4, Alpha = 8, Dropout = 0.2 },
        };
        return Icae.Create(Transformer.Create(TinyIcae.Model, Meta, 1, computeType, computeType), config, 1, ownsBase: true);
    }
}
