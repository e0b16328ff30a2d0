using ICAE.Lab.Autoencoder;
using ICAE.Lab.Formats;
using ICAE.Lab.Models;
using ICAE.Lab.Training;
using static TorchSharp.torch;

namespace ICAE.Lab.Tests.Training;

/// <summary>What a run trains and what it refuses to begin with.</summary>
[Collection("torch")]
public sealed class TrainingTaskTests : IDisposable
{
    private readonly TinyRun _tiny = new();

    public static TheoryData<RunKind, SlotLayout> Kinds => TinyRun.Kinds;

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_batch_gives_gradients_to_what_is_trained_and_to_nothing_else(RunKind kind, SlotLayout layout)
    {
        using var scope = NewDisposeScope();
        using var task = TrainingRun.Task(_tiny.Settings(kind, layout));
        using var buffer = new TrainableBuffer(task.Trainables);

        // The first update with texts of a restoring run.
        task.Backward(1, 0, 1);

        var trained = task.Trainables.Select(weight => weight.Name).ToHashSet();
        Assert.Equal(TrainsBase(kind), trained.Contains("model.embed_tokens.weight"));
        Assert.Equal(kind != RunKind.Base, trained.Contains(Icae.MemoryTableName));
        Assert.All(BaseOf(task).Weights, weight => Assert.Equal(TrainsBase(kind), weight.Value.requires_grad));
        foreach (var weight in task.Trainables.Where(weight => !weight.Name.EndsWith("lora_A.weight", StringComparison.Ordinal)))
        {
            // B starts at zero, so that A has no gradient yet. The last layer's keys and values are made before its attention.
            using var gradient = weight.Value.grad!;
            var behindTheSlots = layout == SlotLayout.KeysAndValues && weight.Name.StartsWith("model.layers.1.", StringComparison.Ordinal)
                && weight.Name.Contains("lora", StringComparison.Ordinal) && !weight.Name.Contains("v_proj", StringComparison.Ordinal);
            Assert.True(gradient.abs().max().item<float>() > 0 != behindTheSlots, weight.Name);
        }
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Parts_of_an_update_share_its_gradient(RunKind kind, SlotLayout layout)
    {
        using var scope = NewDisposeScope();
        using var task = TrainingRun.Task(_tiny.Settings(kind, layout));
        using var buffer = new TrainableBuffer(task.Trainables);
        task.Backward(1, 0, 1);
        using var whole = buffer.Gradients.clone();
        buffer.ZeroGradients();
        task.State = new TaskState(0, 0, null);

        task.Backward(1, 0, 4);

        Assert.True(buffer.Gradients.mul(4).sub(whole).abs().max().item<float>() < 1e-6);
        Assert.True(whole.abs().max().item<float>() > 1e-3);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void An_evaluation_changes_nothing(RunKind kind, SlotLayout layout)
    {
        using var scope = NewDisposeScope();
        using var task = TrainingRun.Task(_tiny.Settings(kind, layout));
        using var buffer = new TrainableBuffer(task.Trainables);
        var state = task.State;
        using var values = buffer.Values.clone();

        var first = task.Evaluate(default);
        var second = task.Evaluate(default);

        Assert.Equal(first.OrderBy(entry => entry.Key), second.OrderBy(entry => entry.Key));
        Assert.Equal(state, task.State);
        Assert.True(values.equal(buffer.Values).all().item<bool>());
        Assert.Equal(0, buffer.Gradients.abs().max().item<float>());
        Assert.Equal(TrainsBase(kind), first.ContainsKey("rows_loss") && first.ContainsKey("copying_loss"));
        Assert.Equal(kind is RunKind.Autoencoder or RunKind.Restoring, first.ContainsKey("ae_loss_8") && first.ContainsKey("ae_accuracy_8") && first.ContainsKey("ae_bleu_8"));
        Assert.Equal(kind is RunKind.Autoencoder or RunKind.Restoring, first.ContainsKey("lm_loss_8") && first.ContainsKey("lm_accuracy_8"));
        Assert.Equal(kind == RunKind.Instruction, first.ContainsKey("ft_loss") && first.ContainsKey("ft_accuracy") && first.ContainsKey("ft_exact"));
    }

    [Fact]
    public void Validation_texts_that_nothing_follows_are_restored_and_not_gone_on_with()
    {
        using var scope = NewDisposeScope();
        var settings = _tiny.Settings(RunKind.Autoencoder);
        var shard = Path.Combine(_tiny.Path, "short.shard");
        TinyRun.WriteShard(shard, [[.. Enumerable.Range(20, 12)]]);
        using var task = TrainingRun.Task(settings with { ValidationShard = shard, Autoencoder = settings.Autoencoder! with { EvaluationLengths = [5, 8] } });

        var values = task.Evaluate(default);

        Assert.True(values.ContainsKey("ae_loss_5") && values.ContainsKey("ae_loss_8") && values.ContainsKey("lm_loss_5"));
        Assert.False(values.ContainsKey("lm_loss_8"));
    }

    [Fact]
    public void An_autoencoder_says_what_share_of_its_texts_was_random()
    {
        var run = _tiny.Create("random", _tiny.Settings(RunKind.Autoencoder) with { Steps = 1, Autoencoder = TinyRun.Autoencoder(SlotLayout.Embeddings) with { RandomShare = 0.25 } });
        TinyRun.Run(run);

        Assert.Contains("\"random_share\": \"0.25\"", File.ReadAllText(Path.Combine(run.ModelPath, "icae.json")), StringComparison.Ordinal);
    }

    [Fact]
    public void An_untrained_base_knows_nothing_and_a_trained_one_something()
    {
        var settings = _tiny.Settings(RunKind.Base) with { Steps = 40, Accumulation = 1, RecomputeActivations = false };
        settings = settings with { Optimizer = settings.Optimizer with { LearningRate = 0.01 } };
        var folder = _tiny.Create("base", settings);
        using (var scope = NewDisposeScope())
        {
            using var task = new TrainingTask(folder.Settings);
            Assert.Equal(Math.Log(TinyRun.Vocabulary), task.Evaluate(default)["rows_loss"], 0.3);
        }

        TinyRun.Run(folder);

        // The text has six ids of equal frequency.
        Assert.InRange(folder.ReadLog().Last()["validation_rows_loss"]!.GetValue<double>(), Math.Log(6) - 0.1, 2.6);
    }

    [Fact]
    public void What_a_base_run_exports_is_a_base_for_the_next_run()
    {
        var folder = _tiny.Create("base", _tiny.Settings(RunKind.Base) with { Steps = 2 });
        TinyRun.Run(folder);
        using (var made = BaseModel.Load(folder.ModelPath))
        {
            Assert.Equal(BaseKind.Copying, made.Kind);
            Assert.Equal(TinyRun.Model, made.Transformer.Config with { EosIds = TinyRun.Model.EosIds, BosId = TinyRun.Model.BosId, MaxPositions = TinyRun.Model.MaxPositions });
        }

        var next = _tiny.Create("next", _tiny.Settings(RunKind.Restoring) with { Steps = 2, From = folder.ModelPath });
        Assert.Equal(RunStatus.Completed, TinyRun.Run(next));

        // A restoring run keeps the base alone; its encoder is thrown away.
        Assert.Equal(Names(folder.ModelPath), Names(next.ModelPath));
        Assert.Equal(File.ReadAllBytes(Path.Combine(folder.ModelPath, "config.json")), File.ReadAllBytes(Path.Combine(next.ModelPath, "config.json")));
        using var restoring = BaseModel.Load(next.ModelPath);
        Assert.Equal(BaseKind.Restoring, restoring.Kind);

        // What nobody has said does not become known by reading on.
        File.Delete(Path.Combine(folder.ModelPath, BaseModel.MetadataFileName));
        var further = _tiny.Create("further", _tiny.Settings(RunKind.Base) with { Steps = 1, NewModel = null, Tokenizer = null, From = folder.ModelPath });
        TinyRun.Run(further);
        using (var read = BaseModel.Load(further.ModelPath))
            Assert.Equal(BaseKind.Unknown, read.Kind);

        var last = _tiny.Create("last", _tiny.Settings(RunKind.Autoencoder, SlotLayout.KeysAndValues) with { Steps = 2, From = next.ModelPath });
        Assert.Equal(RunStatus.Completed, TinyRun.Run(last));
        using var icae = IcaeFolder.Load(last.ModelPath, restoring);
        Assert.Equal(SlotLayout.KeysAndValues, icae.Config.Layout);
        using var stored = SafetensorsFile.Open(last.CheckpointPath(2));
        using var trained = stored.Load("weights." + Icae.MemoryTableName);
        Assert.True(trained.equal(icae.MemoryTable.Value).all().item<bool>());
    }

    [Theory]
    [InlineData(1, 4, 20)]
    [InlineData(2, 3, 12)]
    public void What_is_measured_now_and_then_reaches_a_log_that_is_written_now_and_then(int every, int accuracyEvery, int logEvery)
    {
        var settings = _tiny.Settings(RunKind.Restoring) with { Steps = logEvery, LogEvery = logEvery, Accumulation = 1, EvaluateEvery = 0, RecomputeActivations = false };
        settings = settings with { Autoencoder = settings.Autoencoder! with { Every = every, AccuracyEvery = accuracyEvery, ContinuationShare = 0, EvaluationTexts = 0 } };
        var folder = _tiny.Create("run", settings);
        TinyRun.Run(folder);

        var line = folder.ReadLog().First();
        Assert.All(["rows_loss", "ae_loss", "ae_accuracy", "rung", "rung_accuracy", "learning_rate", "gradient_norm"], (string name) => Assert.True(line.ContainsKey(name), name));
    }

    [Fact]
    public void Texts_restored_and_continued_in_one_batch_are_logged_apart_and_the_ladder_follows_the_restored()
    {
        using var scope = NewDisposeScope();
        var settings = _tiny.Settings(RunKind.Autoencoder);
        settings = settings with { Autoencoder = settings.Autoencoder! with { Batch = 16, ContinuationShare = 0.5, AccuracyEvery = 1, InputNoise = 0 } };
        using var task = Open(settings);
        using var buffer = new TrainableBuffer(task.Trainables);

        var report = task.Backward(0, 0, 1);

        Assert.Equal(["ae_accuracy", "ae_loss", "lm_accuracy", "lm_loss"], report.Values.Keys.Order(StringComparer.Ordinal));
        Assert.NotEqual(report.Values["ae_accuracy"], report.Values["lm_accuracy"]);
        Assert.Equal((report.Values["ae_accuracy"], 1), (task.State.Ladder!.Accuracy, task.State.Ladder.Measurements));
        Assert.Equal(report.Values["ae_accuracy"], report.Standing!["rung_accuracy"]);

        settings = settings with { Autoencoder = settings.Autoencoder with { ContinuationShare = 1 } };
        using var continuing = Open(settings);
        using var other = new TrainableBuffer(continuing.Trainables);
        Assert.Equal(["lm_accuracy", "lm_loss"], continuing.Backward(0, 0, 1).Values.Keys.Order(StringComparer.Ordinal));
        Assert.Equal(new LadderState(0, 0, 0), continuing.State.Ladder);
    }

    [Fact]
    public void A_shard_that_changed_since_the_run_was_created_is_refused()
    {
        var folder = _tiny.Create("run", _tiny.Settings(RunKind.Base));
        TinyRun.WriteShard(_tiny.ValidationShard, [[.. Enumerable.Repeat(5, 100)]]);

        var error = Assert.Throws<ConfigurationException>(() => TrainingRun.Run(folder));

        Assert.StartsWith(_tiny.ValidationShard + ": ", error.Message, StringComparison.Ordinal);
        Assert.Contains("changed since the run was created", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_shard_whose_bytes_were_changed_in_place_is_refused()
    {
        var folder = _tiny.Create("run", _tiny.Settings(RunKind.Base));
        Spoil(_tiny.TrainingShard);

        var error = Assert.Throws<MalformedFileException>(() => TrainingRun.Run(folder));

        Assert.Equal(_tiny.TrainingShard, error.Path);
        Assert.Throws<MalformedFileException>(() => _tiny.Create("other", _tiny.Settings(RunKind.Base)));
        Assert.False(RunFolder.Exists(Path.Combine(_tiny.Path, "other")));
    }

    [Fact]
    public void Files_that_do_not_fit_each_other_are_refused_by_name()
    {
        var other = Path.Combine(_tiny.Path, "other.shard");
        TinyRun.WriteShard(other, [[.. Enumerable.Repeat(5, 100)]], vocabulary: 273);
        var foreign = Path.Combine(_tiny.Path, "foreign.shard");
        TinyRun.WriteShard(foreign, [[.. Enumerable.Repeat(5, 100)]], fingerprint: 'b');
        var icae = _tiny.Settings(RunKind.Autoencoder);
        (RunSettings Settings, string Named)[] broken =
        [
            (icae with { TrainingShard = other }, other),
            (icae with { ValidationShard = other }, other),
            (icae with { ValidationShard = foreign }, foreign),
            (icae with { ValidationShard = "no such shard" }, "no such shard"),
            (icae with { From = "no such base" }, "no such base"),
            (_tiny.Settings(RunKind.Base) with { Tokenizer = "no such tokenizer" }, "no such tokenizer"),
            (icae with { Autoencoder = icae.Autoencoder! with { EosId = 272 } }, "EosId (272)"),
            (icae with { Autoencoder = icae.Autoencoder! with { TaskTokenLike = 272 } }, "TaskTokenLike (272)"),
            (_tiny.Settings(RunKind.Base) with { Rows = new RowSettings { SeparatorId = 272 } }, "SeparatorId (272)"),
            (_tiny.Settings(RunKind.Base) with { Rows = new RowSettings { Packed = true, EosId = 272 } }, "272, is not in the vocabulary"),
            (_tiny.Settings(RunKind.Base) with { Rows = new RowSettings { Packed = true }, NewModel = TinyRun.Model with { EosIds = [] } }, "no eos_token_id"),
            (_tiny.Settings(RunKind.Base) with { Rows = new RowSettings { Packed = true, Length = 50_000 } }, "fewer than the 50000 of a row"),
            (_tiny.Settings(RunKind.Base) with { NewModel = TinyRun.Model with { VocabularySize = 256 } }, "256"),
            (_tiny.Settings(RunKind.Base) with { Device = "tpu" }, "tpu"),
            (_tiny.Settings(RunKind.Base) with { Rows = new RowSettings { Length = 500 } }, "500 tokens"),
            (icae with { Autoencoder = icae.Autoencoder! with { EvaluationLengths = [500] } }, "500 tokens"),
        ];

        Assert.All(broken, entry => Assert.Contains(entry.Named, Assert.ThrowsAny<IcaeException>(() => Open(entry.Settings).Dispose()).Message, StringComparison.Ordinal));

        // What is mapped into memory is listed there; a refused run leaves nothing behind.
        if (OperatingSystem.IsLinux())
            Assert.DoesNotContain(_tiny.Path, File.ReadAllText("/proc/self/maps"), StringComparison.Ordinal);
    }

    [SkippableFact]
    public void A_device_that_this_machine_lacks_is_refused_by_name()
    {
        Skip.If(cuda.is_available(), "this machine has a CUDA device");

        Assert.Contains("cuda:0", Assert.Throws<ConfigurationException>(() => _tiny.Create("run", _tiny.Settings(RunKind.Base) with { Device = "cuda:0" })).Message, StringComparison.Ordinal);
        Assert.Contains("cuda", Assert.Throws<ConfigurationException>(() => Open(_tiny.Settings(RunKind.Base) with { Device = "cuda" })).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_state_with_a_negative_cursor_is_refused()
    {
        using var task = Open(_tiny.Settings(RunKind.Restoring));

        Assert.Throws<ConfigurationException>(() => task.State = new TaskState(-1, 0, null));
        Assert.Throws<ConfigurationException>(() => task.State = new TaskState(0, -1, null));
        Assert.Throws<ConfigurationException>(() => task.State = new TaskState(0, 0, new LadderState(5, 0, 0)));
        task.State = new TaskState(4, 5, new LadderState(1, 0.5, 3));
        Assert.Equal(new TaskState(4, 5, new LadderState(1, 0.5, 3)), task.State);
    }

    [Fact]
    public void Creating_a_run_settles_every_open_choice()
    {
        var (threads, measured) = (get_num_threads(), new List<ComputeMeasurement>());
        var settings = _tiny.Settings(RunKind.Base) with { ComputeType = "auto", Threads = 0 };

        var folder = TrainingRun.Create(Path.Combine(_tiny.Path, "run"), settings, measured.Add);

        Assert.Equal(threads, get_num_threads());
        Assert.Equal(ModelOptions.UsualThreads, folder.Settings.Threads);
        var measurement = Assert.Single(measured);
        Assert.Equal(measurement.Choice == ScalarType.BFloat16 ? "bfloat16" : "float32", folder.Settings.ComputeType);
        Assert.True(measurement.Float32 > 0.1 && measurement.BFloat16 > 0.01);
        Assert.Equal(64, folder.Settings.TrainingShardSha256!.Length);
        Assert.NotEqual(folder.Settings.TrainingShardSha256, folder.Settings.ValidationShardSha256);
    }

    [Theory]
    [InlineData(100, 90, ScalarType.Float32)]
    [InlineData(100, 119, ScalarType.Float32)]
    [InlineData(100, 121, ScalarType.BFloat16)]
    public void The_less_exact_type_must_be_faster_by_a_fifth(double float32, double bfloat16, ScalarType choice) =>
        Assert.Equal(choice, new ComputeMeasurement(float32, bfloat16).Choice);

    public void Dispose() => _tiny.Dispose();

    private static IEnumerable<string?> Names(string folder) => Directory.GetFiles(folder).Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal);

    private static TrainingTask Open(RunSettings settings) => new(settings);

    private static bool TrainsBase(RunKind kind) => kind is RunKind.Base or RunKind.Restoring;

    private static Transformer BaseOf(ITrainingTask task) => task is InstructionTask instruction ? instruction.Icae.Base : ((TrainingTask)task).Base;

    private static void Spoil(string path)
    {
        // In the middle of the ids: 4 becomes 5.
        var bytes = File.ReadAllBytes(path);
        var place = Array.IndexOf(bytes, (byte)4, 200);
        bytes[place] = 5;
        File.WriteAllBytes(path, bytes);
    }

    [Theory]
    [InlineData(RunKind.Restoring, SlotLayout.Embeddings)]
    [InlineData(RunKind.Autoencoder, SlotLayout.Embeddings)]
    [InlineData(RunKind.Autoencoder, SlotLayout.KeysAndValues)]
    [InlineData(RunKind.Instruction, SlotLayout.Embeddings)]
    public void A_base_with_more_rows_than_its_tokenizer_has_ids_is_trained_on_and_its_slots_are_read(RunKind kind, SlotLayout layout)
    {
        using var padded = new TinyRun(rows: TinyRun.Vocabulary + 16);
        using var scope = NewDisposeScope();
        using var task = TrainingRun.Task(padded.Settings(kind, layout));
        using var buffer = new TrainableBuffer(task.Trainables);

        task.Backward(1, 0, 1);

        using var gradient = task.Trainables.Single(weight => weight.Name == Icae.MemoryTableName).Value.grad!;
        Assert.True(gradient[0].abs().max().item<float>() > 0);
    }

    [Fact]
    public void An_end_of_text_that_the_base_lacks_is_told_before_anything_is_trained()
    {
        var settings = _tiny.Settings(RunKind.Autoencoder);
        var config = Path.Combine(_tiny.Base, "config.json");
        File.WriteAllText(config, File.ReadAllText(config).Replace("\"eos_token_id\": 2", "\"eos_token_id\": 9999", StringComparison.Ordinal));

        Assert.Contains("eos_token_id 9999", Assert.Throws<ConfigurationException>(() => TrainingRun.Task(settings)).Message, StringComparison.Ordinal);
    }
}
