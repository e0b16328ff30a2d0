using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using ICAE.Lab.Formats;

namespace ICAE.Lab.Models;

/// <summary>
/// The JSON files of this library's own: each has a format version. A newer one is refused, and so is a field that its version does not
/// know, since passing over a setting would give another model.
/// </summary>
internal static class OwnJson
{
    private const int MaxFacts = 1000;

    private static readonly JsonSerializerOptions Indented = new()
    {
        WriteIndented = true,
        NewLine = "\n",
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>Reads a file and checks its version and the names of its fields.</summary>
    /// <exception cref="MalformedFileException">It is missing, unsound, newer, or has a field that its version lacks.</exception>
    public static JsonFields Read(string path, int newest, params string[] known)
    {
        var json = BoundedJson.ReadObject(path);
        var fields = new JsonFields(path, json);
        var version = fields.Whole("format_version", 1);
        if (version > newest)
        {
            throw fields.Bad("format_version", $"the file has version {version}; this library reads up to {newest}");
        }

        RefuseUnknown(fields, ["format_version", .. known]);
        return fields;
    }

    /// <summary>Refuses fields of other names.</summary>
    public static void RefuseUnknown(JsonFields fields, params ReadOnlySpan<string> known)
    {
        foreach (var (name, _) in fields.Json)
        {
            if (!known.Contains(name))
            {
                throw fields.Bad(name, "this version of the format has no such field");
            }
        }
    }

    /// <summary>Writes a file.</summary>
    public static void Write(string path, JsonObject json) => AtomicFile.WriteText(path, json.ToJsonString(Indented) + "\n");

    /// <summary>A field that is one of an enumeration's names in snake_case.</summary>
    public static T Choice<T>(JsonFields fields, string name, T fallback)
        where T : struct, Enum
    {
        if (fields.OptionalText(name) is not { } text)
        {
            return fallback;
        }

        foreach (var value in Enum.GetValues<T>())
        {
            if (Name(value) == text)
            {
                return value;
            }
        }

        throw fields.Bad(name, $"it is none of {string.Join(", ", Enum.GetValues<T>().Select(Name))}");
    }

    /// <summary>The name of a value in files.</summary>
    public static string Name<T>(T value)
        where T : struct, Enum => JsonNamingPolicy.SnakeCaseLower.ConvertName(value.ToString());

    /// <summary>Free facts: texts by name.</summary>
    public static IReadOnlyDictionary<string, string> Facts(JsonFields fields)
    {
        if (fields.OptionalObject("facts") is not { } facts)
        {
            return new Dictionary<string, string>();
        }

        return facts.Json.Count > MaxFacts
            ? throw fields.Bad("facts", $"there are more than {MaxFacts}")
            : facts.Json.ToDictionary(pair => pair.Key, pair => facts.Text(pair.Key), StringComparer.Ordinal);
    }

    /// <summary>Free facts for writing, sorted.</summary>
    public static JsonObject Facts(IReadOnlyDictionary<string, string> facts) =>
        new(facts.OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => KeyValuePair.Create(pair.Key, (JsonNode?)pair.Value)));

    /// <summary>
    /// Writes the files of a folder. The one without which a loader takes nothing is out of the way meanwhile, since an older one must not vouch for a half-new folder;
    /// where nothing could be written, it is put back.
    /// </summary>
    /// <param name="folder">The folder; it is made where there is none.</param>
    /// <param name="markerFile">The name of that file.</param>
    /// <param name="write">Writes all, that file last.</param>
    /// <exception cref="IcaeException">It cannot be made or written.</exception>
    public static void WriteFolder(string folder, string markerFile, Action write)
    {
        var marker = Path.Combine(folder, markerFile);
        var aside = marker + ".old";
        HashSet<(string Path, long Length, DateTime Written)>? before = null;
        try
        {
            Directory.CreateDirectory(folder);
            if (File.Exists(marker))
            {
                before = Others(folder, marker);
                File.Move(marker, aside, overwrite: true);
            }
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new IcaeException($"{folder}: the folder cannot be written: {error.Message}", error);
        }

        try
        {
            write();
        }
        catch when (before is not null && Others(folder, marker) is { } after && after.SetEquals(before))
        {
            Quietly(() => File.Move(aside, marker, overwrite: true));
            throw;
        }

        Quietly(() => File.Delete(aside));
    }

    /// <summary>The files of a folder as they are now, but for its marker; <see langword="null"/> where they cannot be listed.</summary>
    private static HashSet<(string Path, long Length, DateTime Written)>? Others(string folder, string marker)
    {
        try
        {
            return
            [
                .. Directory.EnumerateFiles(folder).Where(path => !path.StartsWith(marker, StringComparison.Ordinal))
                    .Select(path => new FileInfo(FinalPath.Of(path) ?? path)).Where(file => file.Exists).Select(file => (file.FullName, file.Length, file.LastWriteTimeUtc)),
            ];
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private static void Quietly(Action action)
    {
        try
        {
            action();
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // What matters was said or done already.
        }
    }

    /// <summary>A number, or null: JSON has neither NaN nor infinity.</summary>
    public static JsonValue? Number(double value) => double.IsFinite(value) ? JsonValue.Create(value) : null;

    /// <summary>Numbers, each as <see cref="Number"/> gives it.</summary>
    public static JsonArray Numbers(params ReadOnlySpan<double> values)
    {
        var json = new JsonArray();
        foreach (var value in values)
        {
            json.Add((JsonNode?)Number(value));
        }

        return json;
    }
}
