using System.Text.Json;
using ICAE.Lab.Formats;

namespace ICAE.Lab.Tokens;

/// <summary>Reads a Hugging Face tokenizer.json.</summary>
internal static class TokenizerJson
{
    /// <summary>Reads the file's bytes. Truncation and padding, which concern batches, are left aside.</summary>
    /// <param name="file">The file, for messages.</param>
    /// <param name="content">Its bytes.</param>
    /// <param name="config">What stands beside it.</param>
    public static TextTokenizer Read(string file, byte[] content, TokenizerConfig config)
    {
        using var document = TokenizerFile.Parse(file, content);
        var root = new JsonPlace(file, document.RootElement);
        var model = root["model"];
        if (model["type"].HasValue && model.Type() != "BPE")
            throw Refusal.Of(model, "model", model.Type());
        RefuseUnusualModel(model);
        var vocabulary = ReadVocabulary(model["vocab"]);
        var added = JsonAddedTokens.Read(root["added_tokens"], vocabulary);
        var tokens = VocabularyTable.Arrange(
            file,
            vocabulary.Select(pair => (pair.Value, pair.Key, "model.vocab"))
                .Concat(added.Where(token => !vocabulary.ContainsKey(token.Content)).Select(token => (token.Id, token.Content, "added_tokens"))));
        var merges = new BpeMerges(file, "model.merges", vocabulary, ReadMerges(model["merges"]));
        var normalizer = JsonNormalizers.Read(root["normalizer"]);
        var preTokenizer = JsonPreTokenizers.Read(root["pre_tokenizer"], out var byteLevel);
        var decoder = JsonDecoders.Read(root["decoder"]);
        var (before, behind) = JsonTemplate.Read(root["post_processor"], tokens);
        var bos = config.BosId(Find, before.Count > 0 ? before[0] : SpecialNames.FindBos(added));
        var eos = config.EosId(Find, behind.Count > 0 ? behind[^1] : SpecialNames.FindEos(added));
        var hasTemplate = root["post_processor"].HasValue;
        return new TextTokenizer(new TokenizerParts
        {
            Tokens = tokens,
            Added = added,
            Normalizer = normalizer,
            PreTokenizer = preTokenizer,
            Model = byteLevel ? CreateByteLevel(model, merges) : CreateCharacter(model, merges),
            ModelRule = DescribeModel(model, byteLevel),
            ModelEntries = merges.Merges.Select(merge => $"{merge.Left} {merge.Right}"),
            Decoder = decoder,
            Before = hasTemplate || config.AddsBos is not true || bos is not { } opening ? before : [opening],
            Behind = hasTemplate || config.AddsEos is not true || eos is not { } ending ? behind : [ending],
            BosId = bos,
            EosId = eos,
            Sources = [new TokenizerSource(TokenizerFile.JsonName, content), .. config.Source is { } source ? [source] : Array.Empty<TokenizerSource>()],
        });

        int? Find(string token) => added.FirstOrDefault(item => item.Content == token)?.Id
            ?? (vocabulary.TryGetValue(token, out var id) ? id : null);
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
            string[] pair = item.Element.ValueKind switch
            {
                JsonValueKind.String => item.String().Split(' ', 3),
                JsonValueKind.Array when item.Element.GetArrayLength() == 2 => [.. item.Items().Select(part => part.String())],
                _ => [],
            };
            if (pair.Length != 2 || pair[0].Length == 0 || pair[1].Length == 0)
                throw item.Wrong("a merge is two tokens");
            merges.Add((pair[0], pair[1]));
        }

        return merges;
    }

    private static ByteLevelBpeModel CreateByteLevel(JsonPlace model, BpeMerges merges)
    {
        foreach (var (left, right) in merges.Merges)
        {
            if (left.Contains(' ') || right.Contains(' '))
                throw model["merges"].Wrong($"{FileChecks.Quote(left)} and {FileChecks.Quote(right)} are not both in byte symbols");
        }

        var encoder = new ByteLevelBpeModel(merges, model["ignore_merges"].Flag(absent: false));
        if (!encoder.HasEveryByte && (model["unk_token"].HasValue || model["byte_fallback"].Flag(absent: false)))
            throw Refusal.Of(model, "model", "byte-level BPE that lacks byte symbols and has an unknown token or byte fallback");
        return encoder;
    }

    private static CharacterBpeModel CreateCharacter(JsonPlace model, BpeMerges merges)
    {
        var vocabulary = new Dictionary<string, int>(merges.Vocabulary, StringComparer.Ordinal);
        var unknownToken = model["unk_token"].HasValue ? model["unk_token"].String() : null;
        int? unknownId = null;
        if (unknownToken is not null)
            unknownId = vocabulary.TryGetValue(unknownToken, out var found) ? found : throw model["unk_token"].Wrong($"{FileChecks.Quote(unknownToken)} is not in the vocabulary");
        int[]? byteIds = null;
        if (model["byte_fallback"].Flag(absent: false))
        {
            byteIds = [.. Enumerable.Range(0, 256).Select(value => vocabulary.GetValueOrDefault(ByteTokens.Of(value), -1))];
            if (byteIds.Contains(-1))
                throw Refusal.Of(model, "model", $"BPE with byte fallback and without {ByteTokens.Of(Array.IndexOf(byteIds, -1))}");
            if (merges.Merges.Any(merge => ByteTokens.TryParse(merge.Left, out _) || ByteTokens.TryParse(merge.Right, out _)))
                throw Refusal.Of(model["merges"], "merge", "of byte tokens");
        }

        if (unknownToken is not null && merges.Merges.Any(merge => merge.Left == unknownToken || merge.Right == unknownToken))
            throw Refusal.Of(model["merges"], "merge", "of the unknown token");
        return new CharacterBpeModel(
            vocabulary,
            PieceMerger.FromMerges(merges),
            new UnknownText(byteIds, unknownId, model["fuse_unk"].Flag(absent: false)),
            model["ignore_merges"].Flag(absent: false));
    }

    private static string DescribeModel(JsonPlace model, bool byteLevel)
    {
        var wholeFirst = model["ignore_merges"].Flag(absent: false) ? ", whole tokens first" : "";
        if (byteLevel)
            return $"byte-level BPE{wholeFirst}";
        var unknown = model["unk_token"].HasValue ? $", unknown {model["unk_token"].String()}" : "";
        return $"BPE{wholeFirst}{unknown}, fused {model["fuse_unk"].Flag(absent: false)}, bytes {model["byte_fallback"].Flag(absent: false)}";
    }

    private static void RefuseUnusualModel(JsonPlace model)
    {
        if (model["dropout"].HasValue && !(model["dropout"].Element.ValueKind == JsonValueKind.Number && model["dropout"].Element.GetDouble() == 0))
            throw Refusal.Of(model["dropout"], "model", "BPE with dropout");
        foreach (var key in (string[])["continuing_subword_prefix", "end_of_word_suffix"])
        {
            if (model[key].HasValue && model[key].String().Length > 0)
                throw Refusal.Of(model[key], "model", $"BPE with {key}");
        }
    }
}
