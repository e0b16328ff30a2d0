using System.Text.Json.Nodes;
using ICAE.Lab.Data;
using ICAE.Lab.Tokens;

namespace ICAE.Lab.Tests.Tokens;

public sealed class AddedTokenTests
{
    [Fact]
    public void Tokens_that_are_not_special_are_always_found()
    {
        var tokenizer = With(("<tool>", false, false, false));

        Assert.Equal([.. tokenizer.Encode("a"), 800, .. tokenizer.Encode("b")], tokenizer.Encode("a<tool>b"));
        Assert.Equal("a<tool>b", tokenizer.Decode(tokenizer.Encode("a<tool>b")));
        Assert.DoesNotContain(800, tokenizer.SpecialIds);
        Assert.Equal(801, tokenizer.VocabularySize);
    }

    [Fact]
    public void The_longest_of_those_that_begin_at_one_place_is_found()
    {
        var tokenizer = With(("<a", false, false, false), ("<a>", false, false, false), ("<a>b", true, false, false));

        Assert.Equal([801, 800], tokenizer.Encode("<a><a"));
        Assert.Equal([802], tokenizer.Encode("<a>b", parseSpecialTokens: true));
        Assert.Equal([801, .. tokenizer.Encode("b")], tokenizer.Encode("<a>b"));
    }

    [Fact]
    public void White_space_on_either_side_belongs_to_tokens_that_take_it()
    {
        var tokenizer = With(("<l>", false, true, false), ("<r>", false, false, true));

        Assert.Equal([.. tokenizer.Encode("a"), 800, .. tokenizer.Encode(" b")], tokenizer.Encode("a \n<l> b"));
        Assert.Equal([.. tokenizer.Encode("a "), 801, .. tokenizer.Encode("b")], tokenizer.Encode("a <r> \n b"));
        Assert.Equal([801, 800], tokenizer.Encode("<r>  <l>"));
    }

    [Fact]
    public void A_token_looked_for_in_the_normalised_text_is_normalised_itself()
    {
        var document = TokenizerJsonDocument.Of(document =>
        {
            document["normalizer"] = new JsonObject { ["type"] = "NFC" };
            document["added_tokens"]!.AsArray().Add(Token(800, "caf\u00E9", special: false, left: false, right: false, normalized: true));
            document["added_tokens"]!.AsArray().Add(Token(801, "re\u0301", special: false, left: false, right: false, normalized: false));
        });
        var tokenizer = TokenizerJsonDocument.Load(document);

        Assert.Equal([800], tokenizer.Encode("cafe\u0301"));
        Assert.Equal([801], tokenizer.Encode("re\u0301"));
        Assert.DoesNotContain(801, tokenizer.Encode("r\u00E9"));
    }

    [Fact]
    public void A_token_with_characters_that_are_no_byte_symbols_decodes_to_itself()
    {
        var tokenizer = With(("\u25C1 \u25B7", false, false, false));

        Assert.Equal("x\u25C1 \u25B7\u3042", tokenizer.Decode(tokenizer.Encode("x\u25C1 \u25B7\u3042")));
    }

    private static ITextTokenizer With(params (string Content, bool Special, bool Left, bool Right)[] tokens) =>
        TokenizerJsonDocument.Load(TokenizerJsonDocument.Of(document =>
        {
            for (var index = 0; index < tokens.Length; index++)
            {
                var (content, special, left, right) = tokens[index];
                document["added_tokens"]!.AsArray().Add(Token(800 + index, content, special, left, right, normalized: false));
            }
        }));

    private static JsonObject Token(int id, string content, bool special, bool left, bool right, bool normalized) => new()
    {
        ["id"] = id,
        ["content"] = content,
        ["single_word"] = false,
        ["lstrip"] = left,
        ["rstrip"] = right,
        ["normalized"] = normalized,
        ["special"] = special,
    };

    [Fact]
    public void Without_a_normalizer_too_tokens_that_are_not_normalised_are_found_first()
    {
        var tokenizer = Mixed(true);
        ITextTokenizer Mixed(bool first) => TokenizerJsonDocument.Load(TokenizerJsonDocument.Of(document =>
        {
            document["normalizer"] = null;
            document["added_tokens"]!.AsArray().Add(Token(800, "a◁", special: false, left: false, right: false, normalized: first));
            document["added_tokens"]!.AsArray().Add(Token(801, "◁c", special: false, left: false, right: false, normalized: false));
        }));

        Assert.Equal([.. tokenizer.Encode("a"), 801], tokenizer.Encode("a◁c"));
        Assert.Equal([800, .. tokenizer.Encode("d")], tokenizer.Encode("a◁d"));
        Assert.NotEqual(Mixed(false).Fingerprint, tokenizer.Fingerprint);
    }

    [Fact]
    public void An_id_that_stands_for_nothing_is_neither_drawn_nor_decoded()
    {
        var tokenizer = TokenizerJsonDocument.Load(TokenizerJsonDocument.Of(document =>
            document["added_tokens"]!.AsArray().Add(Token(805, "<x>", special: false, left: false, right: false, normalized: false))));

        Assert.Equal((806, false, true, false), (tokenizer.VocabularySize, tokenizer.HasToken(803), tokenizer.HasToken(805), tokenizer.HasToken(806)));
        Assert.DoesNotContain(803, new TextControls(tokenizer).OrdinaryIds);
        Assert.Contains(805, new TextControls(tokenizer).OrdinaryIds);
        Assert.Equal(["\uFFFD", "<x>"], TokenTexts.OfRunningText(tokenizer, [803, 805]));
        Assert.Equal(["\uFFFD", "<x>"], TokenTexts.OfSingleTokens(tokenizer, [803, 805]));
    }
}
