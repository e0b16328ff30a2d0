using System.Text.Json;
using ICAE.Lab.Formats;
using ICAE.Lab.Tests.Formats;
using ICAE.Lab.Tokens;
using Microsoft.ML.Tokenizers;

namespace ICAE.Lab.Tests.Tokens;

public sealed class GgufTokenizerTests
{
    private static readonly string[] Small = ["<|e|>", .. PlainBpe.ByteSymbols, "ab", "12"];

    [Fact]
    public void A_byte_level_tokenizer_is_the_one_of_its_tokenizer_json()
    {
        using var document = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(TextReference.Folder("byte-level-bpe"), "tokenizer.json")));
        var model = document.RootElement.GetProperty("model");
        var tokens = model.GetProperty("vocab").EnumerateObject().OrderBy(item => item.Value.GetInt32()).Select(item => item.Name).ToArray();
        var merges = model.GetProperty("merges").EnumerateArray().Select(pair => $"{pair[0].GetString()} {pair[1].GetString()}").ToArray();
        var gguf = Texts(Base("gpt2"), "tokens", tokens);
        Texts(gguf, "merges", merges);
        Types(gguf, tokens.Select((_, id) => id < 3 ? 3 : 1));
        var tokenizer = Load(gguf.Entry("tokenizer.ggml.bos_token_id", 1u).Entry("tokenizer.ggml.eos_token_id", 2u).Entry("tokenizer.ggml.add_bos_token", 7, 1));

        Assert.Equal(ReferenceTokenizers.Get("byte-level-bpe").Fingerprint, tokenizer.Fingerprint);
        Assert.Equal((1, 2), (tokenizer.BosId, tokenizer.EosId));
        Assert.All(TextReference.Cases("byte-level-bpe", "with_begin_token"), item => Assert.Equal(item.Ids, tokenizer.Encode(item.Text, addSpecialTokens: true)));
    }

    [Fact]
    public void A_sentencepiece_tokenizer_is_the_one_of_its_model_file()
    {
        var tokenizer = Load(SentencePieces());
        using var folder = TestFiles.NewFolder();
        TokenizerFile.Save(tokenizer, folder.Path);
        var saved = TokenizerFile.Load(folder.Path);

        Assert.Equal(ReferenceTokenizers.Get("sentencepiece-bpe").Fingerprint, tokenizer.Fingerprint);
        Assert.Equal(tokenizer.Fingerprint, saved.Fingerprint);
        Assert.Equal(["tokenizer.model", "tokenizer_config.json"], Directory.GetFiles(folder.Path).Select(Path.GetFileName).Order());
        Assert.All(TextReference.Cases("sentencepiece-bpe"), item => Assert.Equal(item.Ids, saved.Encode(item.Text)));
        Assert.All(TextReference.Cases("sentencepiece-bpe"), item => Assert.Equal(item.Decoded, saved.Decode(item.Ids)));
    }

    [Fact]
    public void A_saved_model_file_is_one_that_the_package_reads()
    {
        using var folder = TestFiles.NewFolder();
        TokenizerFile.Save(Load(SentencePieces()), folder.Path);
        using var stream = File.OpenRead(folder.File("tokenizer.model"));

        var package = SentencePieceTokenizer.Create(stream, addBeginningOfSentence: false, addEndOfSentence: false);

        Assert.Equal(1000, package.Vocabulary.Count);
        Assert.Equal(ReferenceTokenizers.Get("sentencepiece-bpe").Encode("The quick brown fox"), package.EncodeToIds("The quick brown fox"));
    }

    [Theory]
    [InlineData("gpt-2", "a|12")]
    [InlineData("smollm", "a|1|2")]
    [InlineData("llama-bpe", "a|12")]
    [InlineData("qwen2", "a|1|2")]
    public void The_way_of_cutting_is_known_by_name(string pre, string pieces)
    {
        var tokenizer = Load(ByteLevel(pre).Entry("tokenizer.ggml.bos_token_id", 0u));

        Assert.Equal(pieces.Split('|'), tokenizer.Encode("a12").Select(tokenizer.TokenText));
    }

    [Fact]
    public void Llama3_opens_texts_and_qwen2_composes_them()
    {
        var llama = Load(ByteLevel("llama-bpe").Entry("tokenizer.ggml.bos_token_id", 0u));
        var qwen = Load(ByteLevel("qwen2"));

        Assert.Equal(0, llama.Encode("a", addSpecialTokens: true)[0]);
        Assert.Equal(qwen.Encode("\u00E9"), qwen.Encode("e\u0301"));
        Assert.NotEqual(llama.Encode("\u00E9"), llama.Encode("e\u0301"));
    }

    [Fact]
    public void What_is_not_supported_is_refused_by_name()
    {
        Assert.Contains("'tekken'", Assert.Throws<ConfigurationException>(() => Load(ByteLevel("tekken"))).Message, StringComparison.Ordinal);
        Assert.Contains("'bert'", Assert.Throws<ConfigurationException>(() => Load(new RawGguf().Entry("tokenizer.ggml.model", "bert"))).Message, StringComparison.Ordinal);
        Assert.Contains("'none'", Assert.Throws<ConfigurationException>(() => Load(new RawGguf().Entry("tokenizer.ggml.model", "gpt2"))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Entries_that_are_missing_or_contradict_each_other_are_named()
    {
        Refused(new RawGguf().Entry("general.name", "x"), "tokenizer.ggml.model");
        Refused(Base("gpt2"), "tokenizer.ggml.tokens");
        Refused(Texts(Base("gpt2"), "tokens", Small), "tokenizer.ggml.merges");
        Refused(Texts(Base("gpt2"), "tokens", ["a", "b", "a"]), "tokenizer.ggml.tokens[2]");
        Refused(Texts(Texts(Base("gpt2"), "tokens", Small), "merges", ["a b", "a q"]), "tokenizer.ggml.merges[1]");
        Refused(Texts(Texts(Base("gpt2"), "tokens", Small), "merges", ["ab"]), "tokenizer.ggml.merges[0]");
        Refused(Types(ByteLevel("gpt-2", withTypes: false), [1]), "tokenizer.ggml.token_type");
        Refused(Types(ByteLevel("gpt-2", withTypes: false), Small.Select((_, id) => id == 7 ? 9 : 1)), "tokenizer.ggml.token_type[7]");
        Refused(ByteLevel("gpt-2").Entry("tokenizer.ggml.bos_token_id", 99999u), "tokenizer.ggml.bos_token_id");
        Refused(ByteLevel("llama-bpe"), "tokenizer.ggml.bos_token_id");
        Refused(Texts(Base("llama"), "tokens", Small), "tokenizer.ggml.scores");
        Refused(Texts(Base("llama"), "tokens", Small).Array("tokenizer.ggml.scores", 6, 1, 0, 0, 0, 0), "tokenizer.ggml.scores");
    }

    [SkippableFact]
    public void SmolLM2s_file_carries_the_reference_tokenizer()
    {
        var folder = Environment.GetEnvironmentVariable("ICAE_TEST_MODELS");
        Skip.If(string.IsNullOrEmpty(folder), "ICAE_TEST_MODELS names no folder with models");
        var path = Path.Combine(folder, "SmolLM2-135M-Instruct.Q4_1.gguf");
        Skip.IfNot(File.Exists(path), $"{path} is not there");

        var tokenizer = TokenizerFile.Load(path);

        Assert.Equal(ReferenceTokenizers.Get("smollm2").Fingerprint, tokenizer.Fingerprint);
        Assert.Equal((1, 2), (tokenizer.BosId, tokenizer.EosId));
        Assert.All(TextReference.Cases("smollm2"), item => Assert.Equal(item.Ids, tokenizer.Encode(item.Text, parseSpecialTokens: true)));
        Assert.All(TextReference.Cases("smollm2"), item => Assert.Equal(item.Decoded, tokenizer.Decode(item.Ids)));
    }

    private static RawGguf Base(string model) => new RawGguf().Entry("tokenizer.ggml.model", model).Entry("tokenizer.ggml.pre", "gpt-2");

    private static RawGguf ByteLevel(string pre, bool withTypes = true)
    {
        var gguf = Texts(new RawGguf().Entry("tokenizer.ggml.model", "gpt2").Entry("tokenizer.ggml.pre", pre), "tokens", Small);
        Texts(gguf, "merges", ["a b", "1 2"]);
        return withTypes ? Types(gguf, Small.Select((_, id) => id == 0 ? 3 : 1)) : gguf;
    }

    private static RawGguf SentencePieces()
    {
        using var stream = File.OpenRead(Path.Combine(TextReference.Folder("sentencepiece-bpe"), "tokenizer.model"));
        var package = SentencePieceTokenizer.Create(stream, addBeginningOfSentence: false, addEndOfSentence: false);
        var tokens = package.Vocabulary.OrderBy(item => item.Value).Select(item => item.Key).ToArray();
        var gguf = Texts(new RawGguf().Entry("tokenizer.ggml.model", "llama"), "tokens", tokens);
        Types(gguf, tokens.Select((_, id) => id == 0 ? 2 : id < 3 ? 3 : id < 259 ? 6 : 1));

        // In this model the pieces behind the bytes have the scores 0, -1, -2, …
        return gguf.Array("tokenizer.ggml.scores", 6, (ulong)tokens.Length, [.. tokens.SelectMany((_, id) => BitConverter.GetBytes(id < 259 ? 0f : 259f - id))])
            .Entry("tokenizer.ggml.bos_token_id", 1u).Entry("tokenizer.ggml.eos_token_id", 2u);
    }

    private static RawGguf Texts(RawGguf gguf, string key, string[] values) =>
        gguf.Array($"tokenizer.ggml.{key}", 8, (ulong)values.Length, [.. values.SelectMany(RawGguf.TextBytes)]);

    private static RawGguf Types(RawGguf gguf, IEnumerable<int> types)
    {
        var values = types.ToList();
        return gguf.Array("tokenizer.ggml.token_type", 5, (ulong)values.Count, [.. values.SelectMany(BitConverter.GetBytes)]);
    }

    private static ITextTokenizer Load(RawGguf gguf)
    {
        using var folder = TestFiles.NewFolder();
        using var file = GgufFile.Open(folder.Write("model.gguf", gguf.ToBytes()));
        return GgufTokenizer.Create(file);
    }

    private static void Refused(RawGguf gguf, string place) => Assert.Equal(place, Assert.Throws<MalformedFileException>(() => Load(gguf)).Place);
}
