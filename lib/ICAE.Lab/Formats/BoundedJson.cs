using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Unicode;

namespace ICAE.Lab.Formats;

/// <summary>
/// JSON from files that nobody vouches for: limited in length, depth and number of values, without duplicate keys, in sound UTF-8.
/// Whatever breaks a rule is refused with its line before any tree of it is built.
/// </summary>
public static class BoundedJson
{
    /// <summary>Reads a file whose outermost value is an object.</summary>
    /// <param name="path">The file.</param>
    /// <param name="limits">What it may ask of the machine; <see langword="null"/> for <see cref="JsonLimits.Configuration"/>.</param>
    /// <returns>The object.</returns>
    /// <exception cref="MalformedFileException">There is no such file, it breaks a rule, or its outermost value is no object.</exception>
    public static JsonObject ReadObject(string path, JsonLimits? limits = null)
    {
        limits ??= JsonLimits.Configuration;
        return ParseObject(FileChecks.ReadBounded(path, limits.MaxBytes), path, limits);
    }

    /// <summary>Parses bytes whose outermost value is an object.</summary>
    /// <param name="json">The JSON in UTF-8, with or without a byte-order mark.</param>
    /// <param name="path">Where it comes from, for messages.</param>
    /// <param name="limits">What it may ask of the machine; <see langword="null"/> for <see cref="JsonLimits.Configuration"/>.</param>
    /// <returns>The object.</returns>
    /// <exception cref="MalformedFileException">It breaks a rule, or its outermost value is no object.</exception>
    public static JsonObject ParseObject(ReadOnlySpan<byte> json, string path, JsonLimits? limits = null)
    {
        limits ??= JsonLimits.Configuration;
        var bytes = ByteOrderMark.Skip(json);
        Check(bytes, path, limits);
        var options = new JsonDocumentOptions { MaxDepth = limits.MaxDepth };
        return JsonNode.Parse(bytes, documentOptions: options) as JsonObject
            ?? throw new MalformedFileException(path, "line 1", "the outermost value is no object");
    }

    /// <summary>Checks bytes against limits without building anything of them.</summary>
    /// <param name="json">The JSON in UTF-8, without a byte-order mark.</param>
    /// <param name="path">Where it comes from, for messages.</param>
    /// <param name="limits">What it may ask of the machine.</param>
    /// <exception cref="MalformedFileException">It breaks a rule.</exception>
    public static void Check(ReadOnlySpan<byte> json, string path, JsonLimits limits)
    {
        ArgumentNullException.ThrowIfNull(limits);
        if (json.Length > limits.MaxBytes)
            throw new MalformedFileException(path, "", $"the JSON has {json.Length} bytes; at most {limits.MaxBytes} are allowed for a file of this kind");

        if (!Utf8.IsValid(json))
            throw new MalformedFileException(path, "", "the JSON is not UTF-8");

        var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = limits.MaxDepth });
        var keys = new Stack<HashSet<string>>();
        var values = 0;
        try
        {
            while (reader.Read())
            {
                if (++values > limits.MaxValues)
                    throw Bad(path, json, reader.TokenStartIndex, $"there are more than {limits.MaxValues} keys and values");

                switch (reader.TokenType)
                {
                    case JsonTokenType.StartObject:
                        keys.Push(new HashSet<string>(StringComparer.Ordinal));
                        break;
                    case JsonTokenType.EndObject:
                        keys.Pop();
                        break;
                    case JsonTokenType.PropertyName:
                        var key = reader.GetString()!;
                        if (!keys.Peek().Add(key))
                            throw Bad(path, json, reader.TokenStartIndex, $"the key {FileChecks.Quote(key)} appears twice in one object");

                        break;
                    case JsonTokenType.String when reader.ValueIsEscaped:
                        // Half a surrogate pair can only be written as an escape; reading it out is what reveals it.
                        _ = reader.GetString();
                        break;
                }
            }
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException)
        {
            throw Bad(path, json, reader.BytesConsumed, JsonCause.Of(error), error);
        }
    }

    /// <summary>Checks that bytes are JSON of limited depth whose outermost value is an object. Duplicate keys are not looked for.</summary>
    internal static void CheckSyntax(ReadOnlySpan<byte> json, string path, int maxDepth)
    {
        if (!Utf8.IsValid(json))
            throw new MalformedFileException(path, "", "the JSON is not UTF-8");

        var bytes = ByteOrderMark.Skip(json);
        var reader = new Utf8JsonReader(bytes, new JsonReaderOptions { MaxDepth = maxDepth });
        try
        {
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
                throw new MalformedFileException(path, "line 1", "the outermost value is no object");

            while (reader.Read())
            {
            }
        }
        catch (JsonException error)
        {
            throw Bad(path, bytes, reader.BytesConsumed, JsonCause.Of(error), error);
        }
    }

    /// <summary>An error at a position, given as line and byte.</summary>
    internal static MalformedFileException Bad(string path, ReadOnlySpan<byte> json, long position, string cause, Exception? inner = null)
    {
        var before = json[..(int)Math.Min(position, json.Length)];
        var line = before.Count((byte)'\n') + 1;
        var column = before.Length - (before.LastIndexOf((byte)'\n') + 1) + 1;
        return new MalformedFileException(path, $"line {line}, byte {column}", cause, inner);
    }
}
