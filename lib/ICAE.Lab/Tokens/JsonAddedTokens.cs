using ICAE.Lab.Formats;

namespace ICAE.Lab.Tokens;

/// <summary>Reads the key added_tokens.</summary>
internal static class JsonAddedTokens
{
    private const int MostUnits = 256;

    /// <summary>Reads and checks the tokens against the vocabulary.</summary>
    public static IReadOnlyList<AddedToken> Read(JsonPlace place, IReadOnlyDictionary<string, int> vocabulary)
    {
        if (!place.HasValue)
            return [];
        List<AddedToken> tokens = [];
        var ids = new HashSet<int>();
        var contents = new HashSet<string>(StringComparer.Ordinal);
        foreach (var item in place.Items())
        {
            var token = ReadToken(item, item["id"].Id());
            if (vocabulary.TryGetValue(token.Content, out var id) && id != token.Id)
                throw item.Wrong($"{FileChecks.Quote(token.Content)} has id {token.Id} here and {id} in the vocabulary");
            if (!ids.Add(token.Id) || !contents.Add(token.Content))
                throw item.Wrong($"{FileChecks.Quote(token.Content)} or its id {token.Id} stands there before");
            tokens.Add(token);
        }

        return tokens;
    }

    /// <summary>Reads one token's text and flags.</summary>
    public static AddedToken ReadToken(JsonPlace item, int id)
    {
        var token = new AddedToken(
            id,
            item["content"].String(),
            item["special"].Flag(absent: false),
            item["lstrip"].Flag(absent: false),
            item["rstrip"].Flag(absent: false),
            item["normalized"].Flag(absent: true));
        if (item["single_word"].Flag(absent: false))
            throw Refusal.Of(item, "added token", $"{token.Content} as a single word");
        return token.Content.Length is > 0 and <= MostUnits
            ? token
            : throw item["content"].Wrong($"the token has {token.Content.Length} characters; 1 to {MostUnits} are allowed");
    }
}
