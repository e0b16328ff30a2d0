using System.Text;
using ICAE.Lab.Tests.Formats;
using ICAE.Lab.Tokens;

namespace ICAE.Lab.Tests.Tokens;

public sealed class SentencePieceFileTests
{
    [Fact]
    public void User_defined_pieces_are_always_found_and_stay_whole()
    {
        var tokenizer = Load(Pieces([("<x>", -1, 4), ("\u2581", -2, 1), ("a", -3, 1), ("aa", -4, 1)]));

        Assert.Equal([260, 261, 259, 262], tokenizer.Encode("a<x>aa"));
        Assert.Equal([260, 259, 261], tokenizer.Encode("<x>a"));
        Assert.Equal("a<x>aa", tokenizer.Decode(tokenizer.Encode("a<x>aa")));
        Assert.Equal([0, 1, 2], tokenizer.SpecialIds.Order());
    }

    [Fact]
    public void A_character_that_is_in_a_piece_but_none_itself_still_merges()
    {
        var tokenizer = Load(Pieces([("\u2581", -2, 1), ("ab", -3, 1)]));

        Assert.Equal([259, 3 + 'a', 260, 3 + 'b'], tokenizer.Encode("aabb"));
    }

    [Fact]
    public void Equal_scores_leave_the_choice_to_the_place()
    {
        var tokenizer = Load(Pieces([("\u2581", -9, 1), ("a", -8, 1), ("b", -8, 1), ("c", -8, 1), ("ab", -1, 1), ("bc", -1, 1)]));

        Assert.Equal(["ab", "c"], tokenizer.Encode("abc").Skip(1).Select(tokenizer.TokenText));
    }

    [Theory]
    [InlineData(true, true, "  a  a ", "\u2581a|\u2581a")]
    [InlineData(false, true, "  a  a ", "a|\u2581a")]
    [InlineData(true, false, " a", "\u2581|\u2581a")]
    [InlineData(false, false, "a a", "a|\u2581a")]
    [InlineData(true, true, "   ", "")]
    [InlineData(true, true, "\u2581", "")]
    [InlineData(true, true, "\u2581a \u2581", "\u2581|\u2581a")]
    public void Spaces_are_treated_as_the_file_says(bool prefix, bool removeExtra, string text, string pieces)
    {
        string[] names = ["\u2581", "a", "\u2581a"];
        var tokenizer = Load(Pieces([.. names.Select((name, index) => (name, -1f - index, 1L))], prefix: prefix, removeExtra: removeExtra));

        Assert.Equal(pieces.Split('|', StringSplitOptions.RemoveEmptyEntries), tokenizer.Encode(text).Select(id => names[id - 259]));
    }

    [Fact]
    public void Without_byte_pieces_unknown_characters_in_a_row_are_one_unknown_piece()
    {
        var tokenizer = Load(Pieces([("\u2581", -1, 1), ("a", -2, 1)], byteFallback: false));

        Assert.Equal([259, 0, 260, 0], tokenizer.Encode("xya\u3042"));
        Assert.Equal("<unk> a", tokenizer.Decode([0, 259, 260]));
        Assert.Equal("<s>a", tokenizer.Decode([1, 259, 260]));
    }

    [Fact]
    public void Tokens_added_beside_the_file_are_found()
    {
        var tokenizer = Load(
            Pieces([("\u2581", -1, 1), ("a", -2, 1)]),
            """{"bos_token":"<s>","add_eos_token":true,"added_tokens_decoder":{"1":{"content":"<s>","special":true},"261":{"content":"[PAD]","normalized":false,"special":true}}}""");

        Assert.Equal(262, tokenizer.VocabularySize);
        Assert.Equal([1, 261, 2], tokenizer.Encode("[PAD]", addSpecialTokens: true, parseSpecialTokens: true));
        Assert.DoesNotContain(261, tokenizer.Encode("[PAD]"));
        Assert.Equal("[PAD]", tokenizer.Decode([261]));
    }

    [Fact]
    public void What_contradicts_itself_is_refused_with_its_place()
    {
        Assert.Equal("piece 260", Refused(Pieces([("a", -1, 1), ("a", -2, 1)])).Place);
        Assert.Equal("piece 259", Refused(Pieces([("", -1, 1)])).Place);
        Assert.Equal("piece 259", Refused(Pieces([("a", float.NaN, 1)])).Place);
        Assert.Equal("piece 259", Refused(Pieces([("byte", -1, 6)])).Place);
        Assert.Equal("piece 259", Refused(Pieces([(new string('a', 200), -1, 1)])).Place);
        Assert.Contains("2 pieces stand for unknown", Refused(Pieces([("a", -1, 1), ("u", 0, 2)])).Message, StringComparison.Ordinal);
        Assert.Contains("no piece stands for text", Refused(Pieces([])).Message, StringComparison.Ordinal);
        Assert.Contains("<0x00> is missing", Refused(Trainer(Message(1, Piece("<unk>", 0, 2)).Concat(Message(1, Piece("a", 0, 1))))).Message, StringComparison.Ordinal);
        Assert.Contains("calls it", Assert.Throws<MalformedFileException>(() => Load(
            Pieces([("a", -1, 1)]), """{"added_tokens_decoder":{"259":{"content":"b","normalized":false}}}""")).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("0A 05 0A", "bytes should follow")]
    [InlineData("0A FF FF FF FF FF FF FF FF FF 01 0A", "bytes should follow")]
    [InlineData("0A FF FF FF FF FF FF FF FF FF FF 01", "more than ten bytes")]
    [InlineData("0A FF", "cut short inside a number")]
    [InlineData("0B 00", "wire type 3")]
    [InlineData("08 01", "should be bytes")]
    [InlineData("0A 03 0A 01 FF", "not UTF-8")]
    [InlineData("02 00", "number 0")]
    [InlineData("20 01", "no pieces")]
    public void Bytes_that_are_no_protocol_buffer_are_refused(string hex, string cause)
    {
        var error = Refused(Convert.FromHexString(hex.Replace(" ", "", StringComparison.Ordinal)));

        Assert.Contains(cause, error.Cause, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1, false, false, false, "Unigram")]
    [InlineData(3, false, false, false, "Word")]
    [InlineData(2, true, false, false, "nmt_nfkc")]
    [InlineData(2, false, true, false, "treat_whitespace_as_suffix")]
    [InlineData(2, false, false, true, "escape_whitespaces")]
    public void Kinds_that_are_not_supported_are_refused_by_name(int type, bool table, bool suffix, bool unescaped, string named)
    {
        var pieces = Pieces([("a", -1, 1)], includeSpecs: false);
        byte[] trainer = [.. Whole(3, type), .. Whole(35, 1), .. suffix ? Whole(24, 1) : []];
        byte[] normalizer = [.. Message(1, table ? "nmt_nfkc"u8.ToArray() : "identity"u8.ToArray()), .. table ? Message(2, [1, 2]) : [], .. unescaped ? Whole(5, 0) : []];

        var error = Assert.Throws<ConfigurationException>(() => Load([.. pieces, .. Message(2, trainer), .. Message(3, normalizer)]));

        Assert.Contains(named, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Unused_pieces_are_refused_by_name()
    {
        Assert.Contains("Unused", Assert.Throws<ConfigurationException>(() => Load(Pieces([("a", -1, 1), ("b", -1, 5)]))).Message, StringComparison.Ordinal);
    }

    internal static byte[] Pieces(
        (string Text, float Score, long Type)[] pieces, bool prefix = true, bool removeExtra = false, bool byteFallback = true, bool includeSpecs = true)
    {
        (string Text, float Score, long Type)[] all =
        [
            ("<unk>", 0, 2), ("<s>", 0, 3), ("</s>", 0, 3), .. Enumerable.Range(0, 256).Select(value => ($"<0x{value:X2}>", 0f, 6L)), .. pieces,
        ];
        var body = all.SelectMany(piece => Message(1, Piece(piece.Text, piece.Score, piece.Type)));
        if (!includeSpecs)
            return [.. body];
        byte[] normalizer = [.. Whole(3, prefix ? 1 : 0), .. Whole(4, removeExtra ? 1 : 0)];
        return Trainer(body.Concat(Message(3, normalizer)), byteFallback);
    }

    private static byte[] Trainer(IEnumerable<byte> rest, bool byteFallback = true) =>
        [.. rest, .. Message(2, [.. Whole(3, 2), .. Whole(35, byteFallback ? 1 : 0)])];

    private static byte[] Piece(string text, float score, long type) =>
        [.. Message(1, Encoding.UTF8.GetBytes(text)), 0x15, .. BitConverter.GetBytes(score), .. Whole(3, type)];

    private static byte[] Message(int field, byte[] content) => [.. Varint((field << 3) | 2), .. Varint(content.Length), .. content];

    private static byte[] Whole(int field, long value) => [.. Varint(field << 3), .. Varint(value)];

    private static byte[] Varint(long value)
    {
        List<byte> bytes = [];
        for (; value >= 0x80; value >>= 7)
        {
            bytes.Add((byte)(value | 0x80));
        }

        bytes.Add((byte)value);
        return [.. bytes];
    }

    private static ITextTokenizer Load(byte[] model, string? config = null)
    {
        using var folder = TestFiles.NewFolder();
        if (config is not null)
            folder.Write("tokenizer_config.json", Encoding.UTF8.GetBytes(config));
        folder.Write("tokenizer.model", model);
        return TokenizerFile.Load(folder.Path);
    }

    private static MalformedFileException Refused(byte[] model) => Assert.Throws<MalformedFileException>(() => Load(model));
}
