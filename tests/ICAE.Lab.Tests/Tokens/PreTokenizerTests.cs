using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;

namespace ICAE.Lab.Tests.Tokens;

/// <summary>How texts are cut, seen through tokenizers that have every stretch of the text as a token and no merges.</summary>
public sealed partial class PreTokenizerTests
{
    private const string Llama3 = @"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+";
    private const string Qwen2 = @"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+";
    private const string Gpt2 = @"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+";

    [Property(MaxTest = 100, Arbitrary = [typeof(Texts)])]
    public bool Gpt2s_pattern_cuts_as_the_regular_expression(string text) =>
        Pieces(text, Gpt2).SequenceEqual(Gpt2Pattern().Matches(text).Select(match => match.Value));

    [Property(MaxTest = 100, Arbitrary = [typeof(Texts)])]
    public bool Llama3s_pattern_cuts_as_the_regular_expression(string text) =>
        Pieces(text, Llama3).SequenceEqual(Llama3Pattern().Matches(text).Select(match => match.Value));

    [Property(MaxTest = 100, Arbitrary = [typeof(Texts)])]
    public bool Qwen2s_pattern_cuts_as_the_regular_expression(string text) =>
        Pieces(text, Qwen2).SequenceEqual(Qwen2Pattern().Matches(text).Select(match => match.Value));

    [Theory]
    [InlineData(Gpt2, "a\uD835\uDD18b!\uD83D\uDE00?", "a\uD835\uDD18b|!\uD83D\uDE00?")]
    [InlineData(Llama3, "x\uD835\uDFD9\uD835\uDFDA34!\uD83D\uDE00?\n\ny", "x|\uD835\uDFD9\uD835\uDFDA3|4|!\uD83D\uDE00?\n\n|y")]
    [InlineData(Qwen2, "\uD83D\uDE00abc12", "\uD83D\uDE00abc|1|2")]
    [InlineData(Llama3, "he'LL I'\u017Fo", "he|'LL| I|'\u017F|o")]
    public void Characters_above_FFFF_have_their_own_class(string pattern, string text, string pieces)
    {
        Assert.Equal(pieces.Split('|'), Pieces(text, pattern));
    }

    [Theory]
    [InlineData(true, "a12b\u00BD3", "a|1|2|b|\u00BD|3")]
    [InlineData(false, "a12b\u00BD3", "a|12|b|\u00BD3")]
    public void Digits_are_parted_from_the_rest(bool individual, string text, string pieces)
    {
        var step = new JsonObject { ["type"] = "Digits", ["individual_digits"] = individual };

        Assert.Equal(pieces.Split('|'), PiecesOf(text, pieces.Split('|'), step, ByteLevel(useRegex: true)));
    }

    [Fact]
    public void A_prefix_space_is_added_where_the_file_asks()
    {
        var tokenizer = TokenizerJsonDocument.Load(TokenizerJsonDocument.Of(document => document["pre_tokenizer"]!["add_prefix_space"] = true));
        var plain = ReferenceTokenizers.Get("byte-level-bpe");

        Assert.Equal(plain.Encode(" the dog"), tokenizer.Encode("the dog"));
        Assert.Equal(plain.Encode(" the dog"), tokenizer.Encode(" the dog"));
    }

    [Fact]
    public void A_file_may_hold_a_pattern_as_regular_expressions_removed_and_inverted()
    {
        var split = new JsonObject
        {
            ["type"] = "Split",
            ["pattern"] = new JsonObject { ["Regex"] = Llama3 },
            ["behavior"] = "Removed",
            ["invert"] = true,
        };

        Assert.Equal(["ab", "123", "4"], PiecesOf("ab1234", ["ab", "123", "4"], split, ByteLevel(useRegex: false)));
    }

    [Theory]
    [InlineData("always", true, "ab<s>ab", "\u2581ab|<s>|\u2581ab")]
    [InlineData("first", true, "ab<s>ab", "\u2581ab|<s>|a|b")]
    [InlineData("first", true, "<s>ab", "<s>|a|b")]
    [InlineData("never", true, "ab ab", "a|b|\u2581ab")]
    [InlineData("always", true, " ab", "\u2581ab")]
    [InlineData("always", false, "b\u2581a", "\u2581|b\u2581a")]
    [InlineData("always", true, "b\u2581a", "\u2581|b|\u2581a")]
    public void Metaspace_puts_marks_and_cuts(string scheme, bool split, string text, string tokens)
    {
        var document = TokenizerJsonDocument.OfCharacters("\u2581 a", "\u2581a b", "b \u2581a");
        document["normalizer"] = null;
        document["pre_tokenizer"] = new JsonObject { ["type"] = "Metaspace", ["replacement"] = "\u2581", ["prepend_scheme"] = scheme, ["split"] = split };
        var vocabulary = document["model"]!["vocab"]!.AsObject().ToDictionary(pair => pair.Value!.GetValue<int>(), pair => pair.Key);
        var tokenizer = TokenizerJsonDocument.Load(document);

        Assert.Equal(tokens.Split('|'), tokenizer.Encode(text, parseSpecialTokens: true).Select(id => vocabulary[id]));
    }

    private static List<string> Pieces(string text, string pattern)
    {
        if (text.Length == 0)
            return [];
        JsonObject[] steps = pattern == Gpt2
            ? [ByteLevel(useRegex: true)]
            : [
                new JsonObject { ["type"] = "Split", ["pattern"] = new JsonObject { ["Regex"] = pattern }, ["behavior"] = "Isolated", ["invert"] = false },
                ByteLevel(useRegex: false),
            ];
        return PiecesOf(text, AllStretches(text), steps);
    }

    private static JsonObject ByteLevel(bool useRegex) => new()
    {
        ["type"] = "ByteLevel",
        ["add_prefix_space"] = false,
        ["use_regex"] = useRegex,
    };

    private static IEnumerable<string> AllStretches(string text) =>
        from start in Enumerable.Range(0, text.Length)
        from length in Enumerable.Range(1, text.Length - start)
        select text.Substring(start, length);

    // Every piece in question is a token, and there are no merges: each piece comes out as one id.
    private static List<string> PiecesOf(string text, IEnumerable<string> tokens, params JsonObject[] steps)
    {
        var vocabulary = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var token in PlainBpe.ByteSymbols.Concat(tokens.Where(IsWhole).Select(PlainBpe.ToSymbols)))
        {
            vocabulary.TryAdd(token, vocabulary.Count);
        }

        var document = TokenizerJsonDocument.Of(document =>
        {
            document["added_tokens"] = new JsonArray();
            document["post_processor"] = null;
            document["pre_tokenizer"] = new JsonObject { ["type"] = "Sequence", ["pretokenizers"] = new JsonArray([.. steps]) };
            document["model"]!["ignore_merges"] = true;
            document["model"]!["vocab"] = new JsonObject(vocabulary.Select(pair => KeyValuePair.Create(pair.Key, (JsonNode?)pair.Value)));
            document["model"]!["merges"] = new JsonArray();
        });
        var tokenizer = TokenizerJsonDocument.Load(document);
        return [.. tokenizer.Encode(text).Select(id => tokenizer.Decode([id]))];
    }

    private static bool IsWhole(string text) => !char.IsLowSurrogate(text[0]) && !char.IsHighSurrogate(text[^1]);

    [GeneratedRegex(Gpt2)]
    private static partial Regex Gpt2Pattern();

    [GeneratedRegex(Llama3)]
    private static partial Regex Llama3Pattern();

    [GeneratedRegex(Qwen2)]
    private static partial Regex Qwen2Pattern();

    /// <summary>Short texts of characters that the patterns tell apart, none above U+FFFF (which .NET's expressions do not know).</summary>
    public static class Texts
    {
        public static Arbitrary<string> Text() => Gen.Elements("' \t\n\r\u00A0\u3000sStTdDmMlLrReEvVaZ\u00E9\u0130\u3042059\u00BD\u0663.,!?-\u2014\u0301\u200D_\0".ToCharArray())
            .ArrayOf().Where(units => units.Length <= 24).Select(units => new string(units)).ToArbitrary();
    }
}
