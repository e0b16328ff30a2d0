using System.Text.Json;
using ICAE.Lab.Formats;

namespace ICAE.Lab.Tokens;

/// <summary>
/// Makes the tokenizer that a GGUF file carries. A byte-level one ("gpt2") is put in the form of a tokenizer.json, a SentencePiece one
/// ("llama") in the form of a tokenizer.model, so that it can be saved as such.
/// </summary>
public static class GgufTokenizer
{
    private const string Prefix = "tokenizer.ggml.";

    /// <summary>Makes the tokenizer.</summary>
    /// <param name="file">The open file; it may be closed afterwards.</param>
    /// <returns>The tokenizer.</returns>
    /// <exception cref="MalformedFileException">The tokenizer's entries are missing or contradict each other.</exception>
    /// <exception cref="ConfigurationException">Its kind or the way it cuts texts is not known; the message names it.</exception>
    public static ITextTokenizer Create(GgufFile file)
    {
        ArgumentNullException.ThrowIfNull(file);
        var kind = file.Metadata.Text(Prefix + "model");
        return kind switch
        {
            null => throw Wrong(file, "model", "the file has no tokenizer"),
            "gpt2" => CreateByteLevel(file),
            "llama" => CreateSentencePiece(file),
            _ => throw Refusal.Of(file.Path, Prefix + "model", "tokenizer", kind),
        };
    }

    private static TextTokenizer CreateByteLevel(GgufFile file)
    {
        var pre = file.Metadata.Text(Prefix + "pre") ?? throw Refusal.Of(file.Path, Prefix + "pre", "pre-tokenizer", "none");
        var isLlama3 = pre is "llama-bpe" or "llama-v3" or "llama3";
        ByteLevelCutting cutting = pre switch
        {
            "gpt-2" => ByteLevelCutting.Gpt2,
            "smollm" or "starcoder" => ByteLevelCutting.DigitsGpt2,
            "qwen2" => ByteLevelCutting.Qwen2,
            _ when isLlama3 => ByteLevelCutting.Llama3,
            _ => throw Refusal.Of(file.Path, Prefix + "pre", "pre-tokenizer", pre),
        };
        var tokens = ReadTokens(file, out var types);
        var merges = ReadMerges(file, tokens);
        List<AddedToken> added = [];
        for (var id = 0; id < tokens.Length; id++)
        {
            if (types[id] == SentencePieceType.Byte)
                throw Refusal.Of(file.Path, $"{Prefix}token_type[{id}]", "type of token", "Byte");
            if (types[id] is SentencePieceType.Control or SentencePieceType.Unknown or SentencePieceType.UserDefined)
                added.Add(new AddedToken(id, tokens[id], types[id] != SentencePieceType.UserDefined, false, false, Normalized: false));
        }

        var document = new ByteLevelDocument
        {
            Tokens = tokens,
            Merges = merges,
            Added = added,
            Cutting = cutting,
            Composes = cutting == ByteLevelCutting.Qwen2,
            IgnoresMerges = isLlama3,
            Begin = file.Metadata.Flag(Prefix + "add_bos_token") ?? isLlama3 ? TemplateToken(file, tokens, added, "bos") : null,
            End = file.Metadata.Flag(Prefix + "add_eos_token") ?? false ? TemplateToken(file, tokens, added, "eos") : null,
        };
        return TokenizerJson.Read(file.Path, document.ToJson(), DescribeEnds(file, tokens));
    }

    private static TextTokenizer CreateSentencePiece(GgufFile file)
    {
        var tokens = ReadTokens(file, out var types);
        var scores = file.Metadata.Array(Prefix + "scores")?.ReadNumbers() ?? throw Wrong(file, "scores", "the key is missing");
        if (scores.Length != tokens.Length)
            throw Wrong(file, "scores", $"there are {scores.Length} for {tokens.Length} tokens");
        var model = new SentencePieceModel
        {
            Pieces = [.. tokens.Select((text, id) => new SentencePiece(text, (float)scores[id], types[id]))],
            ByteFallback = types.Contains(SentencePieceType.Byte),
            AddsPrefix = file.Metadata.Flag(Prefix + "add_space_prefix") ?? true,
            RemovesExtraSpaces = file.Metadata.Flag(Prefix + "remove_extra_whitespaces") ?? false,
            BosPiece = EndToken(file, tokens, "bos") ?? "<s>",
            EosPiece = EndToken(file, tokens, "eos") ?? "</s>",
        };
        var config = DescribeEnds(file, tokens);
        return model.ToTokenizer(file.Path, config, [new TokenizerSource(TokenizerFile.ModelName, SentencePieceFile.Write(model)), config.Source!]);
    }

    private static string[] ReadTokens(GgufFile file, out SentencePieceType[] types)
    {
        var array = file.Metadata.Array(Prefix + "tokens") ?? throw Wrong(file, "tokens", "the key is missing");
        if (array.Count is 0 or > VocabularyTable.MostTokens)
            throw Wrong(file, "tokens", $"there are {array.Count}; a vocabulary has 1 to {VocabularyTable.MostTokens}");
        var tokens = array.ReadTexts();
        var seen = new HashSet<string>(StringComparer.Ordinal);
        for (var id = 0; id < tokens.Length; id++)
        {
            if (!seen.Add(tokens[id]))
                throw Wrong(file, $"tokens[{id}]", $"{FileChecks.Quote(tokens[id])} stands there before");
        }

        var numbers = file.Metadata.Array(Prefix + "token_type")?.ReadWholes() ?? [.. Enumerable.Repeat(1L, tokens.Length)];
        if (numbers.Length != tokens.Length)
            throw Wrong(file, "token_type", $"there are {numbers.Length} for {tokens.Length} tokens");
        types = new SentencePieceType[tokens.Length];
        for (var id = 0; id < types.Length; id++)
        {
            types[id] = numbers[id] is >= 1 and <= 6 ? (SentencePieceType)numbers[id] : throw Wrong(file, $"token_type[{id}]", $"{numbers[id]} is no type of token");
        }

        return tokens;
    }

    private static List<(string Left, string Right)> ReadMerges(GgufFile file, string[] tokens)
    {
        var lines = file.Metadata.Array(Prefix + "merges")?.ReadTexts() ?? throw Wrong(file, "merges", "the key is missing");
        List<(string, string)> merges = [];
        foreach (var line in lines)
        {
            var pair = line.Split(' ');
            if (pair.Length != 2 || pair[0].Length == 0 || pair[1].Length == 0)
                throw Wrong(file, $"merges[{merges.Count}]", $"{FileChecks.Quote(line)} is not two tokens");
            merges.Add((pair[0], pair[1]));
        }

        var vocabulary = tokens.Select((token, id) => KeyValuePair.Create(token, id)).ToDictionary(StringComparer.Ordinal);
        return [.. new BpeMerges(file.Path, Prefix + "merges", vocabulary, merges).Merges];
    }

    private static string? EndToken(GgufFile file, string[] tokens, string which)
    {
        if (file.Metadata.Whole($"{Prefix}{which}_token_id") is not { } id)
            return null;
        return id >= 0 && id < tokens.Length ? tokens[id] : throw Wrong(file, $"{which}_token_id", $"there are {tokens.Length} tokens, but the id is {id}");
    }

    private static string TemplateToken(GgufFile file, string[] tokens, List<AddedToken> added, string which)
    {
        var token = EndToken(file, tokens, which) ?? throw Wrong(file, $"{which}_token_id", $"the key is missing, though add_{which}_token asks for it");
        return added.Any(item => item.Content == token)
            ? token
            : throw Wrong(file, $"{which}_token_id", $"{FileChecks.Quote(token)} is no control token");
    }

    private static TokenizerConfig DescribeEnds(GgufFile file, string[] tokens)
    {
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream, new JsonWriterOptions { Indented = true }))
        {
            writer.WriteStartObject();
            foreach (var which in (string[])["bos", "eos"])
            {
                if (EndToken(file, tokens, which) is { } token)
                    writer.WriteString($"{which}_token", token);
                if (file.Metadata.Flag($"{Prefix}add_{which}_token") is { } adds)
                    writer.WriteBoolean($"add_{which}_token", adds);
            }

            writer.WriteEndObject();
        }

        return TokenizerConfig.Read(TokenizerConfig.Name, stream.ToArray());
    }

    private static MalformedFileException Wrong(GgufFile file, string key, string cause) => new(file.Path, Prefix + key, cause);
}
