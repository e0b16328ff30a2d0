namespace ICAE.Lab.Tokens;

/// <summary>Reads the key normalizer.</summary>
internal static class JsonNormalizers
{
    /// <summary>Reads it; nothing where texts stay as they are.</summary>
    public static ITextNormalizer? Read(JsonPlace place)
    {
        if (!place.HasValue)
            return null;
        if (place.Type() != "Sequence")
            return ReadStep(place);
        ITextNormalizer[] steps = [.. place["normalizers"].Items().Select(ReadStep)];
        return steps.Length switch { 0 => null, 1 => steps[0], _ => new NormalizerSequence(steps) };
    }

    /// <summary>Reads a step that replaces a text by another.</summary>
    public static ReplaceNormalizer ReadReplace(JsonPlace place)
    {
        var pattern = place["pattern"];
        if (!pattern["String"].HasValue)
            throw Refusal.OfPattern(pattern);
        var text = pattern["String"].String();
        return text.Length > 0 ? new ReplaceNormalizer(text, place["content"].String()) : throw pattern.Wrong("the pattern is empty");
    }

    private static ITextNormalizer ReadStep(JsonPlace place) => place.Type() switch
    {
        "Prepend" => new PrependNormalizer(place["prepend"].String()),
        "Replace" => ReadReplace(place),
        "NFC" => new CanonicalNormalizer(),
        var other => throw Refusal.Of(place, "normalizer", other),
    };
}
