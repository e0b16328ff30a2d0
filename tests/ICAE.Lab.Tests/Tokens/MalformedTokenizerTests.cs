using System.Text;
using System.Text.Json.Nodes;
using ICAE.Lab.Tests.Formats;
using ICAE.Lab.Tokens;

namespace ICAE.Lab.Tests.Tokens;

public sealed class MalformedTokenizerTests
{
    public static TheoryData<string, string> BrokenJson => new()
    {
        { """{"model":{"type":"BPE","vocab":{"a":0""", "JSON" },
        { "{\"model\":" + new string('[', 5000) + new string(']', 5000) + "}", "JSON" },
        { """{"model":{"type":"BPE","vocab":{"a":0,"a":1},"merges":[]}}""", "JSON" },
        { """["model"]""", "" },
        { """{}""", "model" },
        { """{"model":[]}""", "model" },
    };

    public static TheoryData<string, string> WrongValues => new()
    {
        { """{"vocab":{}}""", "model.vocab" },
        { """{"vocab":[]}""", "model.vocab" },
        { """{"vocab":{"!":"0"}}""", "model.vocab" },
        { """{"vocab":{"!":-1}}""", "model.vocab" },
        { """{"vocab":{"!":0.5}}""", "model.vocab" },
        { """{"vocab":{"!":99999999999}}""", "model.vocab" },
        { """{"merges":null}""", "model.merges" },
        { """{"merges":["Ġ t h"]}""", "model.merges[0]" },
        { """{"merges":["Ġt"]}""", "model.merges[0]" },
        { """{"merges":[["Ġ","t","h"]]}""", "model.merges[0]" },
        { """{"merges":[["Ġ",1]]}""", "model.merges[0][1]" },
        { """{"merges":[["Ġ","nosuch"]]}""", "model.merges[0]" },
        { """{"merges":[["t","q"]]}""", "model.merges[0]" },
        { """{"merges":[["Ġ","t"],["Ġ","t"]]}""", "model.merges[1]" },
        { """{"type":7}""", "model.type" },
        { """{"ignore_merges":"yes"}""", "model.ignore_merges" },
    };

    public static TheoryData<string, string, string> WrongParts => new()
    {
        { "added_tokens", """[{"id":0,"content":"<unk>","special":1}]""", "added_tokens[0].special" },
        { "added_tokens", """[{"id":5,"content":"<s>"}]""", "added_tokens[0]" },
        { "added_tokens", """[{"id":5,"content":"<new>"}]""", "added_tokens" },
        { "added_tokens", """[{"id":800,"content":""}]""", "added_tokens[0].content" },
        { "added_tokens", """[{"id":800,"content":"x<"},{"id":800,"content":"y<"}]""", "added_tokens[1]" },
        { "added_tokens", """[{"id":2000000000,"content":"far"}]""", "model.vocab" },
        { "added_tokens", """{"id":1}""", "added_tokens" },
        { "pre_tokenizer", """{"kind":"ByteLevel"}""", "pre_tokenizer.type" },
        { "pre_tokenizer", """{"type":"Metaspace","replacement":"__"}""", "pre_tokenizer.replacement" },
        { "pre_tokenizer", """{"type":"Metaspace","replacement":"_","prepend_scheme":"often"}""", "pre_tokenizer.prepend_scheme" },
        { "normalizer", """{"type":"Replace","pattern":{"String":""},"content":"x"}""", "normalizer.pattern" },
        { "post_processor", """{"type":"TemplateProcessing","single":[],"special_tokens":{}}""", "post_processor.single" },
        { "post_processor", """{"type":"TemplateProcessing","single":[{"SpecialToken":{"id":"<s>"}},{"Sequence":{"id":"A"}}],"special_tokens":{}}""", "post_processor.special_tokens.'<s>'" },
        { "post_processor", """{"type":"TemplateProcessing","single":[{"SpecialToken":{"id":"x"}},{"Sequence":{"id":"A"}}],"special_tokens":{"x":{"ids":[9999]}}}""", "post_processor.special_tokens.x.ids[0]" },
    };

    public static TheoryData<string, string, string> Unsupported => new()
    {
        { "model", """{"type":"WordPiece","vocab":{"a":0}}""", "WordPiece" },
        { "model", """{"type":"Unigram","vocab":[]}""", "Unigram" },
        { "model", """{"type":"BPE","dropout":0.1,"vocab":{"a":0},"merges":[]}""", "dropout" },
        { "model", """{"type":"BPE","end_of_word_suffix":"</w>","vocab":{"a":0},"merges":[]}""", "end_of_word_suffix" },
        { "model", """{"type":"BPE","unk_token":"<unk>","vocab":{"<unk>":0,"<s>":1,"</s>":2},"merges":[]}""", "lacks byte symbols" },
        { "normalizer", """{"type":"NFKC"}""", "NFKC" },
        { "normalizer", """{"type":"Sequence","normalizers":[{"type":"Lowercase"}]}""", "Lowercase" },
        { "normalizer", """{"type":"Replace","pattern":{"Regex":"(a+)+b"},"content":"x"}""", "(a+)+b" },
        { "pre_tokenizer", """{"type":"Whitespace"}""", "Whitespace" },
        { "pre_tokenizer", """{"type":"Split","pattern":{"Regex":"(a+)+b"},"behavior":"Isolated","invert":false}""", "(a+)+b" },
        { "pre_tokenizer", """{"type":"Split","pattern":{"String":" "},"behavior":"Isolated","invert":false}""", "String" },
        { "pre_tokenizer", """{"type":"Sequence","pretokenizers":[{"type":"ByteLevel"},{"type":"Digits"}]}""", "Digits behind ByteLevel" },
        { "pre_tokenizer", """{"type":"ByteLevel","use_regex":false,"add_prefix_space":true}""", "add_prefix_space" },
        { "decoder", """{"type":"WordPiece"}""", "WordPiece" },
        { "decoder", "null", "none" },
        { "decoder", """{"type":"Sequence","decoders":[{"type":"Fuse"},{"type":"ByteFallback"}]}""", "Fuse, ByteFallback" },
        { "post_processor", """{"type":"RobertaProcessing"}""", "RobertaProcessing" },
        { "post_processor", """{"type":"Sequence","processors":[{"type":"Sequence","processors":[]}]}""", "Sequence in a Sequence" },
        { "added_tokens", """[{"id":800,"content":"x","single_word":true}]""", "single word" },
    };

    [Theory]
    [MemberData(nameof(BrokenJson))]
    public void Json_that_is_cut_nested_or_ambiguous_is_refused(string json, string named)
    {
        using var folder = TestFiles.NewFolder();
        var file = folder.Write("tokenizer.json", Encoding.UTF8.GetBytes(json));

        var error = Assert.Throws<MalformedFileException>(() => TokenizerFile.Load(file));

        Assert.Equal(file, error.Path);
        Assert.Contains(named, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(WrongValues))]
    public void A_wrong_value_in_the_model_is_named_with_its_place(string json, string place)
    {
        var document = TokenizerJsonDocument.Of(document =>
        {
            foreach (var (key, value) in JsonNode.Parse(json)!.AsObject())
            {
                document["model"]![key] = value?.DeepClone();
            }
        });

        var error = Assert.Throws<MalformedFileException>(() => TokenizerJsonDocument.Load(document));

        Assert.StartsWith(place, error.Place, StringComparison.Ordinal);
        Assert.NotEmpty(error.Cause);
    }

    [Theory]
    [MemberData(nameof(WrongParts))]
    public void A_wrong_value_elsewhere_is_named_with_its_place(string key, string json, string place)
    {
        var error = Assert.Throws<MalformedFileException>(() => TokenizerJsonDocument.Load(TokenizerJsonDocument.Of(document => document[key] = JsonNode.Parse(json))));

        Assert.StartsWith(place, error.Place, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Unsupported))]
    public void What_is_not_supported_is_refused_by_name(string key, string json, string named)
    {
        var error = Assert.Throws<ConfigurationException>(() => TokenizerJsonDocument.Load(TokenizerJsonDocument.Of(document => document[key] = JsonNode.Parse(json))));

        Assert.Contains(named, error.Message, StringComparison.Ordinal);
        Assert.Contains("tokenizer.json", error.Message, StringComparison.Ordinal);
        Assert.Contains(key, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("\"!\":3", "\"\\ud800\":3")]
    [InlineData("\"content\":\"\\u003Cs\\u003E\"", "\"content\":\"\\udc00\"")]
    public void Half_a_surrogate_pair_in_the_file_is_refused(string whole, string broken)
    {
        var json = TokenizerJsonDocument.Of(_ => { }).ToJsonString();
        Assert.Contains(whole, json, StringComparison.Ordinal);

        Assert.Throws<MalformedFileException>(() => LoadText(json.Replace(whole, broken, StringComparison.Ordinal)));
    }

    [Fact]
    public void Two_tokens_with_one_id_and_ids_that_stand_for_nothing_are_refused()
    {
        var doubled = TokenizerJsonDocument.Of(document => document["model"]!["vocab"]!["!"] = 4);
        var far = TokenizerJsonDocument.Of(document => document["model"]!["vocab"]!["!"] = 2_000_000_000);

        Assert.Contains("id 4 stands for both", Assert.Throws<MalformedFileException>(() => TokenizerJsonDocument.Load(doubled)).Message, StringComparison.Ordinal);
        Assert.Contains("2000000000", Assert.Throws<MalformedFileException>(() => TokenizerJsonDocument.Load(far)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_gap_between_ids_is_allowed_and_stands_for_nothing()
    {
        var tokenizer = TokenizerJsonDocument.Load(TokenizerJsonDocument.Of(document => document["model"]!["vocab"]!["!"] = 900));

        Assert.Equal(901, tokenizer.VocabularySize);
        Assert.Equal([900], tokenizer.Encode("!"));
        Assert.Throws<ArgumentOutOfRangeException>(() => tokenizer.Decode([3]));
    }

    [Fact]
    public void Merges_of_byte_tokens_and_missing_byte_tokens_are_refused()
    {
        var merged = TokenizerJsonDocument.OfCharacters("<0x41> <0x42>");
        var missing = TokenizerJsonDocument.OfCharacters("a b");
        missing["model"]!["vocab"]!.AsObject().Remove("<0x80>");
        var unknown = TokenizerJsonDocument.OfCharacters("a b");
        unknown["model"]!["unk_token"] = "nosuch";

        Assert.Contains("byte tokens", Assert.Throws<ConfigurationException>(() => TokenizerJsonDocument.Load(merged)).Message, StringComparison.Ordinal);
        Assert.Contains("<0x80>", Assert.Throws<ConfigurationException>(() => TokenizerJsonDocument.Load(missing)).Message, StringComparison.Ordinal);
        Assert.Equal("model.unk_token", Assert.Throws<MalformedFileException>(() => TokenizerJsonDocument.Load(unknown)).Place);
    }

    [Theory]
    [InlineData("""{"bos_token":"<nosuch>"}""", "bos_token")]
    [InlineData("""{"eos_token":7}""", "eos_token")]
    [InlineData("""{"add_bos_token":"yes"}""", "add_bos_token")]
    [InlineData("""{"added_tokens_decoder":{"x":{"content":"a"}}}""", "added_tokens_decoder.x")]
    [InlineData("""{"bos_token":""", "line 1")]
    public void A_wrong_configuration_beside_the_file_is_named(string config, string place)
    {
        var error = Assert.Throws<MalformedFileException>(() => TokenizerJsonDocument.Load(TokenizerJsonDocument.Of(_ => { }), config));

        Assert.Equal("tokenizer_config.json", Path.GetFileName(error.Path));
        Assert.Equal(place, error.Place);
    }

    [Fact]
    public void Names_from_a_file_are_shortened_in_messages()
    {
        var error = Assert.Throws<MalformedFileException>(() => TokenizerJsonDocument.Load(TokenizerJsonDocument.Of(document =>
            document["model"]!["merges"] = new JsonArray(new JsonArray("t", new string('z', 100_000) + "\u0007")))));

        Assert.InRange(error.Message.Length, 1, 600);
    }

    [Fact]
    public void Missing_empty_and_huge_files_are_refused()
    {
        using var folder = TestFiles.NewFolder();
        var empty = folder.Write("empty.json", []);
        var huge = folder.File("huge.json");
        using (var stream = File.Create(huge))
        {
            stream.SetLength(65L << 20);
        }

        Assert.Contains("neither", Assert.Throws<MalformedFileException>(() => TokenizerFile.Load(folder.Path)).Message, StringComparison.Ordinal);
        Assert.Equal(empty, Assert.Throws<MalformedFileException>(() => TokenizerFile.Load(empty)).Path);
        Assert.Contains("at most", Assert.Throws<MalformedFileException>(() => TokenizerFile.Load(huge)).Message, StringComparison.Ordinal);
        Assert.Contains("no such file", Assert.Throws<MalformedFileException>(() => TokenizerFile.Load(folder.File("none.json"))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_cut_of_a_file_gives_one_clear_error()
    {
        using var folder = TestFiles.NewFolder();
        var json = Encoding.UTF8.GetBytes(TokenizerJsonDocument.OfCharacters("a b").ToJsonString());
        var model = File.ReadAllBytes(Path.Combine(TextReference.Folder("sentencepiece-bpe"), "tokenizer.model"));
        var cuts = Enumerable.Range(0, 40).Select(part => (json[..(json.Length * part / 40)], "tokenizer.json"))
            .Concat(Enumerable.Range(0, 40).Select(part => (model[..(model.Length * part / 40)], "tokenizer.model")));

        Assert.All(cuts, cut =>
        {
            var file = folder.Write(cut.Item2, cut.Item1);
            var error = Assert.ThrowsAny<IcaeException>(() => TokenizerFile.Load(file));
            Assert.Contains(file, error.Message, StringComparison.Ordinal);
        });
    }

    [Fact]
    public void Random_damage_is_refused_or_read_but_never_crashes()
    {
        using var folder = TestFiles.NewFolder();
        var random = new Random(5);
        foreach (var (name, source) in new[] { ("byte-level-bpe", "tokenizer.json"), ("sentencepiece-bpe", "tokenizer.model") })
        {
            var content = File.ReadAllBytes(Path.Combine(TextReference.Folder(name), source));
            for (var round = 0; round < 150; round++)
            {
                var damaged = content.ToArray();
                for (var change = 0; change < 3; change++)
                {
                    damaged[random.Next(damaged.Length)] = (byte)random.Next(256);
                }

                var error = Record.Exception(() => TokenizerFile.Load(folder.Write(source, damaged)).Encode("The quick brown fox \u3042"));
                Assert.True(error is null or IcaeException, error?.ToString());
            }
        }
    }

    private static ITextTokenizer LoadText(string json)
    {
        using var folder = TestFiles.NewFolder();
        return TokenizerFile.Load(folder.Write("tokenizer.json", Encoding.UTF8.GetBytes(json)));
    }
}
