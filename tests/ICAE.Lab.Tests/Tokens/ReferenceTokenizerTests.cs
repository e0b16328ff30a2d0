using System.Text;
using ICAE.Lab.Tokens;

namespace ICAE.Lab.Tests.Tokens;

public sealed class ReferenceTokenizerTests
{
    [Theory]
    [InlineData("byte-level-bpe", "with_begin_token", true, false)]
    [InlineData("byte-level-bpe", "without", false, false)]
    [InlineData("smollm2", null, false, true)]
    [InlineData("sentencepiece-bpe", null, false, false)]
    [InlineData("mistral-v1", null, false, false)]
    [InlineData("mistral-v1-json", null, false, false)]
    public void Every_string_gets_the_reference_ids_and_text(string name, string? list, bool addSpecialTokens, bool parseSpecialTokens)
    {
        var tokenizer = ReferenceTokenizers.Get(name);
        var cases = TextReference.Cases(name, list);

        var wrong = cases.Where(item => !tokenizer.Encode(item.Text, addSpecialTokens, parseSpecialTokens).SequenceEqual(item.Ids)
            || tokenizer.Decode(item.Ids) != item.Decoded
            || DecodeOneByOne(tokenizer, item.Ids) != item.Decoded);

        Assert.Equal(83, cases.Count);
        Assert.Empty(wrong.Select(item => $"{item.Text} → {string.Join(" ", tokenizer.Encode(item.Text, addSpecialTokens, parseSpecialTokens))}"
            + $" not {string.Join(" ", item.Ids)}; decoded {tokenizer.Decode(item.Ids)} not {item.Decoded}"));
    }

    [Theory]
    [InlineData("byte-level-bpe", 800, 1, 2, "0 1 2")]
    [InlineData("smollm2", 49152, null, 0, "0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16")]
    [InlineData("sentencepiece-bpe", 1000, 1, 2, "0 1 2")]
    [InlineData("mistral-v1", 32000, 1, 2, "0 1 2")]
    [InlineData("mistral-v1-json", 32000, 1, 2, "0 1 2")]
    public void Size_and_special_ids_are_known(string name, int size, int? bos, int? eos, string special)
    {
        var tokenizer = ReferenceTokenizers.Get(name);

        Assert.Equal(size, tokenizer.VocabularySize);
        Assert.Equal(bos, tokenizer.BosId);
        Assert.Equal(eos, tokenizer.EosId);
        Assert.Equal(special, string.Join(" ", tokenizer.SpecialIds.Order()));
    }

    [Theory]
    [InlineData("byte-level-bpe")]
    [InlineData("smollm2")]
    [InlineData("sentencepiece-bpe")]
    [InlineData("mistral-v1")]
    [InlineData("mistral-v1-json")]
    public void A_saved_tokenizer_loads_as_an_equal_one(string name)
    {
        var tokenizer = ReferenceTokenizers.Get(name);
        var folder = Directory.CreateTempSubdirectory().FullName;

        TokenizerFile.Save(tokenizer, folder);
        var loaded = TokenizerFile.Load(folder);

        Assert.Equal(tokenizer.Fingerprint, loaded.Fingerprint);
        Assert.Matches("^[0-9a-f]{64}$", loaded.Fingerprint);
        Assert.Equal((tokenizer.BosId, tokenizer.EosId), (loaded.BosId, loaded.EosId));
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public void Different_tokenizers_have_different_fingerprints()
    {
        var prints = ReferenceTokenizers.Names.Select(name => ReferenceTokenizers.Get(name).Fingerprint);

        Assert.Equal(ReferenceTokenizers.Names.Count, prints.Distinct().Count());
    }

    [Theory]
    [InlineData("mistral-v1")]
    [InlineData("mistral-v1-json")]
    public void The_instruction_marks_have_the_ids_of_the_published_code(string name)
    {
        var tokenizer = ReferenceTokenizers.Get(name);

        Assert.Equal([733, 16289, 28793], tokenizer.Encode("[INST]"));
        Assert.Equal([733, 28748, 16289, 28793], tokenizer.Encode("[/INST]"));
    }

    [Theory]
    [InlineData("byte-level-bpe", "</s>", 2)]
    [InlineData("smollm2", "<|im_end|>", 2)]
    [InlineData("sentencepiece-bpe", "</s>", 2)]
    [InlineData("mistral-v1", "</s>", 2)]
    [InlineData("mistral-v1-json", "</s>", 2)]
    public void A_special_token_in_a_text_is_one_only_where_asked(string name, string token, int id)
    {
        var tokenizer = ReferenceTokenizers.Get(name);
        var text = $"a{token}b";

        var plain = tokenizer.Encode(text);
        var parsed = tokenizer.Encode(text, parseSpecialTokens: true);

        Assert.DoesNotContain(id, plain);
        Assert.Equal(text, tokenizer.Decode(plain));
        Assert.Equal([.. tokenizer.Encode("a"), id, .. tokenizer.Encode("b")], parsed);
        Assert.Equal(token, tokenizer.Decode([id]));
        Assert.Equal("", tokenizer.Decode([id], skipSpecialTokens: true));
    }

    [Theory]
    [InlineData("byte-level-bpe")]
    [InlineData("sentencepiece-bpe")]
    [InlineData("mistral-v1")]
    public void The_template_puts_the_opening_token_first(string name)
    {
        var tokenizer = ReferenceTokenizers.Get(name);

        Assert.Equal([1, .. tokenizer.Encode("Hello")], tokenizer.Encode("Hello", addSpecialTokens: true));
        Assert.Equal([1], tokenizer.Encode("", addSpecialTokens: true));
    }

    [Theory]
    [InlineData("mistral-v1")]
    [InlineData("mistral-v1-json")]
    public void Names_of_bytes_and_of_the_unknown_token_are_plain_text(string name)
    {
        var tokenizer = ReferenceTokenizers.Get(name);
        const string Text = "<0x41> <unk> <s>\u2581x";

        var ids = tokenizer.Encode(Text);

        Assert.DoesNotContain(ids, id => id is <= 2 or (68));
        Assert.Equal(Text.Replace('\u2581', ' '), tokenizer.Decode(ids));
    }

    [Theory]
    [InlineData("smollm2", " the")]
    [InlineData("mistral-v1", " the")]
    [InlineData("mistral-v1-json", " the")]
    public void The_text_of_one_id_keeps_its_space(string name, string expected)
    {
        var tokenizer = ReferenceTokenizers.Get(name);

        Assert.Equal(expected, tokenizer.TokenText(tokenizer.Encode("of the")[^1]));
    }

    [Theory]
    [InlineData("byte-level-bpe", 161)]
    [InlineData("mistral-v1", 3 + 0xE3)]
    [InlineData("mistral-v1-json", 3 + 0xE3)]
    public void A_byte_that_is_no_character_shows_as_the_replacement_character(string name, int id)
    {
        Assert.Equal("\uFFFD", ReferenceTokenizers.Get(name).TokenText(id));
    }

    [Theory]
    [InlineData("byte-level-bpe")]
    [InlineData("mistral-v1")]
    [InlineData("mistral-v1-json")]
    public void Ids_outside_the_vocabulary_are_refused(string name)
    {
        var tokenizer = ReferenceTokenizers.Get(name);

        Assert.Throws<ArgumentOutOfRangeException>(() => tokenizer.Decode([tokenizer.VocabularySize]));
        Assert.Throws<ArgumentOutOfRangeException>(() => tokenizer.TokenText(-1));
        Assert.Throws<ArgumentOutOfRangeException>(() => new IncrementalDecoder(tokenizer).Append(tokenizer.VocabularySize));
    }

    internal static string DecodeOneByOne(ITextTokenizer tokenizer, IEnumerable<int> ids)
    {
        var decoder = new IncrementalDecoder(tokenizer);
        var text = new StringBuilder();
        foreach (var id in ids)
        {
            text.Append(decoder.Append(id));
        }

        return text.Append(decoder.Finish()).ToString();
    }
}
