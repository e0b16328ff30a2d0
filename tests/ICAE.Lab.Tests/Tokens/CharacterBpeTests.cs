using System.Text;
using System.Text.Json;
using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;

namespace ICAE.Lab.Tests.Tokens;

public sealed class CharacterBpeTests
{
    private static readonly Lazy<(Dictionary<string, int> Vocabulary, Dictionary<(string, string), double> Ranks)> Mistral = new(ReadMistral);

    [Property(MaxTest = 150, Arbitrary = [typeof(Texts)])]
    public bool The_json_form_agrees_with_plain_merging_by_rank(string text) =>
        PlainIds(text, (left, right) => Mistral.Value.Ranks.TryGetValue((left, right), out var rank) ? rank : null)
            .SequenceEqual(ReferenceTokenizers.Get("mistral-v1-json").Encode(text));

    [Property(MaxTest = 150, Arbitrary = [typeof(Texts)])]
    public bool The_model_form_agrees_with_the_json_form(string text) =>
        ReferenceTokenizers.Get("mistral-v1").Encode(text).SequenceEqual(ReferenceTokenizers.Get("mistral-v1-json").Encode(text));

    [Property(MaxTest = 300, Arbitrary = [typeof(Texts)])]
    public bool Every_text_comes_back(string text)
    {
        var expected = text.Replace('\u2581', ' ');
        return new[] { "mistral-v1", "mistral-v1-json", "sentencepiece-bpe" }
            .All(name => ReferenceTokenizers.Get(name).Decode(ReferenceTokenizers.Get(name).Encode(text)) == expected);
    }

    [Fact]
    public void Of_equal_ranks_the_leftmost_pair_merges_first()
    {
        var tokenizer = TokenizerJsonDocument.Load(TokenizerJsonDocument.OfCharacters("a a"));

        Assert.Equal([" ", "aa", "aa", "a"], tokenizer.Encode("aaaaa").Select(tokenizer.TokenText));
    }

    [Fact]
    public void Characters_without_a_token_fall_back_to_bytes_or_to_the_unknown_token()
    {
        var withBytes = TokenizerJsonDocument.OfCharacters("a b");
        var fused = TokenizerJsonDocument.OfCharacters("a b");
        fused["model"]!["byte_fallback"] = false;
        var single = TokenizerJsonDocument.OfCharacters("a b");
        single["model"]!["byte_fallback"] = false;
        single["model"]!["fuse_unk"] = false;
        var none = TokenizerJsonDocument.OfCharacters("a b");
        none["model"]!["byte_fallback"] = false;
        none["model"]!["unk_token"] = null;

        Assert.Equal([259, 260, 3 + 0xC3, 3 + 0xA9, 3 + (int)'!', 261], TokenizerJsonDocument.Load(withBytes).Encode("a\u00E9!b"));
        Assert.Equal([259, 260, 0, 261], TokenizerJsonDocument.Load(fused).Encode("a\u00E9!b"));
        Assert.Equal([259, 260, 0, 0, 261], TokenizerJsonDocument.Load(single).Encode("a\u00E9!b"));
        Assert.Equal([259, 263], TokenizerJsonDocument.Load(none).Encode("a\u00E9!b"));
    }

    [Fact]
    public void An_invalid_run_of_bytes_becomes_one_replacement_character_a_byte()
    {
        var tokenizer = TokenizerJsonDocument.Load(TokenizerJsonDocument.OfCharacters("a b"));

        Assert.Equal("a\uFFFD\uFFFD\uFFFDb", tokenizer.Decode([260, 3 + 'x', 3 + 0xE3, 3 + 0x81, 261]));
        Assert.Equal("\u3042", tokenizer.Decode([3 + 0xE3, 3 + 0x81, 3 + 0x82]));
    }

    [Fact]
    public void Sentencepiece_reads_bytes_character_by_character()
    {
        var tokenizer = ReferenceTokenizers.Get("mistral-v1");

        Assert.Equal("x\uFFFD\uFFFDy\u3042", tokenizer.Decode([3 + 'x', 3 + 0xE3, 3 + 0x81, 3 + 'y', 3 + 0xE3, 3 + 0x81, 3 + 0x82]));
    }

    [Fact]
    public void Long_texts_without_a_space_are_merged()
    {
        var text = new string('a', 200_000);

        Assert.All(["mistral-v1", "mistral-v1-json", "smollm2", "byte-level-bpe"], name =>
        {
            var tokenizer = ReferenceTokenizers.Get(name);
            Assert.Equal(text, tokenizer.Decode(tokenizer.Encode(text)));
        });
    }

    // Without byte tokens in any merge, characters outside the vocabulary stay alone until they become bytes.
    private static IEnumerable<int> PlainIds(string text, Func<string, string, double?> rank)
    {
        if (text.Length == 0)
            return [];
        var marked = ("\u2581" + text).Replace(' ', '\u2581');
        return PlainBpe.Encode(marked.EnumerateRunes().Select(rune => rune.ToString()), rank)
            .SelectMany(symbol => Mistral.Value.Vocabulary.TryGetValue(symbol, out var id) ? [id] : Encoding.UTF8.GetBytes(symbol).Select(value => 3 + value));
    }

    private static (Dictionary<string, int> Vocabulary, Dictionary<(string, string), double> Ranks) ReadMistral()
    {
        using var document = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(TextReference.Folder("mistral-v1-json"), "tokenizer.json")));
        var model = document.RootElement.GetProperty("model");
        return (
            model.GetProperty("vocab").EnumerateObject().ToDictionary(item => item.Name, item => item.Value.GetInt32()),
            model.GetProperty("merges").EnumerateArray().Select((pair, rank) => (Key: (pair[0].GetString()!, pair[1].GetString()!), Rank: (double)rank))
                .ToDictionary(item => item.Key, item => item.Rank));
    }

    /// <summary>Texts in which merges compete: runs, repeated words, characters outside the vocabulary.</summary>
    public static class Texts
    {
        public static Arbitrary<string> Text() => Gen.Elements(
                "a", "aa", "e", "o", "l", " ", "  ", "\n", "\t", "th", "the", "er", "ing", "-", "=", ".", "0", "1", "\u3042", "\uD83D\uDE00", "\u00E9", "<s>", "\u2581", "\0", "ha", "nan")
            .ArrayOf().Where(parts => parts.Length <= 30).Select(string.Concat).ToArbitrary();
    }
}
