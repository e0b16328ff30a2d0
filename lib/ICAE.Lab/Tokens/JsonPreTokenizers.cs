using ICAE.Lab.Formats;

namespace ICAE.Lab.Tokens;

/// <summary>Reads the key pre_tokenizer.</summary>
internal static class JsonPreTokenizers
{
    /// <summary>Reads it.</summary>
    /// <param name="place">The value of the key.</param>
    /// <param name="byteLevel">Whether it ends in bytes written as symbols.</param>
    /// <returns>What cuts the text, or nothing where the text stays whole.</returns>
    public static IPreTokenizer? Read(JsonPlace place, out bool byteLevel)
    {
        byteLevel = false;
        if (!place.HasValue)
            return null;
        List<IPreTokenizer> steps = [];
        foreach (var item in place.Type() == "Sequence" ? place["pretokenizers"].Items() : [place])
        {
            if (byteLevel)
                throw Refusal.Of(item, "pre-tokenizer", $"{item.Type()} behind ByteLevel");
            if (ReadStep(item) is { } step)
                steps.Add(step);
            byteLevel = item.Type() == "ByteLevel";
        }

        return steps.Count switch { 0 => null, 1 => steps[0], _ => new PreTokenizerSequence(steps) };
    }

    /// <summary>Reads what the steps called Metaspace, the cutting and the decoding one, have in common.</summary>
    public static (char Mark, MetaspaceScheme Scheme) ReadMetaspace(JsonPlace item)
    {
        var mark = item["replacement"].String();
        if (mark.Length != 1)
            throw item["replacement"].Wrong("the replacement is one character");
        var scheme = item["prepend_scheme"];
        if (!scheme.HasValue)
            return (mark[0], item["add_prefix_space"].Flag(absent: true) ? MetaspaceScheme.Always : MetaspaceScheme.Never);
        return (mark[0], scheme.String() switch
        {
            "always" => MetaspaceScheme.Always,
            "first" => MetaspaceScheme.First,
            "never" => MetaspaceScheme.Never,
            var other => throw scheme.Wrong($"{FileChecks.Quote(other)} is no such scheme"),
        });
    }

    private static IPreTokenizer? ReadStep(JsonPlace item)
    {
        switch (item.Type())
        {
            case "Digits":
                return new DigitSplitter(item["individual_digits"].Flag(absent: false));
            case "ByteLevel":
                var prefix = item["add_prefix_space"].Flag(absent: true);
                if (item["use_regex"].Flag(absent: true))
                    return new PatternSplitter(SplitPattern.Gpt2, prefix);
                return prefix ? throw Refusal.Of(item, "pre-tokenizer", "ByteLevel with add_prefix_space and without use_regex") : null;
            case "Split":
                return ReadSplit(item);
            case "Metaspace":
                var (mark, scheme) = ReadMetaspace(item);
                return new MetaspaceSplitter(mark, scheme, item["split"].Flag(absent: true));
            default:
                throw Refusal.Of(item, "pre-tokenizer", item.Type());
        }
    }

    // Each known pattern matches every character, so that keeping the matches or what lies between them comes to the same pieces.
    private static PatternSplitter ReadSplit(JsonPlace item)
    {
        var pattern = item["pattern"];
        if (!pattern["Regex"].HasValue || !PatternSplitter.TryRecognise(pattern["Regex"].String(), out var known))
            throw Refusal.OfPattern(pattern);
        var behavior = item["behavior"].String();
        var inverted = item["invert"].Flag(absent: false);
        if ((behavior, inverted) is not (("Isolated", _) or ("Removed", true)))
            throw Refusal.Of(item, "pre-tokenizer", $"Split with behavior {behavior} and invert {inverted}");
        return new PatternSplitter(known);
    }
}
