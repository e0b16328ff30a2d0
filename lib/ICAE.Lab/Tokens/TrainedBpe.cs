using System.Text.Encodings.Web;
using System.Text.Json;

namespace ICAE.Lab.Tokens;

/// <summary>A byte-level BPE fresh from training.</summary>
public sealed class TrainedBpe
{
    private readonly ByteLevelBpeTrainerOptions _options;

    internal TrainedBpe(ByteLevelBpeTrainerOptions options, IReadOnlyList<string> tokens, IReadOnlyList<(string Left, string Right)> merges)
    {
        _options = options;
        Tokens = tokens;
        Merges = merges;
    }

    /// <summary>Each token by id, in byte symbols: special tokens, the 256 bytes, then what each merge builds.</summary>
    public IReadOnlyList<string> Tokens { get; }

    /// <summary>The merges in order, in byte symbols.</summary>
    public IReadOnlyList<(string Left, string Right)> Merges { get; }

    /// <summary>The tokenizer, ready for use.</summary>
    /// <returns>The tokenizer.</returns>
    public ITextTokenizer ToTokenizer() => TokenizerJson.Read(TokenizerFile.JsonName, ToJson());

    /// <summary>Writes tokenizer.json into a folder.</summary>
    /// <param name="folder">The folder; it is made where it is missing.</param>
    public void Save(string folder)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        Directory.CreateDirectory(folder);
        TokenizerFile.WriteWhole(Path.Combine(folder, TokenizerFile.JsonName), ToJson());
    }

    /// <summary>The tokenizer.json, in UTF-8.</summary>
    /// <returns>The file's bytes.</returns>
    public byte[] ToJson()
    {
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream, new JsonWriterOptions { Indented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            WriteDocument(writer);
        }

        return stream.ToArray();
    }

    private void WriteDocument(Utf8JsonWriter writer)
    {
        writer.WriteStartObject();
        writer.WriteString("version", "1.0");
        writer.WriteNull("truncation");
        writer.WriteNull("padding");
        writer.WriteStartArray("added_tokens");
        for (var id = 0; id < _options.SpecialTokens.Count; id++)
        {
            WriteAddedToken(writer, id);
        }

        writer.WriteEndArray();
        writer.WriteNull("normalizer");
        WritePreTokenizer(writer);
        WriteTemplate(writer);
        writer.WritePropertyName("decoder");
        WriteByteLevel(writer, addPrefixSpace: true);
        WriteModel(writer);
        writer.WriteEndObject();
    }

    private void WriteAddedToken(Utf8JsonWriter writer, int id)
    {
        writer.WriteStartObject();
        writer.WriteNumber("id", id);
        writer.WriteString("content", _options.SpecialTokens[id]);
        writer.WriteBoolean("single_word", false);
        writer.WriteBoolean("lstrip", false);
        writer.WriteBoolean("rstrip", false);
        writer.WriteBoolean("normalized", false);
        writer.WriteBoolean("special", true);
        writer.WriteEndObject();
    }

    private void WritePreTokenizer(Utf8JsonWriter writer)
    {
        writer.WritePropertyName("pre_tokenizer");
        if (!_options.SplitDigits)
        {
            WriteByteLevel(writer, addPrefixSpace: false);
            return;
        }

        writer.WriteStartObject();
        writer.WriteString("type", "Sequence");
        writer.WriteStartArray("pretokenizers");
        writer.WriteStartObject();
        writer.WriteString("type", "Digits");
        writer.WriteBoolean("individual_digits", true);
        writer.WriteEndObject();
        WriteByteLevel(writer, addPrefixSpace: false);
        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    private static void WriteByteLevel(Utf8JsonWriter writer, bool addPrefixSpace)
    {
        writer.WriteStartObject();
        writer.WriteString("type", "ByteLevel");
        writer.WriteBoolean("add_prefix_space", addPrefixSpace);
        writer.WriteBoolean("trim_offsets", true);
        writer.WriteBoolean("use_regex", true);
        writer.WriteEndObject();
    }

    private void WriteTemplate(Utf8JsonWriter writer)
    {
        if (_options.BeginToken is not { } begin)
        {
            writer.WriteNull("post_processor");
            return;
        }

        writer.WriteStartObject("post_processor");
        writer.WriteString("type", "TemplateProcessing");
        writer.WriteStartArray("single");
        WriteTemplatePart(writer, "SpecialToken", begin);
        WriteTemplatePart(writer, "Sequence", "A");
        writer.WriteEndArray();
        writer.WriteStartArray("pair");
        WriteTemplatePart(writer, "SpecialToken", begin);
        WriteTemplatePart(writer, "Sequence", "A");
        WriteTemplatePart(writer, "Sequence", "B");
        writer.WriteEndArray();
        writer.WriteStartObject("special_tokens");
        writer.WriteStartObject(begin);
        writer.WriteString("id", begin);
        writer.WriteStartArray("ids");
        writer.WriteNumberValue(_options.SpecialTokens.ToList().IndexOf(begin));
        writer.WriteEndArray();
        writer.WriteStartArray("tokens");
        writer.WriteStringValue(begin);
        writer.WriteEndArray();
        writer.WriteEndObject();
        writer.WriteEndObject();
        writer.WriteEndObject();
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
        writer.WriteBoolean("ignore_merges", false);
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
