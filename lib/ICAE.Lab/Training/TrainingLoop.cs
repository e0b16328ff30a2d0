using System.Diagnostics;
using System.Text.Json.Nodes;
using ICAE.Lab.Models;
using static TorchSharp.torch;

namespace ICAE.Lab.Training;

/// <summary>The training loop: evaluate, save, stop, step, log, in this order, for every kind of run.</summary>
internal sealed class TrainingLoop
{
    private readonly RunFolder _folder;
    private readonly ITrainingTask _task;
    private readonly IProgress<RunProgress>? _progress;
    private readonly RunSettings _settings;
    private readonly Stopwatch _clock = new();
    private double _minutesBefore;
    private long _tokensSinceLog;
    private TimeSpan _lastLog;
    private TimeSpan _lastSave;

    /// <summary>Prepares a run.</summary>
    /// <param name="folder">Where it lives.</param>
    /// <param name="task">What is trained.</param>
    /// <param name="progress">Told at every log line.</param>
    public TrainingLoop(RunFolder folder, ITrainingTask task, IProgress<RunProgress>? progress = null)
    {
        ArgumentNullException.ThrowIfNull(folder);
        ArgumentNullException.ThrowIfNull(task);
        _folder = folder;
        _task = task;
        _progress = progress;
        _settings = folder.Settings;
    }

    /// <summary>Minutes of training, those of the processes before this one included as far as the log knows them.</summary>
    private double Minutes => Math.Round(_minutesBefore + _clock.Elapsed.TotalMinutes, 3);

    /// <summary>Runs from the newest checkpoint, or from the start, to the end or until it is stopped; a stop saves first.</summary>
    /// <param name="cancellation">Looked at between updates; no update is left half done.</param>
    /// <returns>Whether all updates are made.</returns>
    /// <exception cref="IcaeException">The loss or a gradient is no longer finite; the last checkpoint stays.</exception>
    public RunStatus Run(CancellationToken cancellation = default)
    {
        using var buffer = new TrainableBuffer(_task.Trainables);
        using var optimizer = new AdamW(buffer);
        Restore(buffer, optimizer);
        var first = optimizer.Updates;
        _clock.Start();
        while (true)
        {
            var step = optimizer.Updates;
            if (step == _settings.Steps || (_settings.EvaluateEvery > 0 && step > 0 && step % _settings.EvaluateEvery == 0))
            {
                Evaluate(step, cancellation);
            }

            if (cancellation.IsCancellationRequested)
            {
                Save(buffer, optimizer);
                return RunStatus.Stopped;
            }

            if (step == _settings.Steps)
            {
                Save(buffer, optimizer);
                _task.Export(_folder.ModelPath);
                return RunStatus.Completed;
            }

            var values = Update(buffer, optimizer, step);
            if (optimizer.Updates % _settings.LogEvery == 0 || optimizer.Updates == _settings.Steps)
            {
                Log(optimizer.Updates, first, values);
            }

            if (SaveIsDue(optimizer.Updates))
            {
                Save(buffer, optimizer);
            }
        }
    }

    private void Restore(TrainableBuffer buffer, AdamW optimizer)
    {
        _folder.DeleteLeftovers();
        var checkpoint = _folder.LatestCheckpoint();
        if (checkpoint is not null)
        {
            Restore(checkpoint, buffer, optimizer);
        }

        _folder.CutLog(optimizer.Updates);
        _minutesBefore = _folder.MinutesLogged();
    }

    private void Restore(string checkpoint, TrainableBuffer buffer, AdamW optimizer)
    {
        var state = Checkpoint.Read(checkpoint, buffer, optimizer);
        if (optimizer.Updates > _settings.Steps)
        {
            throw new MalformedFileException(checkpoint, "step", $"it is of update {optimizer.Updates}, and the run has {_settings.Steps}");
        }

        try
        {
            _task.State = state;
        }
        catch (ConfigurationException error)
        {
            throw new MalformedFileException(checkpoint, "state", error.Message, error);
        }
    }

    private Dictionary<string, double> Update(TrainableBuffer buffer, AdamW optimizer, long step)
    {
        using var scope = NewDisposeScope();
        using var mode = DenormalMode.Set(flush: true);
        buffer.ZeroGradients();
        var reports = new List<StepReport>();
        for (var part = 0; part < _settings.Accumulation; part++)
        {
            reports.Add(_task.Backward(step, part, _settings.Accumulation));
        }

        _tokensSinceLog += reports.Sum(report => report.Tokens);
        var norm = buffer.ClipGradients(_settings.Optimizer.ClipNorm);
        if (!double.IsFinite(norm))
        {
            throw new IcaeException($"{_folder.Path}: at update {step} the gradient is no longer finite; the last checkpoint is kept. Lower the learning rate or the clipping norm.");
        }

        var rate = _settings.Optimizer.RateAt(step, _settings.Steps);
        optimizer.Update(_settings.Optimizer, rate);
        var values = Join(reports);
        values["learning_rate"] = rate;
        values["gradient_norm"] = norm;
        return values;
    }

    private static Dictionary<string, double> Join(List<StepReport> reports)
    {
        var values = reports.SelectMany(report => report.Values).GroupBy(entry => entry.Key, entry => entry.Value).ToDictionary(group => group.Key, group => group.Average());
        foreach (var (name, value) in reports.SelectMany(report => report.Standing ?? new Dictionary<string, double>()))
        {
            values[name] = value;
        }

        return values;
    }

    private void Evaluate(long step, CancellationToken cancellation)
    {
        IReadOnlyDictionary<string, double> values;
        try
        {
            using var mode = DenormalMode.Set(flush: true);
            values = _task.Evaluate(cancellation);
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            return;
        }

        // What was broken off is measured again when the run goes on.
        if (cancellation.IsCancellationRequested)
        {
            return;
        }

        var line = new JsonObject { ["step"] = step, ["minutes"] = Minutes };
        foreach (var (name, value) in values)
        {
            line["validation_" + name] = Rounded("validation_" + name, value);
        }

        _folder.Log(line);
        _progress?.Report(new RunProgress(step, _settings.Steps, values.ToDictionary(entry => "validation_" + entry.Key, entry => entry.Value), 0, TimeSpan.Zero));
    }

    private void Log(long step, long first, Dictionary<string, double> values)
    {
        var seconds = (_clock.Elapsed - _lastLog).TotalSeconds;
        var pace = _tokensSinceLog / Math.Max(seconds, 1e-9);
        (_tokensSinceLog, _lastLog) = (0, _clock.Elapsed);
        var line = new JsonObject { ["step"] = step, ["minutes"] = Minutes, ["tokens_per_second"] = Math.Round(pace) };
        foreach (var (name, value) in values)
        {
            line[name] = Rounded(name, value);
        }

        _folder.Log(line);
        var left = _clock.Elapsed / Math.Max(1, step - first) * (_settings.Steps - step);
        _progress?.Report(new RunProgress(step, _settings.Steps, values, pace, left));
    }

    private bool SaveIsDue(long step) =>
        (_settings.CheckpointEvery > 0 && step % _settings.CheckpointEvery == 0)
        || (_settings.CheckpointMinutes > 0 && (_clock.Elapsed - _lastSave).TotalMinutes >= _settings.CheckpointMinutes);

    private void Save(TrainableBuffer buffer, AdamW optimizer)
    {
        Checkpoint.Write(_folder.CheckpointPath(optimizer.Updates), buffer, optimizer, _task.State);
        _folder.Prune();
        _lastSave = _clock.Elapsed;
    }

    private double Rounded(string name, double value) => double.IsFinite(value)
        ? double.Round(value, 6)
        : throw new IcaeException($"{_folder.Path}: the measured {name} is {value}; the last checkpoint is kept.");
}
