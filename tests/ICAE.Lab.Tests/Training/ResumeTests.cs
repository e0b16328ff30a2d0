using ICAE.Lab.Autoencoder;
using ICAE.Lab.Training;

namespace ICAE.Lab.Tests.Training;

/// <summary>A run that was stopped, any number of times, ends in the same bytes as one that was left alone.</summary>
[Collection("torch")]
public sealed class ResumeTests
{
    public static TheoryData<RunKind, SlotLayout> Kinds => TinyRun.Kinds;

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_stopped_run_ends_as_if_left_alone(RunKind kind, SlotLayout layout)
    {
        using var tiny = new TinyRun();
        var settings = tiny.Settings(kind, layout);
        var alone = tiny.Create("alone", settings);
        Assert.Equal(RunStatus.Completed, TinyRun.Run(alone));

        var random = new Random(17 + (int)kind);
        var stopped = tiny.Create("stopped", settings);
        var first = random.Next(1, 8);
        Assert.Equal(RunStatus.Stopped, TinyRun.Run(stopped, stopAt: first));
        Assert.Equal(stopped.CheckpointPath(first), stopped.LatestCheckpoint());
        Assert.Equal(RunStatus.Stopped, TinyRun.Run(RunFolder.Open(stopped.Path), stopAt: random.Next(first + 1, 12)));
        Assert.Equal(RunStatus.Completed, TinyRun.Run(RunFolder.Open(stopped.Path)));

        AssertSame(alone, stopped);
    }

    [Fact]
    public void The_ladder_rises_within_these_runs()
    {
        using var tiny = new TinyRun();
        var folder = tiny.Create("run", tiny.Settings(RunKind.Autoencoder));
        TinyRun.Run(folder);

        Assert.Equal([0, 1], folder.ReadLog().Where(line => line["rung"] is not null).Select(line => line["rung"]!.GetValue<double>()).Distinct());
    }

    [Theory]
    [InlineData(RunKind.Base, SlotLayout.Embeddings)]
    [InlineData(RunKind.Autoencoder, SlotLayout.KeysAndValues)]
    public void Two_threads_and_bfloat16_resume_as_exactly(RunKind kind, SlotLayout layout)
    {
        using var tiny = new TinyRun();
        var settings = tiny.Settings(kind, layout) with { ComputeType = "bfloat16", Threads = 2, Steps = 4, Accumulation = 1, EvaluateEvery = 0 };
        if (settings.Rows is { } rows)
        {
            // Enough rows for the kernels to share them out.
            settings = settings with { Rows = rows with { Batch = 24, Length = 48 } };
        }

        var (alone, stopped) = (tiny.Create("alone", settings), tiny.Create("stopped", settings));
        TinyRun.Run(alone);
        TinyRun.Run(stopped, stopAt: 2);
        TinyRun.Run(stopped);

        AssertSame(alone, stopped);
    }

    [Fact]
    public void Another_seed_gives_another_run()
    {
        using var tiny = new TinyRun();
        var settings = tiny.Settings(RunKind.Autoencoder) with { Steps = 2 };
        var (one, two) = (tiny.Create("one", settings), tiny.Create("two", settings with { Seed = 6 }));
        TinyRun.Run(one);
        TinyRun.Run(two);

        Assert.NotEqual(File.ReadAllBytes(one.CheckpointPath(2)), File.ReadAllBytes(two.CheckpointPath(2)));
    }

    [Fact]
    public void A_second_start_of_a_run_leaves_the_first_as_it_is()
    {
        using var tiny = new TinyRun();
        var folder = tiny.Create("run", tiny.Settings(RunKind.Autoencoder));
        using (folder.Lock())
        {
            Assert.Contains("another process", Assert.Throws<ConfigurationException>(() => TinyRun.Run(RunFolder.Open(folder.Path))).Message, StringComparison.Ordinal);
            Assert.True(RunFolder.Exists(folder.Path));
        }

        Assert.Equal(RunStatus.Completed, TinyRun.Run(folder));
    }

    [Fact]
    public void A_folder_that_was_moved_goes_on_and_one_that_could_not_begin_is_free_again()
    {
        using var tiny = new TinyRun();
        var path = Path.Combine(tiny.Path, "here");
        Directory.CreateDirectory(Path.Combine(path, "data"));
        File.Copy(tiny.TrainingShard, Path.Combine(path, "data", "train.tokens"));
        var settings = tiny.Settings(RunKind.Autoencoder) with { TrainingShard = Path.Combine(path, "data", "train.tokens") };
        Assert.Equal(RunStatus.Stopped, TinyRun.Run(TrainingRun.Create(path, settings), stopAt: 4));

        var moved = Path.Combine(tiny.Path, "there");
        Directory.Move(path, moved);
        Assert.Equal(RunStatus.Completed, TinyRun.Run(RunFolder.Open(moved)));

        var wrong = Path.Combine(tiny.Path, "wrong");
        var tooLong = settings with { TrainingShard = tiny.TrainingShard, Autoencoder = TinyRun.Autoencoder(SlotLayout.KeysAndValues) with { EvaluationLengths = [19] } };
        TinyRun.WriteShard(Path.Combine(tiny.Path, "short.shard"), [[3, 4, 5, 6, 7, 8]]);
        Assert.Throws<ConfigurationException>(() => TinyRun.Run(TrainingRun.Create(wrong, tooLong with { ValidationShard = Path.Combine(tiny.Path, "short.shard") })));
        Assert.False(RunFolder.Exists(wrong));
        Assert.Equal(RunStatus.Completed, TinyRun.Run(TrainingRun.Create(wrong, tooLong with { Steps = 1 })));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Recomputed_activations_change_nothing_but_memory(RunKind kind, SlotLayout layout)
    {
        using var tiny = new TinyRun();
        var settings = tiny.Settings(kind, layout) with { Steps = 4, EvaluateEvery = 0 };
        var (kept, recomputed) = (tiny.Create("kept", settings with { RecomputeActivations = false }), tiny.Create("recomputed", settings));
        TinyRun.Run(kept);
        TinyRun.Run(recomputed);

        if (kind == RunKind.Restoring)
        {
            // Gradients of encoder and decoder meet in the base's weights; which of them are added first differs.
            Assert.All(Losses(kept).Zip(Losses(recomputed)), pair => Assert.Equal(pair.First, pair.Second, 1e-3));
            return;
        }

        Assert.Equal(TinyRun.Log(kept), TinyRun.Log(recomputed));
        Assert.Equal(File.ReadAllBytes(kept.CheckpointPath(4)), File.ReadAllBytes(recomputed.CheckpointPath(4)));
    }

    private static List<double> Losses(RunFolder folder) =>
        [.. folder.ReadLog().SelectMany(line => line.Where(field => field.Key.EndsWith("_loss", StringComparison.Ordinal)).Select(field => field.Value!.GetValue<double>()))];

    internal static void AssertSame(RunFolder alone, RunFolder other)
    {
        var steps = alone.Settings.Steps;
        Assert.Equal(TinyRun.Log(alone), TinyRun.Log(other));
        Assert.Equal(File.ReadAllBytes(alone.CheckpointPath(steps)), File.ReadAllBytes(other.CheckpointPath(steps)));
        Assert.Equal(Files(alone.ModelPath), Files(other.ModelPath));
        Assert.Empty(Directory.GetFiles(other.Path, ".*", SearchOption.AllDirectories));
    }

    private static Dictionary<string, string> Files(string folder) => !Directory.Exists(folder) ? [] : Directory
        .GetFiles(folder, "*", SearchOption.AllDirectories)
        .ToDictionary(path => Path.GetRelativePath(folder, path), path => Convert.ToHexString(System.Security.Cryptography.SHA256.HashData(File.ReadAllBytes(path))));

    [Fact]
    public void A_fault_that_passes_leaves_a_run_that_has_not_begun_as_it_is()
    {
        using var tiny = new TinyRun();
        var created = tiny.Create("run", tiny.Settings(RunKind.Autoencoder) with { Steps = 1 });
        Directory.Move(tiny.Base, tiny.Base + "-away");
        Assert.ThrowsAny<IcaeException>(() => TinyRun.Run(RunFolder.Open(created.Path)));
        Assert.True(RunFolder.Exists(created.Path));

        Directory.Move(tiny.Base + "-away", tiny.Base);
        Assert.Equal(RunStatus.Completed, TinyRun.Run(RunFolder.Open(created.Path)));
    }

    [Fact]
    public void Texts_outside_of_the_run_are_noted_from_the_root()
    {
        using var tiny = new TinyRun();
        var relative = Path.GetRelativePath(Environment.CurrentDirectory, tiny.TrainingShard);
        var folder = tiny.Create("run", tiny.Settings(RunKind.Autoencoder) with { TrainingShard = relative });

        Assert.Equal(tiny.TrainingShard, RunFolder.Open(folder.Path).Settings.TrainingShard);
    }

    [Fact]
    public void A_run_leaves_the_number_of_threads_as_it_was()
    {
        using var tiny = new TinyRun();
        var before = TorchSharp.torch.get_num_threads();
        Assert.Equal(RunStatus.Completed, TinyRun.Run(tiny.Create("run", tiny.Settings(RunKind.Autoencoder) with { Steps = 1, Threads = before + 1 })));

        Assert.Equal(before, TorchSharp.torch.get_num_threads());
    }
}
