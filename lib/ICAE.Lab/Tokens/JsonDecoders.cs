namespace ICAE.Lab.Tokens;

/// <summary>Reads the key decoder.</summary>
internal static class JsonDecoders
{
    /// <summary>Reads it.</summary>
    public static ITokenDecoder Read(JsonPlace place)
    {
        if (!place.HasValue)
            throw Refusal.Of(place, "decoder", "none");
        switch (place.Type())
        {
            case "ByteLevel":
                return new ByteLevelDecoder();
            case "Metaspace":
                var (mark, scheme) = JsonPreTokenizers.ReadMetaspace(place);
                return new MetaspaceDecoder(mark, scheme != MetaspaceScheme.Never);
            case "Sequence":
                JsonPlace[] steps = [.. place["decoders"].Items()];
                return steps.Length == 1 && steps[0].Type() != "Sequence" ? Read(steps[0]) : ReadFallback(place, steps);
            default:
                throw Refusal.Of(place, "decoder", place.Type());
        }
    }

    // The one sequence in use: replace in each token, bytes, everything together, strip at the beginning.
    private static ByteFallbackDecoder ReadFallback(JsonPlace place, JsonPlace[] steps)
    {
        var types = steps.Select(step => step.Type()).ToList();
        var replaces = types.TakeWhile(type => type == "Replace").Count();
        var rest = types.Skip(replaces).ToList();
        if (!rest.SequenceEqual(["ByteFallback", "Fuse"]) && !rest.SequenceEqual(["ByteFallback", "Fuse", "Strip"]))
            throw Refusal.Of(place, "decoder", $"Sequence of {string.Join(", ", types)}");
        ITextNormalizer[] replacements = [.. steps.Take(replaces).Select(JsonNormalizers.ReadReplace)];
        if (rest.Count == 2)
            return new ByteFallbackDecoder(replacements, ' ', 0);
        var strip = steps[^1];
        var stripped = strip["content"].String();
        if (strip["stop"].Id() != 0 || stripped.Length != 1)
            throw Refusal.Of(strip, "decoder", $"Strip of \"{stripped}\", {strip["stop"].Id()} at the end");
        return new ByteFallbackDecoder(replacements, stripped[0], strip["start"].Id());
    }
}
