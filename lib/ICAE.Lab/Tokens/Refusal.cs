namespace ICAE.Lab.Tokens;

/// <summary>The error that a tokenizer asks for a step that is not done here.</summary>
internal static class Refusal
{
    /// <summary>Names file, place, the kind of step and which one.</summary>
    public static ConfigurationException Of(JsonPlace place, string kind, string name) => Of(place.File, place.Place, kind, name);

    /// <summary>Names file, place, the kind of step and which one.</summary>
    public static ConfigurationException Of(string file, string place, string kind, string name) =>
        new($"{file}: {place}: the {kind} \"{Shorten(name)}\" is not supported.");

    private static string Shorten(string name) => name.Length <= 80 ? name : name[..80] + "…";
}
