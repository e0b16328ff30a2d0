using ICAE.Lab.Autoencoder;
using ICAE.Lab.Experiments.RestorationEvaluation;
using ICAE.Lab.Models;
using ICAE.Lab.Training;
using static TorchSharp.torch;

namespace ICAE.Lab.Tests.Training;

/// <summary>Runs that begin with an autoencoder that was trained before.</summary>
[Collection("torch")]
public sealed class FurtherTrainingTests : IDisposable
{
    private readonly TinyRun _tiny = new();

    public void Dispose() => _tiny.Dispose();

    [Theory]
    [InlineData(RunKind.Autoencoder, SlotLayout.Embeddings)]
    [InlineData(RunKind.Autoencoder, SlotLayout.KeysAndValues)]
    [InlineData(RunKind.Restoring, SlotLayout.Embeddings)]
    public void A_run_begins_with_the_matrices_and_the_table_of_the_autoencoder(RunKind kind, SlotLayout layout)
    {
        using var scope = NewDisposeScope();
        var pretrained = Pretrained(layout);
        using var stored = IcaeModel.Load(pretrained);

        using var further = new TrainingTask(Settings(kind, layout, pretrained));
        using var anew = new TrainingTask(Settings(kind, layout, null));

        Assert.Equal(stored.Core.Trainables.Select(weight => weight.Name), further.Icae!.Trainables.Select(weight => weight.Name));
        Assert.All(stored.Core.Trainables.Zip(further.Icae.Trainables), pair => Assert.True(pair.First.Value.equal(pair.Second.Value).all().item<bool>()));
        Assert.Contains(stored.Core.Trainables.Zip(anew.Icae!.Trainables), pair => !pair.First.Value.equal(pair.Second.Value).all().item<bool>());
        Assert.Equal(anew.Trainables.Count, further.Trainables.Count);
    }

    [Fact]
    public void What_is_made_is_another_autoencoder_which_knows_where_it_comes_from()
    {
        var pretrained = Pretrained(SlotLayout.Embeddings);
        var before = File.ReadAllBytes(Path.Combine(pretrained, "adapter_model.safetensors"));
        var settings = Settings(RunKind.Autoencoder, SlotLayout.Embeddings, pretrained) with { Steps = 3 };
        settings = settings with
        {
            Autoencoder = settings.Autoencoder! with
            {
                Icae = settings.Autoencoder.Icae with { TokensPerSlot = 5 },
                Ladder = new LadderSettings { Rungs = [new TrainingRung([10, 12], 5)] },
                RandomShare = 0,
            },
        };
        var run = _tiny.Create("further", settings);
        Assert.Equal(RunStatus.Completed, TinyRun.Run(run));

        using var first = IcaeModel.Load(pretrained);
        using var made = IcaeModel.Load(run.ModelPath);
        Assert.Equal(before, File.ReadAllBytes(Path.Combine(pretrained, "adapter_model.safetensors")));
        Assert.Equal(first.Reference.Fingerprint, made.Facts["pretrained_fingerprint"]);
        Assert.NotEqual(first.Reference.Fingerprint, made.Reference.Fingerprint);
        Assert.Equal((4, 5), (first.Config.TokensPerSlot, made.Config.TokensPerSlot));
        Assert.Equal([6, 8, 12], first.TrainedLengths);
        Assert.Equal([6, 8, 10, 12], made.TrainedLengths);

        // The first had seen random ids, so this one has.
        Assert.Equal(("0.5", "0.5"), (first.Facts["random_share"], made.Facts["random_share"]));
    }

    [Fact]
    public void A_base_goes_on_with_the_encoder_and_both_are_kept()
    {
        var pretrained = Pretrained(SlotLayout.Embeddings);
        var settings = Settings(RunKind.Restoring, SlotLayout.Embeddings, pretrained) with { Steps = 4 };
        var run = _tiny.Create("restoring", settings);
        Assert.Equal(RunStatus.Completed, TinyRun.Run(run));

        using var made = BaseModel.Load(run.ModelPath);
        Assert.Equal(BaseKind.Restoring, made.Kind);
        Assert.False(File.Exists(Path.Combine(run.ModelPath, "icae.json")));
        Assert.True(made.Facts.ContainsKey("pretrained_fingerprint"));

        // The encoder is an autoencoder on the base as it was written, restores as well as at the last evaluation, and can be gone on with.
        var encoder = Path.Combine(run.Path, "autoencoder");
        using (var kept = IcaeModel.Load(encoder))
        {
            Assert.Equal(made.Fingerprint, kept.Base.Fingerprint);
            Assert.True(kept.IsTrainedWithBase);
            Assert.Contains("trained together with it", RestorationReport.StateBase(kept), StringComparison.Ordinal);
        }

        var before = Evaluated(run);
        var further = _tiny.Create("frozen", Settings(RunKind.Autoencoder, SlotLayout.Embeddings, encoder) with { From = run.ModelPath, BaseFingerprint = null, AutoencoderFingerprint = null, Steps = 1, Optimizer = new OptimizerSettings { LearningRate = 1e-9, WarmupSteps = 0 } });
        Assert.Equal(RunStatus.Completed, TinyRun.Run(further));
        Assert.Equal(before, Evaluated(further), 2e-2);
        using var same = IcaeModel.Load(further.ModelPath);
        Assert.True(same.IsTrainedWithBase);

        static double Evaluated(RunFolder run) => File.ReadLines(Path.Combine(run.Path, "log.jsonl"))
            .Select(line => System.Text.Json.Nodes.JsonNode.Parse(line)!["validation_ae_loss_8"]?.GetValue<double>()).Last(loss => loss is not null)!.Value;
    }

    [Theory]
    [InlineData(RunKind.Autoencoder, SlotLayout.KeysAndValues, "adapter_model.safetensors")]
    [InlineData(RunKind.Restoring, SlotLayout.Embeddings, "model.safetensors")]
    public void A_run_that_was_stopped_ends_as_one_that_was_not(RunKind kind, SlotLayout layout, string file)
    {
        var settings = Settings(kind, layout, Pretrained(layout)) with { Steps = 4 };
        var (whole, stopped) = (_tiny.Create("whole", settings), _tiny.Create("stopped", settings));

        Assert.Equal(RunStatus.Completed, TinyRun.Run(whole));
        Assert.NotEqual(RunStatus.Completed, TinyRun.Run(stopped, stopAt: 2));
        Assert.Equal(RunStatus.Completed, TinyRun.Run(stopped));

        Assert.Equal(File.ReadAllBytes(Path.Combine(whole.ModelPath, file)), File.ReadAllBytes(Path.Combine(stopped.ModelPath, file)));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(0.25)]
    public void What_was_trained_before_is_used_as_before(double share)
    {
        var pretrained = Pretrained(SlotLayout.Embeddings);
        var settings = Settings(RunKind.Autoencoder, SlotLayout.Embeddings, pretrained) with { Steps = 1 };
        var file = Path.Combine(pretrained, "icae.json");
        File.WriteAllText(file, File.ReadAllText(file).Replace("\"add_special_tokens\": false", "\"add_special_tokens\": true", StringComparison.Ordinal));
        var run = _tiny.Create("further", settings with { Autoencoder = settings.Autoencoder! with { ContinuationShare = share, ContinuationToken = false } });
        Assert.Equal(RunStatus.Completed, TinyRun.Run(run));

        using var first = IcaeModel.Load(pretrained);
        using var made = IcaeModel.Load(run.ModelPath);
        Assert.True(first.Usage is { AddSpecialTokens: true, ContinuationToken: true });
        Assert.Equal((true, share == 0), (made.Usage.AddSpecialTokens, made.Usage.ContinuationToken));
        Assert.Equal(("0.3", "0.3", true), (first.Facts["continuation_share"], made.Facts["continuation_share"], made.IsTrainedToContinue));
    }

    [Fact]
    public void The_usual_settings_are_those_of_the_autoencoder_with_a_ladder_to_its_rate()
    {
        var pretrained = Pretrained(SlotLayout.KeysAndValues);
        var file = Path.Combine(pretrained, "icae.json");
        File.WriteAllText(file, File.ReadAllText(file).Replace("\"input_noise\": \"0.3\"", "\"input_noise\": \"0.15\"", StringComparison.Ordinal));
        using var model = IcaeModel.Load(pretrained);
        var data = new RunData(_tiny.Base, _tiny.TrainingShard, _tiny.ValidationShard);

        var settings = RunDefaults.Further(data, _tiny.Base, pretrained);

        Assert.Equal((RunKind.Autoencoder, pretrained, 0.001), (settings.Kind, settings.FromAutoencoder, settings.Optimizer.LearningRate));
        var own = settings.Autoencoder!;
        Assert.Equal(model.Config with { Lora = own.Icae.Lora }, own.Icae);
        Assert.Equal((4, 8.0, 0.3), (own.Icae.Lora.Rank, own.Icae.Lora.Alpha, own.Icae.Lora.Dropout));
        Assert.Equal(model.Config.Lora.Targets.Order(), own.Icae.Lora.Targets.Order());
        Assert.True(own.ContinuationToken);
        Assert.Equal(0.15, own.InputNoise);
        Assert.Equal((4, "6 8 12"), (own.Ladder.Rungs.Single().TokensPerSlot, string.Join(' ', own.Ladder.Rungs[0].Lengths)));
        Assert.Equal([12], own.EvaluationLengths);
        Assert.NotNull(settings.Validate());

        // Of a model that does not say what it practised, lengths that its positions have room for, and the usual noise.
        File.WriteAllText(file, File.ReadAllText(file).Replace("\"lengths\"", "\"other\"", StringComparison.Ordinal).Replace("\"input_noise\"", "\"another\"", StringComparison.Ordinal));
        var unknown = RunDefaults.Further(data, _tiny.Base, pretrained).Validate().Autoencoder!;
        Assert.Equal([5, 8, 11, 16], unknown.Ladder.Rungs.Single().Lengths);
        Assert.Equal(RunDefaults.OnBase(data, _tiny.Base).Autoencoder!.InputNoise, unknown.InputNoise);

        var restoring = RunDefaults.Restoring(data, _tiny.Base, pretrained);
        Assert.Equal((RunKind.Restoring, pretrained), (restoring.Kind, restoring.FromAutoencoder));
        Assert.Null(RunDefaults.Restoring(data, _tiny.Base).FromAutoencoder);
    }

    [Fact]
    public void What_does_not_fit_is_refused()
    {
        var pretrained = Pretrained(SlotLayout.Embeddings);
        var settings = Settings(RunKind.Autoencoder, SlotLayout.Embeddings, pretrained);
        var icae = settings.Autoencoder!.Icae;

        Assert.Contains("its adapter is rank 4, alpha 8, dropout 0.3", Refused(settings with { Autoencoder = settings.Autoencoder with { Icae = icae with { Lora = icae.Lora with { Rank = 8 } } } }), StringComparison.Ordinal);
        Assert.Contains("says rank 4, alpha 8, dropout 0.3, on q_proj.", Refused(settings with { Autoencoder = settings.Autoencoder with { Icae = icae with { Lora = icae.Lora with { Targets = ["q_proj"] } } } }), StringComparison.Ordinal);
        Assert.Contains(
            "its slots are Embeddings", Refused(settings with { Autoencoder = settings.Autoencoder with { Icae = icae with { Layout = SlotLayout.KeysAndValues } } }), StringComparison.Ordinal);
        Assert.Contains("memory table", Refused(settings with { Autoencoder = settings.Autoencoder with { Icae = icae with { Slots = 7 } } }), StringComparison.Ordinal);
        Assert.Contains("another autoencoder", Refused(settings with { AutoencoderFingerprint = new string('0', 64) }), StringComparison.Ordinal);
        Assert.Contains(
            "not for base runs",
            Assert.Throws<ConfigurationException>(() => (_tiny.Settings(RunKind.Base) with { FromAutoencoder = pretrained }).Validate()).Message,
            StringComparison.Ordinal);
        Assert.Contains("Autoencoder says", Assert.Throws<ConfigurationException>(() => (settings with { Autoencoder = null }).Validate()).Message, StringComparison.Ordinal);
    }

    private static string Refused(RunSettings settings) => Assert.ThrowsAny<IcaeException>(() =>
    {
        using var task = new TrainingTask(settings);
    }).Message;

    private RunSettings Settings(RunKind kind, SlotLayout layout, string? pretrained) => _tiny.Settings(kind, layout) with { FromAutoencoder = pretrained, EvaluateEvery = 0 };

    private string Pretrained(SlotLayout layout)
    {
        var settings = _tiny.Settings(RunKind.Autoencoder, layout) with { Steps = 6, EvaluateEvery = 0 };
        var run = _tiny.Create($"pretrained {layout}", settings with { Autoencoder = settings.Autoencoder! with { RandomShare = 0.5 } });
        Assert.Equal(RunStatus.Completed, TinyRun.Run(run));
        return run.ModelPath;
    }
}
