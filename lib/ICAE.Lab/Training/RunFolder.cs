using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using ICAE.Lab.Formats;

namespace ICAE.Lab.Training;

/// <summary>
/// A run on disk: <c>settings.json</c>, <c>log.jsonl</c>, <c>checkpoints/step-N.safetensors</c> and, at the end, <c>model/</c> (where a base
/// was trained to be restored from, also <c>autoencoder/</c>, its encoder).
/// Whenever the process dies, the newest checkpoint is whole and the run goes on from it.
/// </summary>
public sealed class RunFolder
{
    /// <summary>The folder of the model in a run's folder.</summary>
    internal const string ModelFolder = "model";

    /// <summary>The folder of the encoder that a base was trained with, beside that of the base.</summary>
    internal const string AutoencoderFolder = "autoencoder";

    private const string SettingsFile = "settings.json";
    private const string LogFile = "log.jsonl";
    private const string LockFile = "run.lock";
    private const string CheckpointPrefix = "step-";
    private const int CheckpointsKept = 2;

    private RunFolder(string path, RunSettings settings, bool isNew)
    {
        Path = path;
        Settings = settings;
        IsNew = isNew;
    }

    /// <summary>The folder.</summary>
    public string Path { get; }

    /// <summary>The run's settings.</summary>
    public RunSettings Settings { get; }

    /// <summary>Where the run's result is written.</summary>
    public string ModelPath => System.IO.Path.Combine(Path, ModelFolder);

    /// <summary>Where the encoder is written with which a base was trained to be restored from; <see langword="null"/> for other runs.</summary>
    public string? AutoencoderPath => Settings.Kind == RunKind.Restoring ? System.IO.Path.Combine(Path, AutoencoderFolder) : null;

    private string CheckpointFolder => System.IO.Path.Combine(Path, "checkpoints");

    private string LogPath => System.IO.Path.Combine(Path, LogFile);

    /// <summary>Whether a folder holds a run.</summary>
    /// <param name="path">The folder.</param>
    /// <returns>True if it has settings.</returns>
    public static bool Exists(string path) => File.Exists(System.IO.Path.Combine(path, SettingsFile));

    /// <summary>Makes a new run's folder.</summary>
    /// <param name="path">The folder; must not hold a run yet.</param>
    /// <param name="settings">The settings, all choices made.</param>
    /// <returns>The folder.</returns>
    /// <exception cref="ConfigurationException">There is a run already, or the settings break a rule.</exception>
    public static RunFolder Create(string path, RunSettings settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        settings.Validate();
        if (Exists(path))
        {
            throw new ConfigurationException($"{path} holds a run already; resume it or choose another folder.");
        }

        Directory.CreateDirectory(System.IO.Path.Combine(path, "checkpoints"));
        AtomicFile.WriteText(System.IO.Path.Combine(path, SettingsFile), JsonSerializer.Serialize(WithModels(WithPaths(settings, file => Stored(path, file)), FromRoot), TrainingJson.Indented) + "\n");
        return new RunFolder(path, settings, isNew: true);
    }

    /// <summary>Opens a run's folder.</summary>
    /// <param name="path">The folder.</param>
    /// <returns>The folder.</returns>
    /// <exception cref="ConfigurationException">There is no run, or its settings break a rule.</exception>
    /// <exception cref="MalformedFileException">The settings cannot be read or are of a newer version.</exception>
    public static RunFolder Open(string path)
    {
        var file = System.IO.Path.Combine(path, SettingsFile);
        if (!File.Exists(file))
        {
            throw new ConfigurationException($"{path} holds no run: there is no {SettingsFile}.");
        }

        return new RunFolder(path, WithPaths(ReadSettings(file), stored => Found(path, stored)), isNew: false);
    }

    /// <summary>Reads a settings file.</summary>
    /// <param name="file">The file.</param>
    /// <returns>The settings, validated.</returns>
    /// <exception cref="MalformedFileException">It cannot be read or is of a newer version.</exception>
    /// <exception cref="ConfigurationException">Settings in it break a rule.</exception>
    public static RunSettings ReadSettings(string file) => TrainingJson.ReadFile<RunSettings>(file, settings => settings.Validate());

    /// <summary>Takes the folder for one process: two that train in it at once would spoil each other's log and checkpoints.</summary>
    /// <returns>To be disposed when the run is over; the system does it when the process dies.</returns>
    /// <exception cref="ConfigurationException">Another process has it.</exception>
    public IDisposable Lock()
    {
        try
        {
            return new FileStream(System.IO.Path.Combine(Path, LockFile), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException error) when (FileChecks.IsHeld(error))
        {
            throw new ConfigurationException($"{Path}: another process is training here ({error.Message})", error);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new IcaeException($"{Path}: the file {LockFile} cannot be made: {error.Message}", error);
        }
    }

    /// <summary>The newest checkpoint that is whole, or <see langword="null"/>.</summary>
    /// <returns>Its path.</returns>
    public string? LatestCheckpoint() => Checkpoints().LastOrDefault();

    /// <summary>Updates made at the newest checkpoint; 0 where there is none.</summary>
    /// <returns>The step.</returns>
    public long LatestStep() =>
        LatestCheckpoint() is { } path && long.TryParse(System.IO.Path.GetFileNameWithoutExtension(path).AsSpan(CheckpointPrefix.Length), NumberStyles.None, CultureInfo.InvariantCulture, out var step)
            ? step
            : 0;

    /// <summary>The log's measured values, as far as a checkpoint knows of them.</summary>
    /// <param name="step">Updates made at the checkpoint.</param>
    /// <returns>The values in the log's order.</returns>
    public IEnumerable<RunPoint> PointsUpTo(long step) =>
        from line in ReadLog()
        let at = StepOf(line)
        where at is { } known && IsKept(known, step)
        from field in line
        where field.Key is not ("step" or "minutes" or "tokens_per_second") && field.Value is JsonValue number && number.TryGetValue<double>(out _)
        select new RunPoint(at.Value.Step, field.Key, field.Value!.GetValue<double>());

    /// <summary>Where the checkpoint of a step is written.</summary>
    /// <param name="step">Updates made.</param>
    /// <returns>The path.</returns>
    public string CheckpointPath(long step) => System.IO.Path.Combine(CheckpointFolder, string.Create(CultureInfo.InvariantCulture, $"{CheckpointPrefix}{step:d9}.safetensors"));

    /// <summary>Deletes what a killed process left half written. Call it only where no other process is writing.</summary>
    public void DeleteLeftovers()
    {
        AtomicFile.DeleteLeftovers(Path);
        AtomicFile.DeleteLeftovers(CheckpointFolder);
        AtomicFile.DeleteLeftovers(ModelPath);
        if (AutoencoderPath is { } autoencoder)
            AtomicFile.DeleteLeftovers(autoencoder);
    }

    /// <summary>Deletes all checkpoints but the newest two.</summary>
    public void Prune()
    {
        var all = Checkpoints();
        foreach (var old in all.Take(Math.Max(0, all.Count - CheckpointsKept)))
        {
            File.Delete(old);
        }
    }

    /// <summary>Cuts the log back to what a checkpoint knows of.</summary>
    /// <param name="step">Updates made at the checkpoint.</param>
    public void CutLog(long step)
    {
        if (!File.Exists(LogPath))
        {
            return;
        }

        var kept = new StringBuilder();
        foreach (var line in File.ReadLines(LogPath))
        {
            if (Parse(line) is { } json && StepOf(json) is { } entry && IsKept(entry, step))
            {
                kept.Append(line).Append('\n');
            }
        }

        AtomicFile.WriteText(LogPath, kept.ToString());
    }

    /// <summary>Appends a line to the log.</summary>
    /// <param name="line">The values.</param>
    /// <exception cref="IcaeException">The log cannot be written, say because the disk is full.</exception>
    public void Log(JsonObject line)
    {
        ArgumentNullException.ThrowIfNull(line);
        try
        {
            File.AppendAllText(LogPath, line.ToJsonString(TrainingJson.Line) + "\n");
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new IcaeException($"{LogPath}: the log cannot be written: {error.Message}", error);
        }
    }

    /// <summary>Reads the log; a last line that a killed process left half written is passed over.</summary>
    /// <returns>The lines as JSON.</returns>
    public IEnumerable<JsonObject> ReadLog()
    {
        if (!File.Exists(LogPath))
        {
            yield break;
        }

        foreach (var line in File.ReadLines(LogPath))
        {
            if (Parse(line) is { } entry)
            {
                yield return entry;
            }
        }
    }

    /// <summary>The minutes of training that the log tells of.</summary>
    /// <returns>Those of its last line that has some; 0 where none has.</returns>
    public double MinutesLogged() =>
        ReadLog().Select(line => line["minutes"] is JsonValue value && value.TryGetValue<double>(out var minutes) && double.IsFinite(minutes) ? minutes : 0).LastOrDefault(minutes => minutes > 0);

    /// <summary>Whether it was made by this object, and not found.</summary>
    internal bool IsNew { get; }

    /// <summary>Whether anything was trained in it.</summary>
    internal bool HasBegun => LatestCheckpoint() is not null || File.Exists(LogPath);

    /// <summary>Makes the folder one without a run again: what was wrong with its texts or settings can be put right, and the run begun anew.</summary>
    internal void Abandon() => File.Delete(System.IO.Path.Combine(Path, SettingsFile));

    private static RunSettings WithPaths(RunSettings settings, Func<string, string> change) => settings with
    {
        TrainingShard = change(settings.TrainingShard),
        ValidationShard = change(settings.ValidationShard),
        Tokenizer = settings.Tokenizer is { } tokenizer ? change(tokenizer) : null,
    };

    /// <summary>What lies in the run's folder is noted from there, so that the folder can be moved; what does not, from the root, so that a run can be gone on with from anywhere.</summary>
    private static string Stored(string folder, string file)
    {
        var relative = System.IO.Path.GetRelativePath(System.IO.Path.GetFullPath(folder), System.IO.Path.GetFullPath(file));
        if (System.IO.Path.IsPathRooted(relative) || relative.StartsWith("..", StringComparison.Ordinal))
            return FromRoot(file);

        return relative.Replace(System.IO.Path.DirectorySeparatorChar, '/');
    }

    private static string FromRoot(string file) => System.IO.Path.Exists(file) ? System.IO.Path.GetFullPath(file) : file;

    private static RunSettings WithModels(RunSettings settings, Func<string, string> change) => settings with
    {
        From = settings.From is { } from ? change(from) : null,
        FromAutoencoder = settings.FromAutoencoder is { } autoencoder ? change(autoencoder) : null,
    };

    private static string Found(string folder, string stored)
    {
        var inside = System.IO.Path.GetFullPath(System.IO.Path.Combine(folder, stored));
        return !System.IO.Path.IsPathRooted(stored) && System.IO.Path.Exists(inside) ? inside : stored;
    }

    /// <summary>An evaluation at the checkpoint's own step is made again.</summary>
    private static bool IsKept((long Step, bool Evaluation) entry, long step) => entry.Evaluation ? entry.Step < step : entry.Step <= step;

    private static (long Step, bool Evaluation)? StepOf(JsonObject entry) =>
        entry["step"] is JsonValue value && value.TryGetValue<long>(out var step)
            ? (step, entry.Any(field => field.Key.StartsWith("validation", StringComparison.Ordinal)))
            : null;

    private static JsonObject? Parse(string line)
    {
        try
        {
            return JsonNode.Parse(line) as JsonObject;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private List<string> Checkpoints() => Directory.Exists(CheckpointFolder)
        ? [.. Directory.EnumerateFiles(CheckpointFolder, CheckpointPrefix + "*.safetensors").Where(path => path.EndsWith(".safetensors", StringComparison.Ordinal)).Order(StringComparer.Ordinal)]
        : [];
}
