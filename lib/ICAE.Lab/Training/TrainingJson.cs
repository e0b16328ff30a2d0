using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using System.Text.RegularExpressions;
using ICAE.Lab.Formats;

namespace ICAE.Lab.Training;

/// <summary>How settings, logs and states are written as JSON: snake_case, enums as words, unknown fields refused.</summary>
internal static partial class TrainingJson
{
    /// <summary>For files that people read.</summary>
    public static JsonSerializerOptions Indented { get; } = Make(indented: true);

    /// <summary>For lines of a log.</summary>
    public static JsonSerializerOptions Line { get; } = Make(indented: false);

    /// <summary>Reads a file of settings.</summary>
    /// <param name="file">The file.</param>
    /// <param name="validate">Checks what was read.</param>
    /// <exception cref="MalformedFileException">It cannot be read or is of a newer version.</exception>
    /// <exception cref="ConfigurationException">Settings in it break a rule.</exception>
    public static T ReadFile<T>(string file, Func<T, T> validate)
    {
        var json = BoundedJson.ReadObject(file);
        if (json["format_version"] is JsonValue version && version.TryGetValue<long>(out var number) && number != 1)
        {
            throw new MalformedFileException(file, "format_version", number > 1 ? $"version {number} is newer than this library, which reads up to 1" : $"version {number} does not exist");
        }

        var value = Read<T>(json.ToJsonString(), file, "");
        try
        {
            return validate(value);
        }
        catch (ConfigurationException error)
        {
            throw new ConfigurationException($"{file}: {error.Message}", error);
        }
    }

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
            throw new MalformedFileException(path, error.Path is { } at ? $"{place}{at}" : place, Cause(error.Message), error);
        }
    }

    /// <summary>The serialiser's message without its position, which the place gives, and without names of types, which mean nothing to a user.</summary>
    private static string Cause(string message)
    {
        var position = message.IndexOf(" Path: ", StringComparison.Ordinal);
        var text = (position < 0 ? message : message[..position]).TrimEnd('.');
        if (Unknown().Match(text) is { Success: true } unknown)
        {
            return $"there is no field {unknown.Groups["name"].Value}";
        }

        if (Missing().Match(text) is { Success: true } missing)
        {
            return $"these fields are missing: {missing.Groups["names"].Value}";
        }

        if (Unfit().Match(text) is { Success: true } unfit)
        {
            var type = Type.GetType(unfit.Groups["type"].Value);
            return type is { IsEnum: true }
                ? $"one of {string.Join(", ", Enum.GetNames(type).Select(JsonNamingPolicy.SnakeCaseLower.ConvertName))} is expected"
                : "a value of another kind is expected";
        }

        return text.Contains("null", StringComparison.Ordinal) ? "null is not allowed here" : text;
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

    [GeneratedRegex("^The JSON property (?<name>'[^']*') could not be mapped", RegexOptions.ExplicitCapture)]
    private static partial Regex Unknown();

    [GeneratedRegex("missing required properties including: (?<names>.*)$", RegexOptions.ExplicitCapture)]
    private static partial Regex Missing();

    [GeneratedRegex("could not be converted to (?<type>[^ ]*)$", RegexOptions.ExplicitCapture)]
    private static partial Regex Unfit();
}
