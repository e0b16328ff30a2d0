using ICAE.Lab.Tokens;

namespace ICAE.Lab.Experiments.Verification;

/// <summary>A tokenizer: the ids of every text, and what the ids decode to.</summary>
internal static class TokenizerVerifier
{
    public static void Run(string folder, CheckList checks)
    {
        var json = ReferenceJson.Read(Path.Combine(folder, ReferenceJson.FileName));
        var fromJson = File.Exists(Path.Combine(folder, TokenizerFile.JsonName));
        var tokenizer = TokenizerFile.Load(folder);
        IEnumerable<(string Name, ReferenceJson Cases)> lists = json.IsArray ? [("", json)] : [.. json.Fields()];
        foreach (var (name, cases) in lists)
        {
            if (!cases.IsArray)
            {
                checks.Skip(name, "this is no list of texts");
                continue;
            }

            // What a tokenizer.json lists as added tokens, Hugging Face's tokenizers find in every text; SentencePiece finds no control tokens.
            var begins = name.StartsWith("with_", StringComparison.Ordinal);
            Check(name.Length == 0 ? "" : name + ".", cases.Items(), tokenizer, begins, fromJson, checks);
        }
    }

    private static void Check(string prefix, IReadOnlyList<ReferenceJson> cases, ITextTokenizer tokenizer, bool addSpecialTokens, bool parseSpecialTokens, CheckList checks)
    {
        foreach (var item in cases)
        {
            var (text, ids) = (item["text"].Text(), item["ids"].Wholes());
            var encoded = tokenizer.Encode(text, addSpecialTokens, parseSpecialTokens);
            checks.Count(prefix + "ids", encoded.SequenceEqual(ids), $"{Shown(text)}: {string.Join(" ", encoded)} for {string.Join(" ", ids)}");
            if (!item["decoded"].HasValue)
                continue;

            var expected = item["decoded"].Text();
            var decoded = ids.All(tokenizer.HasToken) ? tokenizer.Decode(ids) : null;
            checks.Count(prefix + "decoded", decoded == expected, $"{Shown(text)}: {(decoded is null ? "an id outside the vocabulary" : Shown(decoded))} for {Shown(expected)}");
        }
    }

    private static string Shown(string text) => System.Text.Json.JsonSerializer.Serialize(text);
}
