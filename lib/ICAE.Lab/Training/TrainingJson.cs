using System.Text.Json;
using System.Text.Json.Serialization;

namespace ICAE.Lab.Training;

/// <summary>How settings, logs and states are written as JSON: snake_case, enums as words, unknown fields refused.</summary>
internal static class TrainingJson
{
    /// <summary>For files that people read.</summary>
    public static JsonSerializerOptions Indented { get; } = Make(indented: true);

    /// <summary>For lines of a log.</summary>
    public static JsonSerializerOptions Line { get; } = Make(indented: false);

    /// <summary>Reads a value whose file is known.</summary>
    /// <exception cref="MalformedFileException">It is no such value.</exception>
    public static T Read<T>(string json, string path, string place)
    {
        try
        {
            return JsonSerializer.Deserialize<T>(json, Line) ?? throw new MalformedFileException(path, place, "null is not allowed here");
        }
        catch (JsonException error)
        {
            throw new MalformedFileException(path, error.Path is { } at ? $"{place}{at}" : place, error.Message, error);
        }
    }

    private static JsonSerializerOptions Make(bool indented) => new()
    {
        WriteIndented = indented,
        NewLine = "\n",
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
        MaxDepth = 32,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower, allowIntegerValues: false) },
    };
}
