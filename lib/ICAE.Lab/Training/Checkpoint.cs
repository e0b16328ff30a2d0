using System.Globalization;
using System.Text.Json;
using ICAE.Lab.Formats;
using static TorchSharp.torch;

namespace ICAE.Lab.Training;

/// <summary>
/// A run's state in one safetensors file: the trained weights, both moments of the optimiser, and as metadata the step and the task's
/// state. The same state gives the same bytes.
/// </summary>
internal static class Checkpoint
{
    private const string Version = "1";
    private const string MeanName = "optimizer.mean";
    private const string SquareName = "optimizer.square";
    private const string WeightPrefix = "weights.";

    /// <summary>Writes a checkpoint beside and renames it.</summary>
    public static void Write(string path, TrainableBuffer buffer, AdamW optimizer, TaskState state)
    {
        using var scope = NewDisposeScope();
        var tensors = buffer.Weights.Select(weight => KeyValuePair.Create(WeightPrefix + weight.Name, weight.Value.detach()))
            .Append(KeyValuePair.Create(MeanName, optimizer.Mean))
            .Append(KeyValuePair.Create(SquareName, optimizer.Square));
        SafetensorsWriter.Write(path, tensors, new Dictionary<string, string>
        {
            ["format"] = "icae-lab checkpoint",
            ["format_version"] = Version,
            ["state"] = JsonSerializer.Serialize(state, TrainingJson.Line),
            ["step"] = optimizer.Updates.ToString(CultureInfo.InvariantCulture),
        });
    }

    /// <summary>Reads a checkpoint into buffer and optimiser.</summary>
    /// <returns>The task's state.</returns>
    /// <exception cref="MalformedFileException">It is of a newer version, or does not fit the run.</exception>
    public static TaskState Read(string path, TrainableBuffer buffer, AdamW optimizer)
    {
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        using var file = SafetensorsFile.Open(path);
        if (file.Metadata.GetValueOrDefault("format_version") is not Version)
        {
            throw new MalformedFileException(path, "format_version", $"version {file.Metadata.GetValueOrDefault("format_version", "(none)")} is not {Version}, the one that this library reads");
        }

        if (!long.TryParse(file.Metadata.GetValueOrDefault("step"), CultureInfo.InvariantCulture, out var step) || step < 0)
        {
            throw new MalformedFileException(path, "step", "a number of updates is expected");
        }

        foreach (var weight in buffer.Weights)
        {
            Copy(file, WeightPrefix + weight.Name, weight.Value);
        }

        Copy(file, MeanName, optimizer.Mean);
        Copy(file, SquareName, optimizer.Square);
        optimizer.Updates = step;
        return TrainingJson.Read<TaskState>(file.Metadata.GetValueOrDefault("state", "null"), path, "state");
    }

    private static void Copy(SafetensorsFile file, string name, Tensor target)
    {
        using var stored = file.Load(name, ScalarType.Float32, target.device);
        if (!stored.shape.AsSpan().SequenceEqual(target.shape))
        {
            throw new MalformedFileException(file.Path, name, $"the shape is [{string.Join(", ", stored.shape)}]; this run's settings ask for [{string.Join(", ", target.shape)}]");
        }

        using var raw = target.detach();
        raw.copy_(stored);
    }
}
