using System.Text.Json;
using ICAE.Lab.Formats;

namespace ICAE.Lab.Tokens;

/// <summary>A value in a JSON file with the place where it stands, for errors that name it.</summary>
internal readonly struct JsonPlace
{
    private readonly string _parent;
    private readonly string? _key;
    private readonly int _index;

    /// <summary>The root of a file.</summary>
    public JsonPlace(string file, JsonElement root)
        : this(file, "", null, -1, root)
    {
    }

    private JsonPlace(string file, string parent, string? key, int index, JsonElement element)
    {
        File = file;
        _parent = parent;
        _key = key;
        _index = index;
        Element = element;
    }

    /// <summary>The file.</summary>
    public string File { get; }

    /// <summary>The value.</summary>
    public JsonElement Element { get; }

    /// <summary>Keys from the root, parted by dots; empty for the root.</summary>
    public string Place => _key switch
    {
        null => _index < 0 ? _parent : $"{_parent}[{_index}]",
        _ => _parent.Length == 0 ? Shown(_key) : $"{_parent}.{Shown(_key)}",
    };

    /// <summary>Whether the value is there and is not null.</summary>
    public bool HasValue => Element.ValueKind is not (JsonValueKind.Undefined or JsonValueKind.Null);

    /// <summary>A key's value; an absent one has the kind Undefined.</summary>
    public JsonPlace this[string key]
    {
        get
        {
            Demand(JsonValueKind.Object, "an object");
            return new JsonPlace(File, Place, key, -1, Element.TryGetProperty(key, out var value) ? value : default);
        }
    }

    /// <summary>The items of an array.</summary>
    public IEnumerable<JsonPlace> Items()
    {
        Demand(JsonValueKind.Array, "an array");
        var (file, place) = (File, Place);
        return Element.EnumerateArray().Select((item, index) => new JsonPlace(file, place, null, index, item));
    }

    /// <summary>The keys and values of an object.</summary>
    public IEnumerable<(string Key, JsonPlace Value)> Entries()
    {
        Demand(JsonValueKind.Object, "an object");
        return Read(this, Place);

        static IEnumerable<(string, JsonPlace)> Read(JsonPlace self, string place)
        {
            foreach (var property in self.Element.EnumerateObject())
            {
                var name = self.Text(() => property.Name);
                yield return (name, new JsonPlace(self.File, place, name, -1, property.Value));
            }
        }
    }

    /// <summary>A text.</summary>
    public string String()
    {
        Demand(JsonValueKind.String, "a string");
        var element = Element;
        return Text(() => element.GetString()!);
    }

    /// <summary>A non-negative whole number.</summary>
    public int Id()
    {
        Demand(JsonValueKind.Number, "a number");
        return Element.TryGetInt32(out var value) && value >= 0 ? value : throw Wrong($"{Element.GetRawText()} is no id");
    }

    /// <summary>True or false, or the given value where the key is absent or null.</summary>
    public bool Flag(bool absent) => !HasValue ? absent : Element.ValueKind switch
    {
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        _ => throw Wrong($"this should be true or false, not {KindName}"),
    };

    /// <summary>The key "type" of an object.</summary>
    public string Type() => this["type"].String();

    /// <summary>The error that this value is wrong.</summary>
    public MalformedFileException Wrong(string cause, Exception? inner = null) => new(File, Place, cause, inner);

    private string KindName => Element.ValueKind switch
    {
        JsonValueKind.Undefined => "absent",
        JsonValueKind.True or JsonValueKind.False => "true or false",
        JsonValueKind.Object => "an object",
        JsonValueKind.Array => "an array",
        JsonValueKind.String => "a string",
        JsonValueKind.Number => "a number",
        _ => "null",
    };

    // A key of the file's own making may be long or hold control characters.
    private static string Shown(string key) => key.All(unit => char.IsAsciiLetterOrDigit(unit) || unit == '_') && key.Length <= 40 ? key : FileChecks.Quote(key);

    private void Demand(JsonValueKind kind, string name)
    {
        if (Element.ValueKind != kind)
            throw Wrong(Element.ValueKind == JsonValueKind.Undefined ? "the key is missing" : $"this should be {name}, not {KindName}");
    }

    // A string may hold an escaped lone surrogate, which .NET refuses to turn into text.
    private string Text(Func<string> read)
    {
        try
        {
            return read();
        }
        catch (InvalidOperationException error)
        {
            throw Wrong("a string here is not valid Unicode", error);
        }
    }
}
