using System.Text.Json;
using System.Text.Json.Nodes;
using ICAE.Lab.Autoencoder;
using ICAE.Lab.Models;
using ICAE.Lab.Tests.Formats;
using ICAE.Lab.Training;

namespace ICAE.Lab.Tests.Training;

/// <summary>Settings as JSON: what goes through, and what is refused with file and place.</summary>
public sealed class RunSettingsTests : IDisposable
{
    private readonly TestFiles.TemporaryFolder _folder = TestFiles.NewFolder();

    public static TheoryData<RunKind> Kinds => [.. Enum.GetValues<RunKind>()];

    /// <summary>A change to the JSON of sound settings, and what the error must say.</summary>
    public static TheoryData<string, string, string> Broken => new()
    {
        { "stepz", "1", "stepz" },
        { "optimizer.momentum", "1", "momentum" },
        { "autoencoder.icae.lora.rang", "1", "rang" },
        { "kind", "\"bert\"", "$.kind" },
        { "kind", "1", "$.kind" },
        { "optimizer.schedule", "\"step\"", "$.optimizer.schedule" },
        { "autoencoder.icae.layout", "\"slots\"", "$.autoencoder.icae.layout" },
        { "steps", "\"many\"", "$.steps" },
        { "steps", "1.5", "$.steps" },
        { "steps", "1e99", "$.steps" },
        { "optimizer", "null", "$.optimizer" },
        { "autoencoder.ladder.rungs", "null", "$.autoencoder.ladder.rungs" },
        { "autoencoder.ladder.rungs", "[null]", "Ladder settings" },
        { "autoencoder.ladder.rungs", "[{}]", "tokens_per_slot" },
        { "autoencoder.icae.lora.targets", "[null]", "LoRA: the targets" },
        { "training_shard", "null", "$.training_shard" },
        { "format_version", "2", "format_version: version 2 is newer" },
        { "format_version", "99999999999", "format_version: version 99999999999 is newer" },
        { "format_version", "0", "format_version" },
        { "format_version", "\"1\"", "format_version" },
        { "steps", "0", "Steps (0)" },
        { "steps", "1000000000", "Steps (1000000000)" },
        { "accumulation", "0", "Accumulation (0)" },
        { "accumulation", "65536", "Accumulation (65536)" },
        { "log_every", "0", "LogEvery" },
        { "threads", "-1", "Threads (-1)" },
        { "threads", "1000000", "Threads (1000000)" },
        { "compute_type", "\"float16\"", "ComputeType (float16)" },
        { "from", "null", "From" },
        { "rows", "null", "Rows" },
        { "autoencoder", "null", "Autoencoder" },
        { "optimizer.learning_rate", "0", "LearningRate (0)" },
        { "optimizer.beta1", "1", "Beta1 (1)" },
        { "rows.length", "1", "Length (1)" },
        { "rows.periodic_share", "2", "PeriodicShare (2)" },
        { "autoencoder.batch", "0", "Batch" },
        { "autoencoder.batch", "100000000", "Batch" },
        { "autoencoder.input_noise", "1.5", "InputNoise (1.5)" },
        { "autoencoder.token_deviation", "-1", "TokenDeviation (-1)" },
        { "autoencoder.unscored_continuation_tokens", "-1", "UnscoredContinuationTokens (-1)" },
        { "autoencoder.evaluation_lengths", "[0]", "EvaluationLengths" },
        { "autoencoder.evaluation_lengths", "[2000000000]", "EvaluationLengths" },
        { "autoencoder.ladder.rungs", "[{\"lengths\":[8],\"tokens_per_slot\":1}]", "more than the 6 separate memory tokens" },
        { "autoencoder.ladder.rungs", "[{\"lengths\":[2000000000],\"tokens_per_slot\":4}]", "Ladder settings" },
        { "autoencoder.ladder.raise_at", "0", "RaiseAt" },
        { "autoencoder.icae.slots", "0", "Slots (0)" },
        { "autoencoder.icae.text_offset", "3", "from position 3 on" },
        { "autoencoder.icae.lora.dropout", "1", "the dropout (1)" },
        { "new_model", "{}", "vocabulary_size" },
    };

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Settings_come_back_from_their_file_as_they_were(RunKind kind)
    {
        foreach (var layout in Enum.GetValues<SlotLayout>())
        {
            var settings = Settings(kind, layout);
            var path = _folder.File($"{kind}-{layout}");

            var folder = RunFolder.Create(path, settings);

            Assert.Equal(Json(settings), Json(RunFolder.Open(path).Settings));
            Assert.Equal(Json(settings), Json(RunFolder.ReadSettings(Path.Combine(path, "settings.json"))));
            Assert.True(RunFolder.Exists(path));
            Assert.Null(folder.LatestCheckpoint());
        }
    }

    [Fact]
    public void Every_field_that_is_not_at_its_default_comes_back()
    {
        var settings = Settings(RunKind.Restoring, SlotLayout.KeysAndValues) with
        {
            Seed = long.MinValue,
            Device = "cuda:1",
            ComputeType = "bfloat16",
            TrainingShardSha256 = new string('0', 64),
            ValidationShardSha256 = new string('f', 64),
            CheckpointEvery = 7,
            CheckpointMinutes = 0.1,
        };

        var read = JsonSerializer.Deserialize<RunSettings>(Json(settings), TrainingJson.Line)!;

        Assert.Equal(Json(settings), Json(read));
        Assert.Equal(settings.Optimizer, read.Optimizer);
        Assert.Equal(settings.Rows, read.Rows);
        Assert.Equal(long.MinValue, read.Seed);
    }

    [Fact]
    public void What_is_not_said_takes_its_default()
    {
        var path = _folder.File("settings.json");
        File.WriteAllText(path, """{"kind":"autoencoder","steps":3,"training_shard":"a","validation_shard":"b","from":"c","autoencoder":{}}""");

        var settings = RunFolder.ReadSettings(path);

        Assert.Equal(Json(new RunSettings { Kind = RunKind.Autoencoder, Steps = 3, TrainingShard = "a", ValidationShard = "b", From = "c", Autoencoder = new() }), Json(settings));
    }

    [Theory]
    [MemberData(nameof(Broken))]
    public void A_broken_field_gives_one_error_that_names_file_and_place(string field, string value, string named)
    {
        var json = JsonNode.Parse(Json(Settings(RunKind.Restoring, SlotLayout.Embeddings)))!.AsObject();
        Set(json, field, value);
        var path = _folder.File("settings.json");
        File.WriteAllText(path, json.ToJsonString());

        var error = Assert.ThrowsAny<IcaeException>(() => RunFolder.ReadSettings(path));

        Assert.StartsWith(path + ": ", error.Message, StringComparison.Ordinal);
        Assert.Contains(named, error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("LineNumber", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("ICAE.Lab.", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', error.Message);
    }

    [Theory]
    [InlineData("", "the file is empty")]
    [InlineData("{", "line 1")]
    [InlineData("[]", "no object")]
    [InlineData("""{"kind":"base","kind":"base"}""", "appears twice")]
    [InlineData("""{"kind":"base"}""", "steps")]
    public void What_is_no_settings_file_is_refused_by_name(string text, string named)
    {
        var path = _folder.File("settings.json");
        File.WriteAllText(path, text);

        var error = Assert.Throws<MalformedFileException>(() => RunFolder.ReadSettings(path));

        Assert.StartsWith(path + ": ", error.Message, StringComparison.Ordinal);
        Assert.Contains(named, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Settings_that_contradict_each_other_make_no_folder()
    {
        var (rows, autoencoder) = (Settings(RunKind.Base, SlotLayout.Embeddings).Rows, TinyRun.Autoencoder(SlotLayout.Embeddings));
        var (plain, restoring, icae) = (Settings(RunKind.Base, 0), Settings(RunKind.Restoring, 0), Settings(RunKind.Autoencoder, 0));
        RunSettings[] contradictions =
        [
            plain with { Rows = null },
            plain with { Autoencoder = autoencoder },
            plain with { From = "base" },
            plain with { NewModel = null },
            plain with { Tokenizer = null },
            restoring with { Rows = null },
            restoring with { Autoencoder = null },
            restoring with { From = null },
            restoring with { From = null, NewModel = TinyRun.Model, Tokenizer = "t" },
            icae with { Rows = rows },
            icae with { Autoencoder = null },
            icae with { From = null, NewModel = TinyRun.Model, Tokenizer = "t" },
            icae with { Autoencoder = autoencoder with { Every = 2 } },
            icae with { Autoencoder = autoencoder with { ContinuationToken = false, Icae = autoencoder.Icae with { Layout = SlotLayout.KeysAndValues } } },
            icae with { CheckpointMinutes = double.NaN },
        ];

        Assert.All(contradictions, settings => Assert.Throws<ConfigurationException>(() => RunFolder.Create(_folder.File("new"), settings)));
        Assert.False(Directory.Exists(_folder.File("new")));
    }

    [Fact]
    public void Lengths_that_are_evaluated_must_fit_the_memory_as_those_trained_do()
    {
        var settings = TinyRun.Autoencoder(SlotLayout.Embeddings) with
        {
            Ladder = new LadderSettings { Rungs = [new TrainingRung([4], 1)] },
            EvaluationLengths = [4, 8],
        };

        Assert.Contains("8 tokens at 1 a slot", Assert.Throws<ConfigurationException>(settings.Validate).Message, StringComparison.Ordinal);
        Assert.NotNull((settings with { EvaluationTexts = 0 }).Validate());
        Assert.NotNull((settings with { EvaluationLengths = [4] }).Validate());
    }

    [Fact]
    public void A_run_that_restores_nothing_has_no_ladder_to_climb()
    {
        var settings = Settings(RunKind.Autoencoder, SlotLayout.Embeddings);
        var continuing = settings with { Autoencoder = settings.Autoencoder! with { ContinuationShare = 1 } };

        Assert.Contains("give it one rung, not 2", Assert.Throws<ConfigurationException>(() => TrainingRun.Create(_folder.File("new"), continuing)).Message, StringComparison.Ordinal);

        // One that is there already can be opened.
        Assert.NotNull(continuing.Validate());
    }

    [Fact]
    public void A_folder_that_holds_a_run_is_not_written_over()
    {
        RunFolder.Create(_folder.Path, Settings(RunKind.Base, SlotLayout.Embeddings));
        var before = File.ReadAllText(_folder.File("settings.json"));

        var error = Assert.Throws<ConfigurationException>(() => RunFolder.Create(_folder.Path, Settings(RunKind.Autoencoder, SlotLayout.Embeddings)));

        Assert.Contains(_folder.Path, error.Message, StringComparison.Ordinal);
        Assert.Equal(before, File.ReadAllText(_folder.File("settings.json")));
        Assert.Contains("holds no run", Assert.Throws<ConfigurationException>(() => RunFolder.Open(_folder.File("none"))).Message, StringComparison.Ordinal);
    }

    public void Dispose() => _folder.Dispose();

    private static RunSettings Settings(RunKind kind, SlotLayout layout) => new()
    {
        Kind = kind,
        Steps = 100,
        ComputeType = "float32",
        TrainingShard = "training.shard",
        ValidationShard = "validation.shard",
        Tokenizer = kind == RunKind.Base ? "tokenizer.json" : null,
        From = kind == RunKind.Base ? null : "base",
        NewModel = kind == RunKind.Base ? TinyRun.Model with { RotaryScaling = new RotaryScaling(RotaryScalingKind.Linear, 2) } : null,
        Rows = kind is RunKind.Autoencoder or RunKind.Instruction ? null : new RowSettings { PeriodicShare = 0.25 },
        Autoencoder = kind == RunKind.Base ? null : TinyRun.Autoencoder(layout),
        Instruction = kind == RunKind.Instruction ? new InstructionSettings { Layout = new InstructionLayout([1, 2], [3]), LongestText = 77 } : null,
    };

    private static string Json(RunSettings settings) => JsonSerializer.Serialize(settings, TrainingJson.Line);

    private static void Set(JsonObject json, string field, string value)
    {
        var path = field.Split('.');
        var target = path[..^1].Aggregate(json, (node, name) => node[name]!.AsObject());
        target[path[^1]] = JsonNode.Parse(value);
    }
}
