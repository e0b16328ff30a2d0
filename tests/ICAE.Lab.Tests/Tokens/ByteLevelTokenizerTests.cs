using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;
using ICAE.Lab.Tokens;

namespace ICAE.Lab.Tests.Tokens;

public sealed class ByteLevelTokenizerTests
{
    [Property(MaxTest = 500)]
    public bool Every_text_comes_back(UnicodeString text)
    {
        var tokenizer = ReferenceTokenizers.Get("byte-level-bpe");
        var wellFormed = new UTF8Encoding().GetString(new UTF8Encoding().GetBytes(text.Get ?? ""));

        return tokenizer.Decode(tokenizer.Encode(wellFormed)) == wellFormed;
    }

    [Property(MaxTest = 300, Arbitrary = [typeof(Ids)])]
    public bool One_by_one_and_all_at_once_decode_alike(int[] ids, bool skipSpecialTokens)
    {
        return ReferenceTokenizers.Names.All(name =>
        {
            var tokenizer = ReferenceTokenizers.Get(name);
            var own = new IncrementalDecoder(tokenizer, skipSpecialTokens);
            return string.Concat(ids.Select(own.Append)) + own.Finish() == tokenizer.Decode(ids, skipSpecialTokens);
        });
    }

    [Property(MaxTest = 100, Arbitrary = [typeof(Ids)])]
    public bool A_tokenizer_of_another_kind_is_decoded_one_by_one_too(int[] ids)
    {
        var tokenizer = ReferenceTokenizers.Get("byte-level-bpe");
        var decoder = new IncrementalDecoder(new Wrapped(tokenizer));

        return string.Concat(ids.Select(decoder.Append)) + decoder.Finish() == tokenizer.Decode(ids);
    }

    [Fact]
    public void An_incomplete_character_is_held_back()
    {
        var tokenizer = ReferenceTokenizers.Get("byte-level-bpe");
        var ids = tokenizer.Encode("\u3042x");
        var decoder = new IncrementalDecoder(tokenizer);

        Assert.Equal(["", "", "\u3042", "x"], ids.Select(decoder.Append));
        Assert.Equal("", decoder.Finish());
        Assert.Throws<InvalidOperationException>(() => decoder.Append(3));
        var cut = new IncrementalDecoder(tokenizer);
        Assert.Equal("", cut.Append(ids[0]));
        Assert.Equal("\uFFFD", cut.Finish());
        Assert.Equal("", cut.Finish());
    }

    [Fact]
    public void A_lone_surrogate_counts_as_the_replacement_character()
    {
        (string Text, string Expected)[] cases =
            [("a\uD800b", "a\uFFFDb"), ("\uDC00", "\uFFFD"), ("\uD83D\uDE00\uD83D", "\uD83D\uDE00\uFFFD"), ("\uDE00\uD83D", "\uFFFD\uFFFD")];

        foreach (var tokenizer in ReferenceTokenizers.Names.Select(ReferenceTokenizers.Get))
        {
            Assert.All(cases, item => Assert.Equal(tokenizer.Encode(item.Expected), tokenizer.Encode(item.Text)));
        }
    }

    [Theory]
    [InlineData(511)]
    [InlineData(512)]
    [InlineData(2000)]
    public void Long_pieces_merge_as_plain_merging_by_rank(int length)
    {
        var random = new Random(length);
        var text = new string([.. Enumerable.Range(0, length).Select(_ => "theaniro"[random.Next(8)])]);
        using var document = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(TextReference.Folder("byte-level-bpe"), "tokenizer.json")));
        var model = document.RootElement.GetProperty("model");
        var ranks = model.GetProperty("merges").EnumerateArray()
            .Select((pair, rank) => (Key: (pair[0].GetString()!, pair[1].GetString()!), Rank: (double)rank)).ToDictionary(item => item.Key, item => item.Rank);
        var expected = PlainBpe.Encode(text.Select(unit => unit.ToString()), (left, right) => ranks.TryGetValue((left, right), out var rank) ? rank : null);

        Assert.Equal(expected.Select(token => model.GetProperty("vocab").GetProperty(token).GetInt32()), ReferenceTokenizers.Get("byte-level-bpe").Encode(text));
    }

    [Fact]
    public void A_byte_without_a_symbol_is_left_out_as_the_reference_does_it()
    {
        var tokenizer = TokenizerJsonDocument.Load(TokenizerJsonDocument.Of(document =>
        {
            var model = document["model"]!;
            model["vocab"]!.AsObject().Remove("q");
            model["merges"] = new JsonArray([.. model["merges"]!.AsArray().Where(pair => !pair!.ToJsonString().Contains('q')).Select(pair => pair!.DeepClone())]);
        }));

        Assert.Equal(tokenizer.Encode("the"), tokenizer.Encode("tqhqe"));
    }

    [Fact]
    public void Whole_tokens_come_before_merges_where_the_file_says_so()
    {
        var withoutLast = TokenizerJsonDocument.Of(RemoveMergeTo("\u0120the"));
        var wholeFirst = TokenizerJsonDocument.Of(RemoveMergeTo("\u0120the"));
        wholeFirst["model"]!["ignore_merges"] = true;

        Assert.True(TokenizerJsonDocument.Load(withoutLast).Encode(" the").Count > 1);
        Assert.Single(TokenizerJsonDocument.Load(wholeFirst).Encode(" the"));

        static Action<JsonObject> RemoveMergeTo(string token) => document =>
        {
            var merges = document["model"]!["merges"]!.AsArray();
            merges.Remove(merges.Single(pair => pair![0]!.GetValue<string>() + pair[1]!.GetValue<string>() == token));
        };
    }

    [Fact]
    public void Merges_may_stand_in_the_older_form()
    {
        var tokenizer = TokenizerJsonDocument.Load(TokenizerJsonDocument.Of(document => document["model"]!["merges"] =
            new JsonArray([.. document["model"]!["merges"]!.AsArray().Select(pair => (JsonNode)$"{pair![0]!.GetValue<string>()} {pair[1]!.GetValue<string>()}")])));

        Assert.Equal(ReferenceTokenizers.Get("byte-level-bpe").Fingerprint, tokenizer.Fingerprint);
    }

    [Fact]
    public void A_llama3_template_and_its_sequence_are_read()
    {
        var tokenizer = TokenizerJsonDocument.Load(TokenizerJsonDocument.Of(document => document["post_processor"] = new JsonObject
        {
            ["type"] = "Sequence",
            ["processors"] = new JsonArray(new JsonObject { ["type"] = "ByteLevel", ["trim_offsets"] = false }, document["post_processor"]!.DeepClone()),
        }));

        Assert.Equal([1, .. tokenizer.Encode("Hi")], tokenizer.Encode("Hi", addSpecialTokens: true));
    }

    [Theory]
    [InlineData("""{"bos_token":"</s>","eos_token":{"content":"<unk>"}}""", 2, 0)]
    [InlineData("""{"bos_token":null,"eos_token":null}""", null, null)]
    [InlineData("""{"add_bos_token":true}""", 1, 2)]
    public void The_configuration_beside_the_file_names_both_ends(string config, int? bos, int? eos)
    {
        var tokenizer = TokenizerJsonDocument.Load(TokenizerJsonDocument.Of(_ => { }), config);

        Assert.Equal((bos, eos), (tokenizer.BosId, tokenizer.EosId));
    }

    [Fact]
    public void The_configuration_adds_the_ends_only_where_the_file_has_no_template()
    {
        const string Config = """{"bos_token":"<s>","eos_token":"</s>","add_bos_token":true,"add_eos_token":true}""";
        var withTemplate = TokenizerJsonDocument.Load(TokenizerJsonDocument.Of(_ => { }), Config);
        var without = TokenizerJsonDocument.Load(TokenizerJsonDocument.Of(document => document["post_processor"] = null), Config);

        Assert.Equal([1], withTemplate.Encode("", addSpecialTokens: true));
        Assert.Equal([1, 2], without.Encode("", addSpecialTokens: true));
    }

    public static class Ids
    {
        public static Arbitrary<int[]> Array() => Gen.Frequency((3, Gen.Choose(0, 258)), (2, Gen.Choose(259, 799)))
            .ArrayOf().Where(ids => ids.Length <= 40).ToArbitrary();
    }

    private sealed class Wrapped(ITextTokenizer inner) : ITextTokenizer
    {
        public int VocabularySize => inner.VocabularySize;

        public int? BosId => inner.BosId;

        public int? EosId => inner.EosId;

        public IReadOnlySet<int> SpecialIds => inner.SpecialIds;

        public string Fingerprint => inner.Fingerprint;

        public IReadOnlyList<int> Encode(string text, bool addSpecialTokens, bool parseSpecialTokens) => inner.Encode(text, addSpecialTokens, parseSpecialTokens);

        public string Decode(IReadOnlyList<int> ids, bool skipSpecialTokens) => inner.Decode(ids, skipSpecialTokens);

        public string TokenText(int id) => inner.TokenText(id);
    }
}
