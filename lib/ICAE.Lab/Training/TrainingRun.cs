using ICAE.Lab.Autoencoder;
using ICAE.Lab.Data;
using ICAE.Lab.Models;
using static TorchSharp.torch;

namespace ICAE.Lab.Training;

/// <summary>Starts and resumes runs.</summary>
public static class TrainingRun
{
    /// <summary>Makes a run's folder with every choice made: compute type measured, threads counted, shards hashed.</summary>
    /// <param name="folder">The folder; must not hold a run yet.</param>
    /// <param name="settings">The settings.</param>
    /// <param name="measured">Told what was measured where the compute type was <c>auto</c>.</param>
    /// <returns>The folder.</returns>
    /// <exception cref="IcaeException">The settings break a rule, or a shard cannot be read.</exception>
    public static RunFolder Create(string folder, RunSettings settings, Action<ComputeMeasurement>? measured = null)
    {
        ArgumentNullException.ThrowIfNull(settings);
        settings.Validate();
        settings.Autoencoder?.RequireClimbable();
        var threads = settings.Threads == 0 ? ModelOptions.UsualThreads : settings.Threads;
        using var own = new TorchThreads();
        var device = new ModelOptions { Device = settings.Device, Threads = threads }.Open();
        var (ofBase, ofAutoencoder) = Fingerprints(settings);
        return RunFolder.Create(folder, settings with
        {
            Rows = settings.Rows is { } rows ? rows with { ShortSteps = rows.ShortSteps ?? UsualShortSteps(settings, rows) } : null,
            ComputeType = settings.ComputeType == "auto" ? Measure(device, measured) : settings.ComputeType,
            Threads = threads,
            TrainingShardSha256 = Hash(settings.TrainingShard),
            ValidationShardSha256 = Hash(settings.ValidationShard),
            BaseFingerprint = ofBase,
            AutoencoderFingerprint = ofAutoencoder,
        });
    }

    /// <summary>Runs to the end or until it is stopped, from wherever the folder stands.</summary>
    /// <param name="folder">The run.</param>
    /// <param name="progress">Told at every log line, on the run's own thread, while the caller waits.</param>
    /// <param name="cancellation">Stops between two updates and saves; the running cell's where none is given.</param>
    /// <returns>Whether all updates are made.</returns>
    /// <exception cref="IcaeException">Files are missing or changed, or the loss diverged; the last checkpoint stays.</exception>
    public static RunStatus Run(RunFolder folder, IProgress<RunProgress>? progress = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(folder);
        return TrainingThread.Run(folder.Settings.Threads, token => RunHere(folder, progress, token), NotebookHost.OrCell(cancellation));
    }

    /// <summary>The same on the thread that calls.</summary>
    internal static RunStatus RunHere(RunFolder folder, IProgress<RunProgress>? progress, CancellationToken cancellation)
    {
        using var alone = folder.Lock();
        try
        {
            using var task = Begin(folder);
            return new TrainingLoop(folder, task, progress).Run(cancellation);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new IcaeException($"{folder.Path}: {error.Message} The last checkpoint is kept.", error);
        }
    }

    /// <summary>What the run trains. Where a run that was just made cannot be begun, the folder is free for another beginning.</summary>
    private static ITrainingTask Begin(RunFolder folder)
    {
        try
        {
            return Task(folder.Settings);
        }
        catch (IcaeException) when (folder.IsNew && !folder.HasBegun)
        {
            folder.Abandon();
            throw;
        }
    }

    /// <summary>What a run of some settings trains.</summary>
    internal static ITrainingTask Task(RunSettings settings) => settings.Kind == RunKind.Instruction ? new InstructionTask(settings) : new TrainingTask(settings);

    /// <summary>The fingerprints of base and autoencoder that a run starts from, where it does; the base is loaded only where an autoencoder stands on it.</summary>
    private static (string? Base, string? Autoencoder) Fingerprints(RunSettings settings)
    {
        if (settings.From is null)
            return (null, null);

        if (settings.FromAutoencoder is not { } folder)
            return (BaseModel.ReadFingerprint(settings.From), null);

        using var model = BaseModel.Load(settings.From, new ModelOptions { ComputeType = ScalarType.BFloat16 });
        using var icae = IcaeFolder.Load(folder, model);
        return (model.Fingerprint, IcaeFingerprint.Of(icae));
    }

    /// <summary>A base of 3.5 M parameters had not begun to copy after 4,325 updates of rows of 256 tokens, and copied after 750 of rows of 64 (notebooks/LOG.md).</summary>
    private static long UsualShortSteps(RunSettings settings, RowSettings rows) =>
        settings.NewModel is not null && rows is { PeriodicShare: > 0, HasShortRows: true } ? settings.Steps * 15 / 100 : 0;

    private static string Measure(Device device, Action<ComputeMeasurement>? measured)
    {
        var measurement = ComputeMeasurement.Run(device);
        measured?.Invoke(measurement);
        return measurement.Choice == ScalarType.BFloat16 ? "bfloat16" : "float32";
    }

    private static string Hash(string path)
    {
        using var shard = TokenShard.Open(path);
        shard.Verify();
        return shard.Sha256;
    }
}
