using System.Text.Json;
using System.Text.Json.Nodes;

namespace ICAE.Lab.Training;

/// <summary>Run settings as JSON, in the form of a run folder's <c>settings.json</c>: for programs that put them together from several sources.</summary>
public static class RunSettingsJson
{
    /// <summary>Writes settings.</summary>
    /// <param name="settings">The settings.</param>
    /// <returns>Every field, in snake_case.</returns>
    public static JsonObject Write(RunSettings settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        return (JsonObject)JsonSerializer.SerializeToNode(settings, TrainingJson.Line)!;
    }

    /// <summary>Reads settings.</summary>
    /// <param name="json">The fields; one that is not known is refused.</param>
    /// <param name="source">Where they come from, for messages.</param>
    /// <returns>The settings, validated.</returns>
    /// <exception cref="MalformedFileException">A field is unknown, missing or of the wrong kind.</exception>
    /// <exception cref="ConfigurationException">A rule is broken.</exception>
    public static RunSettings Read(JsonObject json, string source)
    {
        ArgumentNullException.ThrowIfNull(json);
        return TrainingJson.Read<RunSettings>(json.ToJsonString(), source, "").Validate();
    }

    /// <summary>Lays fields over others: objects field by field, everything else whole.</summary>
    /// <param name="under">What is changed.</param>
    /// <param name="over">The fields that win.</param>
    public static void Overlay(JsonObject under, JsonObject over)
    {
        ArgumentNullException.ThrowIfNull(under);
        ArgumentNullException.ThrowIfNull(over);
        foreach (var (name, value) in over)
        {
            if (value is JsonObject inner && under[name] is JsonObject target)
            {
                Overlay(target, inner);
            }
            else
            {
                under[name] = value?.DeepClone();
            }
        }
    }
}
