using System.Text.Json.Nodes;
using ICAE.Lab.Tests.Formats;
using ICAE.Lab.Tokens;

namespace ICAE.Lab.Tests.Tokens;

/// <summary>A reference tokenizer.json with something changed.</summary>
internal static class TokenizerJsonDocument
{
    private static readonly byte[] ByteLevel = File.ReadAllBytes(Path.Combine(TextReference.Folder("byte-level-bpe"), "tokenizer.json"));

    public static JsonObject Of(Action<JsonObject> change)
    {
        var document = JsonNode.Parse(ByteLevel)!.AsObject();
        change(document);
        return document;
    }

    /// <summary>A character BPE with byte fallback over a few pieces, as Llama's files are laid out.</summary>
    public static JsonObject OfCharacters(params string[] merges)
    {
        string[] tokens = ["<unk>", "<s>", "</s>", .. Enumerable.Range(0, 256).Select(value => $"<0x{value:X2}>"), "\u2581", "a", "b", "c",
            .. merges.Select(merge => merge.Replace(" ", "", StringComparison.Ordinal)).Distinct()];
        return new JsonObject
        {
            ["added_tokens"] = new JsonArray([.. tokens.Take(3).Select((token, id) => new JsonObject
            {
                ["id"] = id,
                ["content"] = token,
                ["special"] = true,
                ["normalized"] = false,
            })]),
            ["normalizer"] = JsonNode.Parse("""{"type":"Sequence","normalizers":[{"type":"Prepend","prepend":"▁"},{"type":"Replace","pattern":{"String":" "},"content":"▁"}]}"""),
            ["pre_tokenizer"] = null,
            ["decoder"] = JsonNode.Parse("""{"type":"Sequence","decoders":[{"type":"Replace","pattern":{"String":"▁"},"content":" "},{"type":"ByteFallback"},{"type":"Fuse"},{"type":"Strip","content":" ","start":1,"stop":0}]}"""),
            ["model"] = new JsonObject
            {
                ["type"] = "BPE",
                ["unk_token"] = "<unk>",
                ["fuse_unk"] = true,
                ["byte_fallback"] = true,
                ["vocab"] = new JsonObject(tokens.Select((token, id) => KeyValuePair.Create(token, (JsonNode?)id))),
                ["merges"] = new JsonArray([.. merges.Select(merge => (JsonNode)merge)]),
            },
        };
    }

    public static ITextTokenizer Load(JsonObject document, string? config = null)
    {
        using var folder = TestFiles.NewFolder();
        folder.Write("tokenizer.json", System.Text.Encoding.UTF8.GetBytes(document.ToJsonString()));
        if (config is not null)
            folder.Write("tokenizer_config.json", System.Text.Encoding.UTF8.GetBytes(config));
        return TokenizerFile.Load(folder.Path);
    }
}
