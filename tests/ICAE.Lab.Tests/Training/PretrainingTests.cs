using ICAE.Lab.Autoencoder;
using ICAE.Lab.Training;

namespace ICAE.Lab.Tests.Training;

/// <summary>Runs that work on a thread of their own.</summary>
[Collection("torch")]
public sealed class PretrainingTests : IDisposable
{
    private readonly TinyRun _tiny = new();

    public void Dispose()
    {
        AppDomain.CurrentDomain.SetData(NotebookHost.CancellationKey, null);
        _tiny.Dispose();
    }

    [Fact]
    public void A_run_returns_at_once_and_ends_with_a_model_and_its_curves()
    {
        var run = Pretraining.Start(Settings(), At("run"));
        Assert.True(run.Stage is RunStage.Preparing or RunStage.Training);
        Assert.Throws<IcaeException>(() => run.Load());

        Assert.Equal(RunStatus.Completed, run.Wait());

        Assert.Equal(RunStage.Completed, run.Stage);
        Assert.False(run.IsRunning);
        Assert.Equal(Enumerable.Range(1, 8).Select(step => (long)step), run.Curve("ae_loss").Select(point => point.Step));
        Assert.Equal([4L, 8L], run.Curve("validation_ae_loss_8").Select(point => point.Step));
        Assert.Equal(run.Points[^1].Step, run.Step);
        Assert.Equal(run.Curve("ae_loss")[^1].Value, run.Latest["ae_loss"]);
        Assert.Contains(run.Messages, message => message.StartsWith("validation: 1 texts", StringComparison.Ordinal));
        Assert.StartsWith("completed: step 8 of 8, ae_loss ", run.ToString(), StringComparison.Ordinal);
        using var icae = run.Load();
        Assert.Equal(4, icae.Config.Slots);
        using var memory = icae.Compress("the cat sat");
        Assert.True(memory.SlotCount > 0);
    }

    [Fact]
    public void A_run_that_was_stopped_and_resumed_ends_as_if_left_alone()
    {
        var alone = Pretraining.Start(Settings(), At("alone"));
        alone.Wait();

        var run = Pretraining.Start(Settings(), At("stopped"));
        run.Changed += (_, _) =>
        {
            if (run.Step >= 3)
                run.RequestStop();
        };
        Assert.Equal(RunStatus.Stopped, run.Wait());
        Assert.Equal(RunStage.Stopped, run.Stage);
        Assert.Equal(run.Step, RunFolder.Open(run.Path).LatestStep());

        var resumed = Pretraining.Resume(run.Path);

        // The log keeps six decimals.
        Assert.All(run.Curve("ae_loss").Zip(resumed.Curve("ae_loss")), pair => Assert.Equal((pair.First.Step, pair.First.Value), (pair.Second.Step, pair.Second.Value), (a, b) => a.Step == b.Step && Math.Abs(a.Value - b.Value) < 1e-5));
        Assert.Equal(RunStatus.Completed, resumed.Wait());

        Assert.Equal(alone.Points.Select(point => (point.Step, point.Name)), resumed.Points.Select(point => (point.Step, point.Name)));
        foreach (var file in (string[])["adapter_model.safetensors", "memory.safetensors"])
            Assert.Equal(File.ReadAllBytes(Path.Combine(alone.ModelPath, file)), File.ReadAllBytes(Path.Combine(resumed.ModelPath, file)));
    }

    [Fact]
    public void A_handler_that_fails_is_noted_and_the_run_goes_on()
    {
        var run = Pretraining.Start(Settings(), At("run"));
        var (failures, calls) = (0, 0);
        run.Changed += (_, _) => throw new InvalidOperationException($"no window to draw in ({Interlocked.Increment(ref failures)})");
        run.Changed += (_, _) => Interlocked.Increment(ref calls);

        Assert.Equal(RunStatus.Completed, run.Wait());
        Assert.Equal("no window to draw in (1)", run.HandlerError!.Message);
        Assert.InRange(failures, 2, int.MaxValue);
        Assert.Equal(failures, calls);
        Assert.DoesNotContain(run.Messages, message => message.Contains("window", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_wait_that_is_cancelled_stops_the_run_which_saves(bool byCell)
    {
        using var source = new CancellationTokenSource();
        if (byCell)
            AppDomain.CurrentDomain.SetData(NotebookHost.CancellationKey, (Func<CancellationToken>)(() => source.Token));

        var run = Pretraining.Start(Settings() with { Steps = 100_000, EvaluateEvery = 0 }, At("run"));
        run.Changed += (_, _) =>
        {
            if (run.Step >= 2)
                source.Cancel();
        };

        Assert.ThrowsAny<OperationCanceledException>(() => run.Wait(byCell ? default : source.Token));

        Assert.Equal(RunStage.Stopped, run.Stage);
        Assert.Equal(RunStatus.Stopped, run.Stop());
        Assert.True(RunFolder.Open(run.Path).LatestStep() >= 2);
    }

    [Fact]
    public void What_flows_with_the_caller_does_not_flow_into_the_run()
    {
        var caller = new AsyncLocal<string?> { Value = "a cell" };
        string? seen = "nothing";
        var run = Pretraining.Start(Settings() with { Steps = 2, EvaluateEvery = 0 }, At("run"));
        run.Changed += (_, _) => seen = caller.Value;

        run.Wait();

        Assert.Null(seen);
    }

    [Fact]
    public void A_run_that_fails_tells_whoever_waits_why()
    {
        Pretraining.Start(Settings(), At("run")).Wait();
        File.Delete(RunFolder.Open(At("run")).Settings.TrainingShard);

        var run = Pretraining.Resume(At("run"));
        var error = Assert.ThrowsAny<IcaeException>(() => run.Wait());

        Assert.Contains("train.tokens", error.Message, StringComparison.Ordinal);
        Assert.Equal(RunStage.Failed, run.Stage);
        Assert.Equal(error.Message, run.Messages[^1]);
        Assert.ThrowsAny<IcaeException>(() => run.Stop());
    }

    [Fact]
    public void What_is_wrong_with_the_settings_is_told_at_once()
    {
        Pretraining.Start(Settings() with { Steps = 1 }, At("there")).Wait();

        Assert.Contains("holds a run already", Refusal(Settings(), At("there")), StringComparison.Ordinal);
        Assert.Contains("nowhere", Refusal(Settings() with { Base = "nowhere" }), StringComparison.Ordinal);
        Assert.Contains("this is an autoencoder", Refusal(Settings() with { Base = Path.Combine(At("there"), "model") }), StringComparison.Ordinal);
        Assert.Contains("no such file", Refusal(Settings() with { Texts = [At("missing.txt")] }), StringComparison.Ordinal);
        Assert.Contains("Validation goes with Texts", Refusal(Settings() with { Texts = [], Validation = [Texts()] }), StringComparison.Ordinal);
        Assert.Contains("brings nothing to evaluate on", Refusal(Settings() with { Texts = [Shard()] }), StringComparison.Ordinal);
        Assert.Contains("Slots (0)", Refusal(Settings() with { Slots = 0 }), StringComparison.Ordinal);
        Assert.Contains("TokensPerSlot (0)", Refusal(Settings() with { TokensPerSlot = 0 }), StringComparison.Ordinal);
        Assert.False(Directory.Exists(At("refused")));
        Assert.Throws<ConfigurationException>(() => Pretraining.Resume(At("refused")));
    }

    [Fact]
    public void A_choice_of_slots_decides_spans_ladder_and_adapter()
    {
        var settings = (PretrainingSettings.Quick with { Slots = 8, TokensPerSlot = 2.5, Rank = 4, Layout = SlotLayout.KeysAndValues, ContinuationShare = 0.5 })
            .ToRunSettings(new RunData("t", "a", "b"), "base");

        var autoencoder = settings.Autoencoder!;
        Assert.Equal((8, 2.5, SlotLayout.KeysAndValues), (autoencoder.Icae.Slots, autoencoder.Icae.TokensPerSlot, autoencoder.Icae.Layout));
        Assert.Equal((4, 8.0), (autoencoder.Icae.Lora.Rank, autoencoder.Icae.Lora.Alpha));
        Assert.Equal([1, 4 / 3.0, 1.6, 2, 2.5], autoencoder.Ladder.Rungs.Select(rung => rung.TokensPerSlot));
        Assert.All(autoencoder.Ladder.Rungs, rung => Assert.Equal(PretrainingSettings.Quick.Lengths, rung.Lengths));
        Assert.Equal([16], autoencoder.EvaluationLengths);
        Assert.True(autoencoder.ContinuationToken);
    }

    [Fact]
    public void The_full_settings_are_the_usual_ones()
    {
        var data = new RunData("t", "a", "b");
        var (full, usual) = (PretrainingSettings.Full.ToRunSettings(data, "base"), RunDefaults.OnBase(data, "base"));

        Assert.Equal(RunSettingsJson.Write(usual with { Steps = 1000, EvaluateEvery = 250 }).ToJsonString(), RunSettingsJson.Write(full).ToJsonString());
    }

    private PretrainingSettings Settings() => new()
    {
        Base = _tiny.Base,
        Texts = [Texts()],
        Slots = 4,
        TokensPerSlot = 2,
        Lengths = [8],
        Rank = 2,
        Steps = 8,
        Batch = 2,
        Threads = 1,
        ComputeType = "float32",
        LogEvery = 1,
        EvaluateEvery = 4,
        EvaluationTexts = 2,
    };

    private string Refusal(PretrainingSettings settings, string? folder = null) =>
        Assert.ThrowsAny<IcaeException>(() => Pretraining.Start(settings, folder ?? At("refused"))).Message;

    private string Texts()
    {
        var path = At("texts.txt");
        File.WriteAllText(path, string.Join('\n', Enumerable.Range(0, 40).Select(i => $"The cat sat on mat {i} and that was that.")));
        return path;
    }

    private string Shard()
    {
        var path = At("some.tokens");
        File.Copy(_tiny.TrainingShard, path, overwrite: true);
        return path;
    }

    private string At(string name) => Path.Combine(_tiny.Path, name);
}
