using ICAE.Lab.Formats;

namespace ICAE.Lab.Tokens;

/// <summary>The error that a tokenizer asks for a step that is not done here.</summary>
internal static class Refusal
{
    /// <summary>Names file, place, the kind of step and which one.</summary>
    public static ConfigurationException Of(JsonPlace place, string kind, string name) => Of(place.File, place.Place, kind, name);

    /// <summary>Names a pattern that a text is searched for.</summary>
    public static ConfigurationException OfPattern(JsonPlace pattern)
    {
        var (kind, text) = pattern.Entries().Select(entry => (entry.Key, entry.Value.String())).FirstOrDefault(("empty", ""));
        return Of(pattern, $"{FileChecks.Quote(kind)} pattern", text);
    }

    /// <summary>Names file, place, the kind of step and which one.</summary>
    public static ConfigurationException Of(string file, string place, string kind, string name) =>
        new($"{file}: {place}: the {kind} {FileChecks.Quote(name)} is not supported");
}
