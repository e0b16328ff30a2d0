namespace ICAE.Lab.Tokens;

/// <summary>Reads a Hugging Face tokenizer.json.</summary>
internal static class TokenizerJson
{
    /// <summary>Reads the file's bytes. Truncation and padding, which concern batches, are left aside.</summary>
    public static TextTokenizer Read(string file, byte[] content)
    {
        using var document = TokenizerFile.Parse(file, content);
        var root = new JsonPlace(file, "", document.RootElement);
        var model = root["model"];
        if (model["type"].HasValue && model.Type() != "BPE")
            throw Refusal.Of(model, "model", model.Type());
        var vocabulary = ReadVocabulary(model["vocab"]);
        var added = JsonAddedTokens.Read(root["added_tokens"], vocabulary);
        var tokens = Arrange(root, vocabulary, added);
        var merges = new BpeMerges(file, "model.merges", vocabulary, ReadMerges(model["merges"]));
        RefuseUnusualModel(model);
        if (root["normalizer"].HasValue)
            throw Refusal.Of(root["normalizer"], "normalizer", root["normalizer"].Type());
        var preTokenizer = JsonPreTokenizers.Read(root["pre_tokenizer"], out var byteLevel);
        if (!byteLevel)
            throw Refusal.Of(root["pre_tokenizer"], "pre-tokenizer", "one without ByteLevel");
        var ignoreMerges = model["ignore_merges"].Flag(absent: false);
        var encoder = new ByteLevelBpeModel(merges, ignoreMerges);
        if (!encoder.HasEveryByte && (model["unk_token"].HasValue || model["byte_fallback"].Flag(absent: false)))
            throw Refusal.Of(model, "model", "byte-level BPE that lacks byte symbols and has an unknown token or byte fallback");
        if (!root["decoder"].HasValue || root["decoder"].Type() != "ByteLevel")
            throw Refusal.Of(root["decoder"], "decoder", root["decoder"].HasValue ? root["decoder"].Type() : "none");
        var (before, behind) = JsonTemplate.Read(root["post_processor"], tokens);
        return new TextTokenizer(new TokenizerParts
        {
            Tokens = tokens,
            Added = added,
            PreTokenizer = preTokenizer,
            Model = encoder,
            ModelRule = $"byte-level BPE{(ignoreMerges ? ", whole tokens first" : "")}",
            ModelEntries = merges.Merges.Select(merge => $"{merge.Left} {merge.Right}"),
            Decoder = new ByteLevelDecoder(),
            Before = before,
            Behind = behind,
            BosId = before.Count > 0 ? before[0] : SpecialNames.FindBos(added),
            EosId = behind.Count > 0 ? behind[^1] : SpecialNames.FindEos(added),
            Sources = [new TokenizerSource(TokenizerFile.JsonName, content)],
        });
    }

    private static Dictionary<string, int> ReadVocabulary(JsonPlace place)
    {
        var vocabulary = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var (token, id) in place.Entries())
        {
            vocabulary.Add(token, id.Id());
        }

        return vocabulary.Count > 0 ? vocabulary : throw place.Wrong("the vocabulary is empty");
    }

    private static List<(string Left, string Right)> ReadMerges(JsonPlace place)
    {
        List<(string, string)> merges = [];
        foreach (var item in place.Items())
        {
            string[] pair = item.Element.ValueKind == System.Text.Json.JsonValueKind.String
                ? item.String().Split(' ')
                : [.. item.Items().Take(3).Select(part => part.String())];
            if (pair.Length != 2 || pair[0].Length == 0 || pair[1].Length == 0)
                throw item.Wrong("a merge is two tokens");
            merges.Add((pair[0], pair[1]));
        }

        return merges;
    }

    private static string?[] Arrange(JsonPlace root, Dictionary<string, int> vocabulary, IReadOnlyList<AddedToken> added)
    {
        var entries = vocabulary.Select(pair => (Id: pair.Value, Text: pair.Key, Place: root["model"]["vocab"]))
            .Concat(added.Where(token => !vocabulary.ContainsKey(token.Content)).Select(token => (token.Id, Text: token.Content, Place: root["added_tokens"])))
            .ToList();
        var size = entries.Max(entry => entry.Id) + 1L;
        if (size > 2L * entries.Count + 1024)
            throw root["model"]["vocab"].Wrong($"ids go up to {size - 1} for {entries.Count} tokens: most ids stand for nothing");
        var tokens = new string?[size];
        foreach (var (id, text, place) in entries)
        {
            if (tokens[id] is not null)
                throw place.Wrong($"id {id} stands for both \"{tokens[id]}\" and \"{text}\"");
            tokens[id] = text;
        }

        return tokens;
    }

    private static void RefuseUnusualModel(JsonPlace model)
    {
        if (model["dropout"].HasValue && !(model["dropout"].Element.TryGetDouble(out var dropout) && dropout == 0))
            throw Refusal.Of(model["dropout"], "model", "BPE with dropout");
        foreach (var key in (string[])["continuing_subword_prefix", "end_of_word_suffix"])
        {
            if (model[key].HasValue && model[key].String().Length > 0)
                throw Refusal.Of(model[key], "model", $"BPE with {key}");
        }
    }
}
