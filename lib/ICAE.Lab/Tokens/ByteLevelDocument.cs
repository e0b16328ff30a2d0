using System.Text.Encodings.Web;
using System.Text.Json;

namespace ICAE.Lab.Tokens;

/// <summary>A byte-level BPE tokenizer to be written as a tokenizer.json.</summary>
internal sealed record ByteLevelDocument
{
    /// <summary>Each token by id, in byte symbols; none is there twice.</summary>
    public required IReadOnlyList<string> Tokens { get; init; }

    /// <summary>The merges in order.</summary>
    public required IReadOnlyList<(string Left, string Right)> Merges { get; init; }

    /// <summary>Tokens found in the text before anything else.</summary>
    public required IReadOnlyList<AddedToken> Added { get; init; }

    /// <summary>How texts are cut.</summary>
    public required ByteLevelCutting Cutting { get; init; }

    /// <summary>Whether texts are put in normalization form C.</summary>
    public bool Composes { get; init; }

    /// <summary>Whether a piece that is a token as a whole is that token whatever the merges would build.</summary>
    public bool IgnoresMerges { get; init; }

    /// <summary>The token put before a text.</summary>
    public string? Begin { get; init; }

    /// <summary>The token put behind a text.</summary>
    public string? End { get; init; }

    /// <summary>The file's bytes, in UTF-8.</summary>
    public byte[] ToJson()
    {
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream, new JsonWriterOptions { Indented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            Write(writer);
        }

        return stream.ToArray();
    }

    private void Write(Utf8JsonWriter writer)
    {
        writer.WriteStartObject();
        writer.WriteString("version", "1.0");
        writer.WriteNull("truncation");
        writer.WriteNull("padding");
        writer.WriteStartArray("added_tokens");
        foreach (var token in Added)
        {
            WriteAdded(writer, token);
        }

        writer.WriteEndArray();
        WriteNormalizer(writer);
        writer.WritePropertyName("pre_tokenizer");
        WritePreTokenizer(writer);
        WriteTemplate(writer);
        writer.WritePropertyName("decoder");
        WriteByteLevel(writer, addPrefixSpace: true, useRegex: true);
        WriteModel(writer);
        writer.WriteEndObject();
    }

    private static void WriteAdded(Utf8JsonWriter writer, AddedToken token)
    {
        writer.WriteStartObject();
        writer.WriteNumber("id", token.Id);
        writer.WriteString("content", token.Content);
        writer.WriteBoolean("single_word", false);
        writer.WriteBoolean("lstrip", token.TakesSpaceBefore);
        writer.WriteBoolean("rstrip", token.TakesSpaceBehind);
        writer.WriteBoolean("normalized", token.Normalized);
        writer.WriteBoolean("special", token.Special);
        writer.WriteEndObject();
    }

    private void WriteNormalizer(Utf8JsonWriter writer)
    {
        if (!Composes)
        {
            writer.WriteNull("normalizer");
            return;
        }

        writer.WriteStartObject("normalizer");
        writer.WriteString("type", "NFC");
        writer.WriteEndObject();
    }

    private void WritePreTokenizer(Utf8JsonWriter writer)
    {
        if (Cutting == ByteLevelCutting.Gpt2)
        {
            WriteByteLevel(writer, addPrefixSpace: false, useRegex: true);
            return;
        }

        writer.WriteStartObject();
        writer.WriteString("type", "Sequence");
        writer.WriteStartArray("pretokenizers");
        writer.WriteStartObject();
        if (Cutting == ByteLevelCutting.DigitsGpt2)
        {
            writer.WriteString("type", "Digits");
            writer.WriteBoolean("individual_digits", true);
        }
        else
        {
            writer.WriteString("type", "Split");
            writer.WriteStartObject("pattern");
            writer.WriteString("Regex", Cutting == ByteLevelCutting.Llama3 ? PatternSplitter.Llama3Source : PatternSplitter.Qwen2Source);
            writer.WriteEndObject();
            writer.WriteString("behavior", "Isolated");
            writer.WriteBoolean("invert", false);
        }

        writer.WriteEndObject();
        WriteByteLevel(writer, addPrefixSpace: false, useRegex: Cutting == ByteLevelCutting.DigitsGpt2);
        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    private static void WriteByteLevel(Utf8JsonWriter writer, bool addPrefixSpace, bool useRegex)
    {
        writer.WriteStartObject();
        writer.WriteString("type", "ByteLevel");
        writer.WriteBoolean("add_prefix_space", addPrefixSpace);
        writer.WriteBoolean("trim_offsets", true);
        writer.WriteBoolean("use_regex", useRegex);
        writer.WriteEndObject();
    }

    private void WriteTemplate(Utf8JsonWriter writer)
    {
        if (Begin is null && End is null)
        {
            writer.WriteNull("post_processor");
            return;
        }

        writer.WriteStartObject("post_processor");
        writer.WriteString("type", "TemplateProcessing");
        WriteTemplateParts(writer, "single", ["A"]);
        WriteTemplateParts(writer, "pair", ["A", "B"]);
        writer.WriteStartObject("special_tokens");
        foreach (var token in new[] { Begin, End }.OfType<string>().Distinct(StringComparer.Ordinal))
        {
            writer.WriteStartObject(token);
            writer.WriteString("id", token);
            writer.WriteStartArray("ids");
            writer.WriteNumberValue(Added.First(item => item.Content == token).Id);
            writer.WriteEndArray();
            writer.WriteStartArray("tokens");
            writer.WriteStringValue(token);
            writer.WriteEndArray();
            writer.WriteEndObject();
        }

        writer.WriteEndObject();
        writer.WriteEndObject();
    }

    private void WriteTemplateParts(Utf8JsonWriter writer, string key, string[] texts)
    {
        writer.WriteStartArray(key);
        if (Begin is not null)
            WriteTemplatePart(writer, "SpecialToken", Begin);
        foreach (var text in texts)
        {
            WriteTemplatePart(writer, "Sequence", text);
            if (End is not null)
                WriteTemplatePart(writer, "SpecialToken", End);
        }

        writer.WriteEndArray();
    }

    private static void WriteTemplatePart(Utf8JsonWriter writer, string kind, string id)
    {
        writer.WriteStartObject();
        writer.WriteStartObject(kind);
        writer.WriteString("id", id);
        writer.WriteNumber("type_id", 0);
        writer.WriteEndObject();
        writer.WriteEndObject();
    }

    private void WriteModel(Utf8JsonWriter writer)
    {
        writer.WriteStartObject("model");
        writer.WriteString("type", "BPE");
        writer.WriteNull("dropout");
        writer.WriteNull("unk_token");
        writer.WriteNull("continuing_subword_prefix");
        writer.WriteNull("end_of_word_suffix");
        writer.WriteBoolean("fuse_unk", false);
        writer.WriteBoolean("byte_fallback", false);
        writer.WriteBoolean("ignore_merges", IgnoresMerges);
        writer.WriteStartObject("vocab");
        for (var id = 0; id < Tokens.Count; id++)
        {
            writer.WriteNumber(Tokens[id], id);
        }

        writer.WriteEndObject();
        writer.WriteStartArray("merges");
        foreach (var (left, right) in Merges)
        {
            writer.WriteStartArray();
            writer.WriteStringValue(left);
            writer.WriteStringValue(right);
            writer.WriteEndArray();
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
    }
}
