using System.Diagnostics;
using System.Globalization;
using ICAE.Lab.Autoencoder;
using ICAE.Lab.Tests.Formats;
using ICAE.Lab.Training;
using Xunit.Abstractions;

namespace ICAE.Lab.Tests.Training;

/// <summary>A training run in a process of its own, killed again and again.</summary>
[Collection("torch")]
public sealed class KillTests(ITestOutputHelper output)
{
    private const int Kills = 10;
    private const int Steps = 60;

    [Fact]
    public void A_run_killed_at_ten_moments_ends_as_if_left_alone()
    {
        using var tiny = new TinyRun();
        var settings = tiny.Settings(RunKind.Restoring, SlotLayout.KeysAndValues) with { Steps = Steps, EvaluateEvery = 9, CheckpointEvery = 2 };
        var alone = tiny.Create("alone", settings);
        TinyRun.Run(alone);

        var killed = tiny.Create("killed", settings);
        var random = new Random(4);
        var halfWritten = 0;
        for (var kill = 0; kill < Kills; kill++)
        {
            // In turn: anywhere, while a file is being written, and once before the run has begun.
            Kill(killed, kill == 3 ? 0 : random.Next(1, 6), whileWriting: kill % 2 == 0, random.Next(30));
            halfWritten += Directory.GetFiles(killed.Path, ".icae-*.tmp", SearchOption.AllDirectories).Length > 0 ? 1 : 0;
            Assert.False(File.Exists(killed.CheckpointPath(Steps)), "The run was over before it could be killed.");
        }

        output.WriteLine($"{halfWritten} of {Kills} kills left a file half written; the last one found {killed.LatestCheckpoint()}.");
        Assert.Equal(RunStatus.Completed, TinyRun.Run(RunFolder.Open(killed.Path)));
        ResumeTests.AssertSame(alone, killed);
        Assert.Equal(Enumerable.Range(1, Steps), killed.ReadLog().Where(line => line["learning_rate"] is not null).Select(line => line["step"]!.GetValue<int>()));
    }

    private static void Kill(RunFolder folder, int updates, bool whileWriting, int milliseconds)
    {
        using var process = ChildProcess.Start("train", folder.Path);
        try
        {
            for (var told = 0; told < updates; told++)
            {
                Assert.NotNull(process.StandardOutput.ReadLine());
            }

            var waited = Stopwatch.StartNew();
            if (whileWriting)
            {
                var checkpoints = Path.Combine(folder.Path, "checkpoints");
                while (waited.ElapsedMilliseconds < 2000 && !Directory.EnumerateFiles(checkpoints, ".icae-*.tmp").Any())
                {
                }
            }
            else
            {
                Thread.Sleep(milliseconds);
            }
        }
        finally
        {
            process.Kill();
            Assert.True(process.WaitForExit(60_000));
        }
    }

    /// <summary>What the process does: goes on with the run in a folder and tells each step.</summary>
    internal static void Train(string path) =>
        TrainingRun.Run(RunFolder.Open(path), new InlineProgress<RunProgress>(progress => Console.WriteLine(progress.Step.ToString(CultureInfo.InvariantCulture))));
}
