using System.Diagnostics;
using ICAE.Lab.Autoencoder;
using ICAE.Lab.Data;
using ICAE.Lab.Models;
using ICAE.Lab.Objectives;
using static TorchSharp.torch;

namespace ICAE.Lab.Training;

/// <summary>
/// Trains one set of slots that serves for every text: what the frozen decoder restores from it is what needs no memory of the text, the
/// true zero of a measurement. Base, adapter and memory table stay as they are.
/// </summary>
public static class ConstantSlotTraining
{
    private const int TextsOfStart = 64;

    /// <summary>A mean of slots says something wrong of every text; the smaller it is, the less a decoder takes it for something said.</summary>
    private static readonly double[] Scales = [1, 1e-2, 1e-3, 1e-4];

    /// <summary>Trains constant slots on the autoencoding loss, from the mean of the slots of some texts at the scale that costs least.</summary>
    /// <param name="model">The autoencoder; nothing in it changes.</param>
    /// <param name="texts">Training texts in the base's tokens.</param>
    /// <param name="settings">Lengths, updates and rate.</param>
    /// <param name="progress">Told the loss, in nats a token.</param>
    /// <param name="cancellation">Looked at between updates; what was trained so far is given up.</param>
    /// <returns>The slots, in float32 on the model's device; the caller owns them.</returns>
    /// <exception cref="IcaeException">The shard is of another tokenizer or too short, or the loss diverged.</exception>
    /// <exception cref="OperationCanceledException">It was stopped.</exception>
    public static ConstantSlots Train(
        IcaeModel model, TokenShard texts, ConstantSlotSettings settings, IProgress<RunProgress>? progress = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(texts);
        ArgumentNullException.ThrowIfNull(settings);
        settings.Validate();
        if (texts.Fingerprint != model.Base.Tokenizer.Fingerprint)
            throw new ConfigurationException($"{texts.Path}: the ids are those of another tokenizer than that of {model.Base.Name}.");

        var (icae, examples) = (model.Core, new Examples(model, texts, settings));
        using var start = Start(icae, examples);
        Weight[] weights = [.. start.Tensors().Select(pair => new Weight(pair.Key, pair.Value.to(ScalarType.Float32, copy: true)))];
        using var buffer = new TrainableBuffer(weights);
        try
        {
            using var optimizer = new AdamW(buffer);
            var watch = Stopwatch.StartNew();
            var tokens = 0L;
            for (var step = 0L; step < settings.Steps; step++)
            {
                cancellation.ThrowIfCancellationRequested();
                var batch = examples.Draw(step);
                var loss = Update(icae, weights, buffer, batch);
                optimizer.Update(settings.Optimizer, settings.Optimizer.RateAt(step, settings.Steps));
                tokens += batch.Sum(example => (long)example.EncoderIds.Length);
                if ((step + 1) % settings.LogEvery == 0 || step + 1 == settings.Steps)
                    progress?.Report(Moment(step + 1, settings.Steps, loss, tokens, watch.Elapsed));
            }

            using var scope = NewDisposeScope();
            return ConstantSlots.From(Slots(weights, [], ScalarType.Float32), ModelReference.To(model.Base), model.Reference);
        }
        finally
        {
            foreach (var weight in weights)
                weight.Dispose();
        }

        double Update(Icae autoencoder, Weight[] slots, TrainableBuffer trained, IReadOnlyList<IcaeExample> batch)
        {
            using var scope = NewDisposeScope();
            trained.ZeroGradients();
            var constant = ConstantSlots.Repeat(Slots(slots, [], autoencoder.Base.ComputeType), [.. batch.Select(example => example.Plan)]);
            var result = IcaeObjective.Compute(autoencoder, batch, slots: constant);
            result.Loss.backward();
            var norm = trained.ClipGradients(settings.Optimizer.ClipNorm);
            return double.IsFinite(norm)
                ? result.Loss.item<float>()
                : throw new IcaeException($"Constant slots of {model.Name}: the gradient is no longer finite. Lower the learning rate.");
        }
    }

    private static RunProgress Moment(long step, long steps, double loss, long tokens, TimeSpan elapsed) => new(
        step, steps, new Dictionary<string, double> { ["ae_loss"] = loss }, tokens / Math.Max(elapsed.TotalSeconds, 1e-9), elapsed / step * (steps - step));

    /// <summary>For each slot the mean over the texts of a batch, at the scale that costs least.</summary>
    private static ConstantSlots Start(Icae icae, Examples examples)
    {
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        var texts = examples.First(TextsOfStart);
        SpanPlan[] plans = [.. texts.Select(text => text.Plan)];
        var encoded = icae.Encode([.. texts.Select(text => text.EncoderIds)], plans);
        Tensor Mean(Tensor all, int dimension) => all.unflatten(dimension, [texts.Count, plans[0].SlotCount]).mean([dimension]);
        var mean = new SlotBatch(
            [],
            encoded.Embeddings is { } embeddings ? Mean(embeddings, 0) : null,
            [.. encoded.KeysAndValues.Select(layer => new KeyValueSlots(Mean(layer.Keys, 1), Mean(layer.Values, 1)))]);
        var best = Scales.Select(scale => Scaled(mean, scale)).MinBy(slots => IcaeObjective.Compute(icae, texts, slots: ConstantSlots.Repeat(slots, plans)).Loss.item<float>())!;
        var nobody = new ModelReference("", "");
        return ConstantSlots.From(best, nobody, nobody);
    }

    private static SlotBatch Scaled(SlotBatch slots, double scale) => new(
        slots.Plans, slots.Embeddings?.mul(scale), [.. slots.KeysAndValues.Select(layer => new KeyValueSlots(layer.Keys.mul(scale), layer.Values.mul(scale)))]);

    /// <summary>Trained tensors as slots: embeddings alone, or keys and values of each layer in turn.</summary>
    private static SlotBatch Slots(Weight[] weights, IReadOnlyList<SpanPlan> plans, ScalarType type) => weights.Length == 1
        ? new SlotBatch(plans, weights[0].As(type), [])
        : new SlotBatch(plans, null, [.. weights.Chunk(2).Select(layer => new KeyValueSlots(layer[0].As(type).unsqueeze(0), layer[1].As(type).unsqueeze(0)))]);

    /// <summary>Windows of the shard as autoencoding examples.</summary>
    private sealed class Examples
    {
        private readonly ConstantSlotSettings _settings;
        private readonly WindowSampler _sampler;
        private readonly ExampleBuilder _builder;
        private readonly IcaeConfig _config;
        private long _cursor;

        public Examples(IcaeModel model, TokenShard texts, ConstantSlotSettings settings)
        {
            var eos = model.DefaultGeneration.EosIds is [var id, ..] ? id : throw new ConfigurationException($"{model.Name}: neither the autoencoder nor its base names an id that ends a text.");
            _settings = settings;
            _config = model.Config;
            _sampler = new WindowSampler(texts, unchecked((ulong)settings.Seed), CounterRandom.StreamOf("constant slots"));
            _builder = new ExampleBuilder(_config, model.Base.Transformer.Config.VocabularySize, eos);
            foreach (var length in settings.Lengths)
                _sampler.Locate(0, length);
        }

        public List<IcaeExample> First(int count) => Take(_settings.Lengths.Max(), count);

        public List<IcaeExample> Draw(long step)
        {
            var random = new CounterRandom(unchecked((ulong)_settings.Seed), CounterRandom.StreamOf("constant slots: lengths"), (ulong)step);
            return Take(_settings.Lengths[random.NextInt(_settings.Lengths.Count)], _settings.Batch);
        }

        private List<IcaeExample> Take(int length, int count)
        {
            var plan = SpanPlan.For(_config, length);
            return [.. Enumerable.Range(0, count).Select(_ => _builder.Autoencoding(Window(length), plan))];
        }

        private int[] Window(int length)
        {
            var ids = new int[length];
            _sampler.Read(_cursor++, length, ids);
            return ids;
        }
    }
}
