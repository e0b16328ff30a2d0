namespace ICAE.Lab.Tokens;

/// <summary>Reads the key post_processor: which ids stand before and behind a text.</summary>
internal static class JsonTemplate
{
    /// <summary>Reads it.</summary>
    /// <param name="place">The value of the key.</param>
    /// <param name="tokens">Each token's text by id.</param>
    public static (IReadOnlyList<int> Before, IReadOnlyList<int> Behind) Read(JsonPlace place, IReadOnlyList<string?> tokens)
    {
        if (!place.HasValue)
            return ([], []);
        switch (place.Type())
        {
            case "ByteLevel": // It moves offsets only.
                return ([], []);
            case "TemplateProcessing":
                return ReadTemplate(place, tokens);
            case "Sequence":
                List<int> before = [];
                List<int> behind = [];
                foreach (var item in place["processors"].Items())
                {
                    if (item.Type() == "Sequence")
                        throw Refusal.Of(item, "post-processor", "Sequence in a Sequence");
                    var (first, last) = Read(item, tokens);
                    before.InsertRange(0, first);
                    behind.AddRange(last);
                }

                return (before, behind);
            default:
                throw Refusal.Of(place, "post-processor", place.Type());
        }
    }

    private static (IReadOnlyList<int> Before, IReadOnlyList<int> Behind) ReadTemplate(JsonPlace place, IReadOnlyList<string?> tokens)
    {
        List<int> before = [];
        List<int> behind = [];
        var texts = 0;
        foreach (var item in place["single"].Items())
        {
            if (item["Sequence"].HasValue)
            {
                texts++;
                continue;
            }

            var name = item["SpecialToken"]["id"].String();
            (texts == 0 ? before : behind).AddRange(Ids(place["special_tokens"][name]["ids"], tokens));
        }

        return texts == 1 ? (before, behind) : throw place["single"].Wrong("the template should hold the text once");
    }

    private static IEnumerable<int> Ids(JsonPlace place, IReadOnlyList<string?> tokens)
    {
        foreach (var item in place.Items())
        {
            var id = item.Id();
            yield return id < tokens.Count && tokens[id] is not null ? id : throw item.Wrong($"the vocabulary has no id {id}");
        }
    }
}
