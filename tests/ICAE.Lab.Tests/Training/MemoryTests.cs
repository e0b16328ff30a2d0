using ICAE.Lab.Autoencoder;
using ICAE.Lab.Models;
using ICAE.Lab.Models.Kernels;
using ICAE.Lab.Training;
using TorchSharp;
using Xunit.Abstractions;
using static TorchSharp.torch;

namespace ICAE.Lab.Tests.Training;

/// <summary>A step leaves no tensor behind, and a run does not grow.</summary>
[Collection("torch")]
public sealed class MemoryTests(ITestOutputHelper output)
{
    public static TheoryData<RunKind, SlotLayout, bool, bool> Cases
    {
        get
        {
            var data = new TheoryData<RunKind, SlotLayout, bool, bool>();
            var cases =
                from kind in Enum.GetValues<RunKind>()
                from layout in Enum.GetValues<SlotLayout>()
                where kind != RunKind.Base || layout == SlotLayout.Embeddings
                from kernels in (bool[])[true, false]
                from recompute in (bool[])[true, false]
                select (kind, layout, kernels, recompute);
            foreach (var (kind, layout, kernels, recompute) in cases)
            {
                data.Add(kind, layout, kernels, recompute);
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void A_step_leaves_no_tensor_behind(RunKind kind, SlotLayout layout, bool kernels, bool recompute)
    {
        using var tiny = new TinyRun();
        var settings = tiny.Settings(kind, layout) with { Steps = 24, RecomputeActivations = recompute, EvaluateEvery = 8, CheckpointEvery = 7 };
        var folder = tiny.Create("run", settings);
        var counts = new List<long>();
        CpuKernel.Enabled = kernels;
        try
        {
            TrainingRun.Run(folder, new InlineProgress<RunProgress>(_ => counts.Add(Live())));
        }
        finally
        {
            CpuKernel.Enabled = true;
        }

        Assert.Equal(24 + 3, counts.Count);
        Assert.All(counts.Skip(3), count => Assert.Equal(counts[3], count));
    }

    [Theory]
    [MemberData(nameof(TinyRunKinds))]
    public void A_run_leaves_no_tensor_behind(RunKind kind, SlotLayout layout)
    {
        using var tiny = new TinyRun();
        var settings = tiny.Settings(kind, layout) with { Steps = 3 };
        var folder = tiny.Create("run", settings);

        // The count is that of a thread.
        var left = TrainingThread.Run(settings.Threads, token =>
        {
            var before = Live();
            TrainingRun.RunHere(folder, null, token);
            return Live() - before;
        });

        Assert.Equal(0, left);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_backward_pass_lets_go_of_each_gradient_in_turn(bool recompute)
    {
        using var model = Transformer.Create(TinyRun.Model with { Layers = 6 }, CPU, 1);
        model.Weights.ToList().ForEach(weight => weight.Value.requires_grad_(true));
        using var scope = NewDisposeScope();
        var ids = zeros([2, 9], dtype: ScalarType.Int64, device: CPU);
        var hidden = model.Forward(new TransformerInput { Embeddings = model.Embed(ids), RecomputeActivations = recompute }).Hidden;
        var loss = hidden.sum();
        var before = Live();

        loss.backward();

        // Those of the last function stay until the next one runs; six layers' would be dozens.
        Assert.InRange(Live() - before, 0, 3);
    }

    public static TheoryData<RunKind, SlotLayout> TinyRunKinds => TinyRun.Kinds;

    [Theory]
    [InlineData(RunKind.Restoring, SlotLayout.KeysAndValues, true)]
    [InlineData(RunKind.Autoencoder, SlotLayout.Embeddings, false)]
    public void Memory_does_not_grow_over_a_thousand_steps(RunKind kind, SlotLayout layout, bool recompute)
    {
        const int Warm = 200;
        using var tiny = new TinyRun(layers: 1);
        var settings = tiny.Settings(kind, layout) with { Steps = Warm + 1000, Accumulation = 1, EvaluateEvery = 0, LogEvery = 100, RecomputeActivations = recompute };
        settings = settings with
        {
            Rows = settings.Rows is null ? null : settings.Rows with { Batch = 2 },
            Autoencoder = settings.Autoencoder! with { Batch = 2, EvaluationTexts = 0, ContinuationShare = 0 },
        };
        var folder = tiny.Create("run", settings);
        var memory = new Dictionary<long, long>();

        TrainingRun.Run(folder, new InlineProgress<RunProgress>(progress =>
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
            memory[progress.Step] = ResidentBytes();
        }));

        var grown = (memory[Warm + 1000] - memory[Warm]) >> 10;
        output.WriteLine($"{kind} {layout}: {memory[Warm] >> 20} MB, {grown} kB more after 1,000 steps");

        // A leak of one small tensor a step and layer would show as some megabytes; pages of the runtime come and go.
        Assert.True(grown < 6 << 10, $"Resident memory grew by {grown} kB over 1,000 steps.");
    }

    private static long Live() => DisposeScopeManager.Statistics.ThreadTotalLiveCount;

    private static long ResidentBytes()
    {
        using var process = System.Diagnostics.Process.GetCurrentProcess();
        return process.WorkingSet64;
    }
}
