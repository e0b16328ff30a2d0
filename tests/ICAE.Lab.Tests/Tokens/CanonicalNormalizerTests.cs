using System.Text.Json;
using System.Text.Json.Nodes;
using ICAE.Lab.Tokens;

namespace ICAE.Lab.Tests.Tokens;

public sealed class CanonicalNormalizerTests
{
    private static readonly ITextTokenizer Composing = TokenizerJsonDocument.Load(TokenizerJsonDocument.Of(document =>
        document["normalizer"] = new JsonObject { ["type"] = "NFC" }));

    [Fact]
    public void Texts_are_composed_as_another_implementation_does_it()
    {
        var file = Path.Combine(AppContext.BaseDirectory, "Reference", "text", "nfc.json");
        using var document = JsonDocument.Parse(File.ReadAllBytes(file));
        var pairs = document.RootElement.EnumerateArray().Select(pair => (Text: pair[0].GetString()!, Composed: pair[1].GetString()!)).ToList();

        Assert.Equal(606, pairs.Count);
        Assert.Contains(pairs, pair => pair.Text != pair.Composed);
        Assert.Empty(pairs.Where(pair => Normalize(pair.Text) != pair.Composed).Select(pair => $"{Codes(pair.Text)} → {Codes(Normalize(pair.Text))} not {Codes(pair.Composed)}"));
    }

    [Theory]
    [InlineData("e\u0301", "\u00E9")]
    [InlineData("\u212B", "\u00C5")]
    [InlineData("\u1112\u1161\u11AB", "\uD55C")]
    [InlineData("q\u0307\u0323", "q\u0323\u0307")]
    [InlineData("\u0958", "\u0915\u093C")]
    [InlineData("\u01E1", "\u01E1")]
    [InlineData("\u0390\u0301", "\u0390\u0301")]
    [InlineData("plain caf\u00E9", "plain caf\u00E9")]
    [InlineData("", "")]
    public void Cases_worked_by_hand(string text, string composed) => Assert.Equal(composed, Normalize(text));

    private static string Normalize(string text) => Composing.Decode(Composing.Encode(text));

    private static string Codes(string text) => string.Join(" ", text.Select(unit => $"{(int)unit:X4}"));
}
