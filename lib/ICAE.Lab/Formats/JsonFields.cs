using System.Text.Json;
using System.Text.Json.Nodes;

namespace ICAE.Lab.Formats;

/// <summary>
/// Typed access to the fields of a JSON object from a file. A field of the wrong type is an error that names file and field; one that is
/// absent or null counts as not given.
/// </summary>
/// <param name="path">The file, for messages.</param>
/// <param name="json">The object.</param>
/// <param name="prefix">Where the object lies in the file, such as <c>rope_scaling.</c>; empty for the outermost one.</param>
public sealed class JsonFields(string path, JsonObject json, string prefix = "")
{
    /// <summary>The object itself.</summary>
    public JsonObject Json { get; } = json;

    /// <summary>The file, for messages.</summary>
    public string Path { get; } = path;

    /// <summary>Whether a field is there and not null.</summary>
    /// <param name="name">The field.</param>
    /// <returns>Whether it has a value.</returns>
    public bool Has(string name) => Json[name] is not null;

    /// <summary>A text.</summary>
    /// <param name="name">The field.</param>
    /// <returns>Its value, or <see langword="null"/> where it is not given.</returns>
    /// <exception cref="MalformedFileException">It is no string.</exception>
    public string? OptionalText(string name) => Get(name, JsonValueKind.String, static value => value.GetString(), "a string");

    /// <summary>A text that must be there.</summary>
    /// <param name="name">The field.</param>
    /// <returns>Its value.</returns>
    /// <exception cref="MalformedFileException">It is missing or no string.</exception>
    public string Text(string name) => OptionalText(name) ?? throw Missing(name);

    /// <summary>A whole number.</summary>
    /// <param name="name">The field.</param>
    /// <param name="min">The smallest value allowed.</param>
    /// <param name="max">The largest value allowed.</param>
    /// <returns>Its value, or <see langword="null"/> where it is not given.</returns>
    /// <exception cref="MalformedFileException">It is no whole number in that range.</exception>
    public long? OptionalWhole(string name, long min = long.MinValue, long max = long.MaxValue)
    {
        var value = Get(name, JsonValueKind.Number, static value => value.TryGetInt64(out var whole) ? whole : (long?)null, "a whole number");
        if (value < min || value > max)
            throw Bad(name, $"{value} is not between {min} and {max}");

        return value;
    }

    /// <summary>A whole number that must be there.</summary>
    /// <param name="name">The field.</param>
    /// <param name="min">The smallest value allowed.</param>
    /// <param name="max">The largest value allowed.</param>
    /// <returns>Its value.</returns>
    /// <exception cref="MalformedFileException">It is missing or no whole number in that range.</exception>
    public long Whole(string name, long min = long.MinValue, long max = long.MaxValue) => OptionalWhole(name, min, max) ?? throw Missing(name);

    /// <summary>A number.</summary>
    /// <param name="name">The field.</param>
    /// <returns>Its value, or <see langword="null"/> where it is not given.</returns>
    /// <exception cref="MalformedFileException">It is no finite number.</exception>
    public double? OptionalNumber(string name) => Get(
        name, JsonValueKind.Number, static value => value.TryGetDouble(out var number) && double.IsFinite(number) ? number : (double?)null, "a finite number");

    /// <summary>A number that must be there.</summary>
    /// <param name="name">The field.</param>
    /// <returns>Its value.</returns>
    /// <exception cref="MalformedFileException">It is missing or no finite number.</exception>
    public double Number(string name) => OptionalNumber(name) ?? throw Missing(name);

    /// <summary>True or false.</summary>
    /// <param name="name">The field.</param>
    /// <returns>Its value, or <see langword="null"/> where it is not given.</returns>
    /// <exception cref="MalformedFileException">It is neither.</exception>
    public bool? OptionalFlag(string name) => Json[name] switch
    {
        null => null,
        JsonValue value when value.TryGetValue(out bool flag) => flag,
        _ => throw Bad(name, "it is neither true nor false"),
    };

    /// <summary>An object.</summary>
    /// <param name="name">The field.</param>
    /// <returns>Its fields, or <see langword="null"/> where it is not given.</returns>
    /// <exception cref="MalformedFileException">It is no object.</exception>
    public JsonFields? OptionalObject(string name) => Json[name] switch
    {
        null => null,
        JsonObject value => new JsonFields(Path, value, $"{prefix}{name}."),
        _ => throw Bad(name, "it is no object"),
    };

    /// <summary>A list of texts.</summary>
    /// <param name="name">The field.</param>
    /// <returns>Its values, or <see langword="null"/> where it is not given.</returns>
    /// <exception cref="MalformedFileException">It is no array of strings.</exception>
    public IReadOnlyList<string>? OptionalTexts(string name)
    {
        if (Json[name] is not { } node)
            return null;

        if (node is not JsonArray array)
            throw Bad(name, "it is no array of strings");

        return [.. array.Select(item => item is JsonValue value && value.TryGetValue(out string? text) ? text : throw Bad(name, "it is no array of strings"))];
    }

    /// <summary>The error for a field that is missing.</summary>
    /// <param name="name">The field.</param>
    /// <returns>The error, to be thrown.</returns>
    public MalformedFileException Missing(string name) => Bad(name, "it is missing");

    /// <summary>The error for a field that is wrong.</summary>
    /// <param name="name">The field.</param>
    /// <param name="cause">What is wrong with it.</param>
    /// <returns>The error, to be thrown.</returns>
    public MalformedFileException Bad(string name, string cause) => new(Path, $"field {FileChecks.Quote(prefix + name)}", cause);

    private T? Get<T>(string name, JsonValueKind kind, Func<JsonElement, T?> read, string wanted)
    {
        if (Json[name] is not { } node)
            return default;

        // Fields that the program set itself are no JsonElement; a round trip makes them one.
        var element = node is JsonValue value && value.TryGetValue(out JsonElement direct) ? direct : JsonSerializer.SerializeToElement(node);
        return element.ValueKind == kind && read(element) is { } result ? result : throw Bad(name, $"it is not {wanted}");
    }
}
