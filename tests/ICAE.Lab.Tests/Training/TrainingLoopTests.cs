using ICAE.Lab.Models;
using ICAE.Lab.Tests.Formats;
using ICAE.Lab.Training;
using static TorchSharp.torch;

namespace ICAE.Lab.Tests.Training;

/// <summary>The loop's own promises, on a task of three numbers.</summary>
[Collection("torch")]
public sealed class TrainingLoopTests : IDisposable
{
    private readonly TestFiles.TemporaryFolder _folder = TestFiles.NewFolder();

    [Fact]
    public void A_run_logs_every_step_once_and_evaluates_where_it_should()
    {
        var folder = Create("run", steps: 10);

        Assert.Equal(RunStatus.Completed, Run(folder, new Quadratic()));

        Assert.Equal(["1", "2", "3", "3v", "4", "5", "6", "6v", "7", "8", "9", "9v", "10", "10v"], Steps(folder));
        Assert.True(File.Exists(Path.Combine(folder.ModelPath, "made")));
    }

    [Fact]
    public void A_stop_within_an_evaluation_saves_and_is_no_error()
    {
        var alone = Create("alone", steps: 8);
        Run(alone, new Quadratic());
        var folder = Create("stopped", steps: 8);
        using var stop = new CancellationTokenSource();

        var status = Run(folder, new Quadratic { OnEvaluate = stop.Cancel }, stop.Token);

        Assert.Equal(RunStatus.Stopped, status);
        Assert.Equal(folder.CheckpointPath(3), folder.LatestCheckpoint());
        Assert.Equal(["1", "2", "3"], Steps(folder));
        Assert.Equal(RunStatus.Completed, Run(folder, new Quadratic()));
        Assert.Equal(TinyRun.Log(alone), TinyRun.Log(folder));
        Assert.Equal(File.ReadAllBytes(alone.CheckpointPath(8)), File.ReadAllBytes(folder.CheckpointPath(8)));
    }

    [Fact]
    public void A_stop_before_the_first_update_saves_too()
    {
        var folder = Create("run", steps: 8);
        using var stop = new CancellationTokenSource();
        stop.Cancel();

        Assert.Equal(RunStatus.Stopped, Run(folder, new Quadratic(), stop.Token));
        Assert.Equal(folder.CheckpointPath(0), folder.LatestCheckpoint());
        Assert.Equal(RunStatus.Completed, Run(folder, new Quadratic()));
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    public void A_gradient_that_is_not_finite_ends_the_run_and_spoils_nothing(float value)
    {
        var folder = Create("run", steps: 8);

        var error = Assert.Throws<IcaeException>(() => Run(folder, new Quadratic { GradientFactor = step => step == 5 ? value : 1 }));

        Assert.Contains(folder.Path, error.Message, StringComparison.Ordinal);
        Assert.Contains("update 5", error.Message, StringComparison.Ordinal);
        Assert.Equal(folder.CheckpointPath(4), folder.LatestCheckpoint());
        Assert.Equal(RunStatus.Completed, Run(folder, new Quadratic()));
        Assert.Equal(["1", "2", "3", "3v", "4", "5", "6", "6v", "7", "8", "8v"], Steps(folder));
    }

    [Fact]
    public void A_measured_value_that_is_not_finite_ends_the_run_by_name()
    {
        var folder = Create("run", steps: 8);

        var error = Assert.Throws<IcaeException>(() => Run(folder, new Quadratic { Evaluated = double.NaN }));

        Assert.Contains(folder.Path, error.Message, StringComparison.Ordinal);
        Assert.Contains("validation_loss", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_log_is_cut_back_to_the_checkpoint()
    {
        var alone = Create("alone", steps: 8);
        Run(alone, new Quadratic());
        var folder = Create("run", steps: 8);
        Stop(folder, at: 6);
        var log = Path.Combine(folder.Path, "log.jsonl");
        File.AppendAllText(log, """{"step":7,"loss":9}""" + "\n" + """{"step":6,"validation_loss":9}""" + "\n" + """{"step":8,"lo""");

        Assert.Equal(RunStatus.Completed, Run(folder, new Quadratic()));

        Assert.Equal(TinyRun.Log(alone), TinyRun.Log(folder));
    }

    [Fact]
    public void The_minutes_of_a_run_that_goes_on_count_on()
    {
        var folder = Create("run", steps: 8);
        Stop(folder, at: 4);
        var log = Path.Combine(folder.Path, "log.jsonl");
        var lines = folder.ReadLog().ToList();
        foreach (var line in lines)
        {
            line["minutes"] = line["step"]!.GetValue<long>() * 100;
        }

        // What the checkpoint does not know of is made again, and so is its time.
        File.WriteAllLines(log, lines.Select(line => line.ToJsonString()).Append("""{"step":5,"minutes":900}""").Append("""{"step":4,"loss":1}"""));

        Run(folder, new Quadratic());

        var minutes = folder.ReadLog().Where(line => line["minutes"] is not null).Select(line => line["minutes"]!.GetValue<double>()).ToList();
        Assert.Equal(minutes.Order(), minutes);
        Assert.InRange(minutes[^1], 400, 500);
        Assert.Equal(11, folder.ReadLog().Count(line => line["minutes"] is not null));
    }

    [Fact]
    public void A_run_killed_before_its_first_checkpoint_begins_anew()
    {
        var alone = Create("alone", steps: 8);
        Run(alone, new Quadratic());
        var folder = Create("run", steps: 8);
        File.WriteAllText(Path.Combine(folder.Path, "log.jsonl"), """{"step":1,"loss":9}""" + "\n");

        Run(folder, new Quadratic());

        Assert.Equal(TinyRun.Log(alone), TinyRun.Log(folder));
    }

    [Fact]
    public void A_completed_run_that_is_run_again_stays_as_it_is()
    {
        var folder = Create("run", steps: 6);
        Run(folder, new Quadratic());
        var (log, bytes) = (TinyRun.Log(folder), File.ReadAllBytes(folder.CheckpointPath(6)));
        Directory.Delete(folder.ModelPath, recursive: true);

        Assert.Equal(RunStatus.Completed, Run(folder, new Quadratic()));

        Assert.Equal(log, TinyRun.Log(folder));
        Assert.Equal(bytes, File.ReadAllBytes(folder.CheckpointPath(6)));
        Assert.True(File.Exists(Path.Combine(folder.ModelPath, "made")));
    }

    [Fact]
    public void The_newest_two_checkpoints_stay_and_what_was_half_written_goes()
    {
        var folder = Create("run", steps: 10);
        Stop(folder, at: 5);
        Directory.CreateDirectory(folder.ModelPath);
        string[] leftovers = [Path.Combine(folder.Path, ".icae-1.tmp"), Path.Combine(folder.Path, "checkpoints", ".icae-2.tmp"), Path.Combine(folder.ModelPath, ".icae-3.tmp")];
        foreach (var leftover in leftovers)
        {
            File.WriteAllText(leftover, "half");
        }

        Run(folder, new Quadratic());

        Assert.Equal([folder.CheckpointPath(8), folder.CheckpointPath(10)], Directory.GetFiles(Path.Combine(folder.Path, "checkpoints")).Order(StringComparer.Ordinal));
        Assert.All(leftovers, leftover => Assert.False(File.Exists(leftover)));
    }

    [Fact]
    public void A_checkpoint_of_a_step_that_the_run_does_not_have_is_refused()
    {
        var longer = Create("longer", steps: 20);
        Stop(longer, at: 15);
        var folder = Create("run", steps: 10);
        File.Copy(longer.CheckpointPath(15), folder.CheckpointPath(15));

        var error = Assert.Throws<MalformedFileException>(() => Run(folder, new Quadratic()));

        Assert.Equal(folder.CheckpointPath(15), error.Path);
        Assert.Equal("step", error.Place);
    }

    [Fact]
    public void A_checkpoint_whose_state_the_task_refuses_is_named()
    {
        var folder = Create("run", steps: 10);
        Stop(folder, at: 4);

        var error = Assert.Throws<MalformedFileException>(() => Run(folder, new Quadratic { RefusesState = true }));

        Assert.Equal(folder.CheckpointPath(4), error.Path);
        Assert.Equal("state", error.Place);
    }

    [Fact]
    public void A_log_that_cannot_be_written_is_named()
    {
        var folder = Create("run", steps: 10);
        Directory.CreateDirectory(Path.Combine(folder.Path, "log.jsonl"));

        var error = Assert.Throws<IcaeException>(() => Run(folder, new Quadratic()));

        Assert.Contains("log.jsonl", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_logged_of_accumulated_batches_is_their_mean()
    {
        var folder = Create("run", steps: 1, accumulation: 4);

        Run(folder, new Quadratic());

        // Batches report 0, 1, 2 and 3.
        Assert.Equal(1.5, folder.ReadLog().First()["part"]!.GetValue<double>());
    }

    public void Dispose() => _folder.Dispose();

    private static RunStatus Run(RunFolder folder, Quadratic task, CancellationToken stop = default)
    {
        using (task)
        {
            return new TrainingLoop(folder, task).Run(stop);
        }
    }

    private static void Stop(RunFolder folder, long at)
    {
        using var stop = new CancellationTokenSource();
        using var task = new Quadratic();
        var progress = new InlineProgress<RunProgress>(told =>
        {
            Assert.False(DenormalMode.IsFlushing);
            if (told.Step == at)
            {
                stop.Cancel();
            }
        });
        Assert.Equal(RunStatus.Stopped, new TrainingLoop(folder, task, progress).Run(stop.Token));
    }

    private static IEnumerable<string> Steps(RunFolder folder) =>
        folder.ReadLog().Select(line => $"{line["step"]}{(line.Any(field => field.Key.StartsWith("validation", StringComparison.Ordinal)) ? "v" : "")}");

    private RunFolder Create(string name, long steps, int accumulation = 1) => RunFolder.Create(_folder.File(name), new RunSettings
    {
        Kind = RunKind.Base,
        Steps = steps,
        Accumulation = accumulation,
        ComputeType = "float32",
        Threads = 1,
        TrainingShard = "none",
        ValidationShard = "none",
        Tokenizer = "none",
        NewModel = TinyRun.Model,
        Rows = new RowSettings(),
        LogEvery = 1,
        EvaluateEvery = 3,
        CheckpointEvery = 2,
        CheckpointMinutes = 0,
    });

    /// <summary>Moves three numbers towards a target.</summary>
    private sealed class Quadratic : ITrainingTask
    {
        private readonly Weight _weight = new("w", zeros([3], dtype: ScalarType.Float32, device: CPU));
        private TaskState _state = new(0, 0, null);

        public Action OnEvaluate { get; init; } = () => { };

        public Func<long, float> GradientFactor { get; init; } = _ => 1;

        public double Evaluated { get; init; } = 0.5;

        public bool RefusesState { get; init; }

        public IReadOnlyList<Weight> Trainables => [_weight];

        public TaskState State
        {
            get => _state;
            set => _state = RefusesState ? throw new ConfigurationException("The state is not to my liking.") : value;
        }

        public StepReport Backward(long step, int part, int parts)
        {
            Assert.Equal(DenormalMode.IsAvailable, DenormalMode.IsFlushing);
            using var scope = NewDisposeScope();
            var target = tensor(new[] { 1f, 2f, step }, device: CPU);
            var loss = _weight.Value.sub(target).square().sum().mul(GradientFactor(step));
            loss.div(parts).backward();
            _state = _state with { RowCursor = _state.RowCursor + 1 };
            return new StepReport(3, new Dictionary<string, double> { ["loss"] = float.IsFinite(loss.item<float>()) ? loss.item<float>() : 0, ["part"] = part });
        }

        public IReadOnlyDictionary<string, double> Evaluate(CancellationToken cancellation)
        {
            Assert.Equal(DenormalMode.IsAvailable, DenormalMode.IsFlushing);
            OnEvaluate();
            cancellation.ThrowIfCancellationRequested();
            return new Dictionary<string, double> { ["loss"] = Evaluated };
        }

        public void Export(string folder)
        {
            Directory.CreateDirectory(folder);
            File.WriteAllText(Path.Combine(folder, "made"), "");
        }

        public void Dispose() => _weight.Dispose();
    }
}
