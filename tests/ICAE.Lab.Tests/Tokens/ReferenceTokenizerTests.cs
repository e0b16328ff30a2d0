using ICAE.Lab.Tokens;

namespace ICAE.Lab.Tests.Tokens;

public sealed class ReferenceTokenizerTests
{
    [Theory]
    [InlineData("byte-level-bpe", "with_begin_token", true, false)]
    [InlineData("byte-level-bpe", "without", false, false)]
    [InlineData("smollm2", null, false, true)]
    public void Every_string_gets_the_reference_ids_and_text(string name, string? list, bool addSpecialTokens, bool parseSpecialTokens)
    {
        var tokenizer = TokenizerFile.Load(TextReference.Folder(name));
        var cases = TextReference.Cases(name, list);

        var wrong = cases.Where(item => !tokenizer.Encode(item.Text, addSpecialTokens, parseSpecialTokens).SequenceEqual(item.Ids)
            || tokenizer.Decode(item.Ids) != item.Decoded);

        Assert.Equal(83, cases.Count);
        Assert.Empty(wrong.Select(item => $"{item.Text} → {string.Join(" ", tokenizer.Encode(item.Text, addSpecialTokens, parseSpecialTokens))}"
            + $" not {string.Join(" ", item.Ids)}; decoded {tokenizer.Decode(item.Ids)} not {item.Decoded}"));
    }
}
