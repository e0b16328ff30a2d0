using ICAE.Lab.Autoencoder;
using ICAE.Lab.Data;
using ICAE.Lab.Training;

namespace ICAE.Lab.Tests.Training;

/// <summary>The slots that serve for every text.</summary>
[Collection("torch")]
public sealed class ConstantSlotTrainingTests : IDisposable
{
    private static readonly ConstantSlotSettings Settings = new()
    {
        Steps = 40,
        Batch = 16,
        Lengths = [12],
        Optimizer = new OptimizerSettings { LearningRate = 0.3, ClipNorm = 1, WarmupSteps = 2 },
        LogEvery = 1,
    };

    private readonly TinyRun _tiny = new();

    public void Dispose() => _tiny.Dispose();

    [Theory]
    [InlineData(SlotLayout.Embeddings)]
    [InlineData(SlotLayout.KeysAndValues)]
    public void Their_loss_falls_and_they_are_shipped_with_an_autoencoder_that_stays_as_it_is(SlotLayout layout)
    {
        var folder = Model(layout);
        using (var model = IcaeModel.Load(folder))
        using (var texts = TokenShard.Open(OneText()))
        {
            var before = model.Reference.Fingerprint;
            var losses = new List<double>();
            using var slots = ConstantSlotTraining.Train(model, texts, Settings, new InlineProgress<RunProgress>(moment => losses.Add(moment.Values["ae_loss"])));

            Assert.Equal(SpanPlan.For(model.Config, 12).SlotCount, slots.Count);
            Assert.Equal(layout, slots.Layout);
            Assert.Equal(40, losses.Count);
            // The base was never trained: it hardly looks at slots that are embeddings.
            Assert.True(losses[^1] < losses[0] - 0.005, string.Join(' ', losses));
            Assert.Equal(before, IcaeFingerprint.Of(model.Core));
            IcaeFolder.SaveConstantSlots(folder, slots, new Dictionary<string, string> { ["constant_slots_updates"] = "40" });
        }

        using var again = IcaeModel.Load(folder);
        Assert.Equal("40", again.Facts["constant_slots_updates"]);
        Assert.Equal("12", again.Facts["updates"]);
        Assert.Equal(layout, again.ConstantSlots!.Layout);
        Assert.Equal(2, again.ConstantSlots.ToBatch([SpanPlan.AtRatio(again.Config, 8, 4)], again.Base.Transformer.ComputeType, again.Base.Transformer.Device).Count);
    }

    [Fact]
    public void A_completed_run_that_is_started_again_keeps_them()
    {
        var folder = Model(SlotLayout.Embeddings);
        using (var model = IcaeModel.Load(folder))
        using (var texts = TokenShard.Open(_tiny.TrainingShard))
        using (var slots = ConstantSlotTraining.Train(model, texts, Settings with { Steps = 2 }))
            IcaeFolder.SaveConstantSlots(folder, slots, new Dictionary<string, string> { ["constant_slots_updates"] = "2" });

        Assert.Equal(RunStatus.Completed, TinyRun.Run(RunFolder.Open(Path.GetDirectoryName(folder)!)));

        using var again = IcaeModel.Load(folder);
        Assert.NotNull(again.ConstantSlots);
        Assert.Equal("2", again.Facts["constant_slots_updates"]);
    }

    [Fact]
    public void The_same_seed_gives_the_same_slots()
    {
        using var model = IcaeModel.Load(Model(SlotLayout.Embeddings));
        using var texts = TokenShard.Open(_tiny.TrainingShard);
        using var first = ConstantSlotTraining.Train(model, texts, Settings with { Steps = 3 });
        using var second = ConstantSlotTraining.Train(model, texts, Settings with { Steps = 3 });
        using var other = ConstantSlotTraining.Train(model, texts, Settings with { Steps = 3, Seed = 2 });

        Assert.Equal(first.Embeddings!.data<float>().ToArray(), second.Embeddings!.data<float>().ToArray());
        Assert.NotEqual(first.Embeddings.data<float>().ToArray(), other.Embeddings!.data<float>().ToArray());
    }

    [Fact]
    public void Wrong_texts_and_settings_are_refused_and_a_stop_is_a_stop()
    {
        using var model = IcaeModel.Load(Model(SlotLayout.Embeddings));
        using var texts = TokenShard.Open(_tiny.TrainingShard);
        var foreign = Path.Combine(_tiny.Path, "foreign.shard");
        TinyRun.WriteShard(foreign, [Enumerable.Range(0, 200).ToArray()], fingerprint: 'a');
        using var other = TokenShard.Open(foreign);

        Assert.Contains("another tokenizer", Assert.Throws<ConfigurationException>(() => ConstantSlotTraining.Train(model, other, Settings)).Message, StringComparison.Ordinal);
        Assert.Throws<ConfigurationException>(() => ConstantSlotTraining.Train(model, texts, Settings with { Lengths = [] }));
        Assert.Throws<ConfigurationException>(() => ConstantSlotTraining.Train(model, texts, Settings with { Steps = 0 }));
        using var stopped = new CancellationTokenSource();
        stopped.Cancel();
        Assert.Throws<OperationCanceledException>(() => ConstantSlotTraining.Train(model, texts, Settings, cancellation: stopped.Token));
    }

    /// <summary>Four tokens in turns: what all texts share can be kept by constant slots.</summary>
    private string OneText()
    {
        var path = Path.Combine(_tiny.Path, "one.shard");
        TinyRun.WriteShard(path, [[.. Enumerable.Range(0, 600).Select(place => 20 + (place % 4))]]);
        return path;
    }

    private string Model(SlotLayout layout)
    {
        var run = _tiny.Create($"run-{layout}", _tiny.Settings(RunKind.Autoencoder, layout) with { EvaluateEvery = 0 });
        Assert.Equal(RunStatus.Completed, TinyRun.Run(run));
        return run.ModelPath;
    }
}
