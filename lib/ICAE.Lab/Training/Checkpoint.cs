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
    private const string Format = "icae-lab checkpoint";
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
            ["format"] = Format,
            ["format_version"] = Version,
            ["state"] = JsonSerializer.Serialize(state, TrainingJson.Line),
            ["step"] = optimizer.Updates.ToString(CultureInfo.InvariantCulture),
        });
    }

    /// <summary>Reads a checkpoint into buffer and optimiser.</summary>
    /// <returns>The task's state.</returns>
    /// <exception cref="MalformedFileException">It is no checkpoint, of another version, or does not fit the run.</exception>
    public static TaskState Read(string path, TrainableBuffer buffer, AdamW optimizer)
    {
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        using var file = SafetensorsFile.Open(path);
        if (file.Metadata.GetValueOrDefault("format") is not Format)
        {
            throw new MalformedFileException(path, "format", "this is no checkpoint of a training run");
        }

        if (file.Metadata.GetValueOrDefault("format_version") is not Version)
        {
            throw new MalformedFileException(path, "format_version", $"version {file.Metadata.GetValueOrDefault("format_version", "(none)")} is not {Version}, the one that this library reads");
        }

        if (!long.TryParse(file.Metadata.GetValueOrDefault("step"), NumberStyles.None, CultureInfo.InvariantCulture, out var step))
        {
            throw new MalformedFileException(path, "step", "a number of updates is expected");
        }

        var state = TrainingJson.Read<TaskState>(file.Metadata.GetValueOrDefault("state", "null"), path, "state");
        RequireSame(file, buffer);
        foreach (var weight in buffer.Weights)
        {
            Copy(file, WeightPrefix + weight.Name, weight.Value);
        }

        Copy(file, MeanName, optimizer.Mean);
        Copy(file, SquareName, optimizer.Square);
        optimizer.Updates = step;
        return state;
    }

    /// <summary>A run's checkpoint holds the run's tensors and no others; one that holds more is another run's.</summary>
    private static void RequireSame(SafetensorsFile file, TrainableBuffer buffer)
    {
        var expected = buffer.Weights.Select(weight => WeightPrefix + weight.Name).Append(MeanName).Append(SquareName).ToHashSet(StringComparer.Ordinal);
        if (file.Tensors.FirstOrDefault(tensor => !expected.Contains(tensor.Name)) is { } other)
        {
            throw new MalformedFileException(file.Path, other.Name, "this run's settings ask for no such tensor");
        }
    }

    private static void Copy(SafetensorsFile file, string name, Tensor target)
    {
        if (file.TryDescribe(name, out var descriptor) && (descriptor.StoredType != "F32" || !descriptor.Shape.SequenceEqual(target.shape)))
        {
            throw new MalformedFileException(
                file.Path, name, $"it is {descriptor.StoredType} [{string.Join(", ", descriptor.Shape)}]; this run's settings ask for F32 [{string.Join(", ", target.shape)}]");
        }

        using var stored = file.Load(name, ScalarType.Float32, target.device);
        using var raw = target.detach();
        raw.copy_(stored);
    }
}
