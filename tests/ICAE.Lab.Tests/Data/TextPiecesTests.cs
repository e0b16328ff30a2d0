using ICAE.Lab.Data;
using ICAE.Lab.Tests.Tokens;
using ICAE.Lab.Tokens;

namespace ICAE.Lab.Tests.Data;

/// <summary>Long texts are encoded in pieces, and nothing shows it.</summary>
public sealed class TextPiecesTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public static TheoryData<string> Tokenizers => [.. ReferenceTokenizers.Names];

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Cuts_lie_behind_a_line_feed_between_text()
    {
        const string Text = "ab\ncd\n\nef\n gh\nij";

        Assert.Equal(["ab\n", "cd\n\nef\n gh\n", "ij"], Pieces(Text, TextCut.BehindLineFeed, 2));
        Assert.Equal([Text], Pieces(Text, TextCut.BehindLineFeed, 100));
        Assert.Equal([Text], Pieces(Text, TextCut.Nowhere, 2));
        Assert.Empty(Pieces("", TextCut.BehindLineFeed, 2));
    }

    [Fact]
    public void Cuts_lie_at_a_single_space_between_text()
    {
        Assert.Equal(["ab", "c", "d  ef \ngh \u2581i\u2581 j", "k "], Pieces("ab c d  ef \ngh \u2581i\u2581 j k ", TextCut.AtSpace, 1));
        Assert.Equal([" a", "b"], Pieces(" a b", TextCut.AtSpace, 1));
        Assert.Empty(Pieces("", TextCut.AtSpace, 2));
    }

    [Theory]
    [InlineData("byte-level-bpe", TextCut.BehindLineFeed)]
    [InlineData("smollm2", TextCut.BehindLineFeed)]
    [InlineData("sentencepiece-bpe", TextCut.AtSpace)]
    [InlineData("mistral-v1", TextCut.AtSpace)]
    [InlineData("mistral-v1-json", TextCut.Nowhere)]
    public void A_tokenizer_knows_where_texts_can_be_cut(string name, object cut) =>
        Assert.Equal(cut, TextPieces.CutOf(ReferenceTokenizers.Get(name)));

    [Theory]
    [MemberData(nameof(Tokenizers))]
    public void The_ids_of_the_pieces_are_those_of_the_whole(string name)
    {
        var tokenizer = ReferenceTokenizers.Get(name);
        var cut = TextPieces.CutOf(tokenizer);
        var texts = Texts(name);
        string[] joined = [string.Join(' ', texts), string.Join('\n', texts), string.Join("\n x  \u2581 ", texts), "  " + string.Join(" a ", texts) + "  "];
        foreach (var text in texts.Concat(joined))
        {
            var whole = tokenizer.Encode(text);
            foreach (var length in (int[])[1, 5, 40])
            {
                Assert.Equal(whole, TextPieces.Of(text, cut, length).SelectMany(piece => tokenizer.Encode(text.Substring(piece.Start, piece.Length))));
            }
        }
    }

    [Theory]
    [MemberData(nameof(Tokenizers))]
    public void A_shard_holds_the_ids_of_a_long_text_as_a_whole(string name)
    {
        var tokenizer = ReferenceTokenizers.Get(name);
        var sentences = string.Join(' ', Enumerable.Range(0, 3000).Select(i => $"It was a {(i % 7 == 0 ? "bright" : "dark")} day number {i} in the town.{(i % 5 == 0 ? "\nThen" : "")}"));
        Assert.True(sentences.Length > 2 * TokenShardWriter.PieceLength);
        var path = _folder.File("long.shard");

        var written = TokenShardWriter.Write(path, tokenizer, [new TextDocument("long", sentences), new TextDocument("short", "a b")]);

        using var shard = TokenShard.Open(path);
        var (start, length) = shard.Document(0);
        Assert.Equal(tokenizer.Encode(sentences), shard.Read(start, (int)length));
        Assert.Equal(sentences.Length + 3, written.Characters);
    }

    private static List<string> Texts(string name)
    {
        string[] lists = name == "byte-level-bpe" ? ["with_begin_token", "without"] : [""];
        return [.. lists.SelectMany(list => TextReference.Cases(name, list.Length == 0 ? null : list)).Select(item => item.Text)];
    }

    private static IEnumerable<string> Pieces(string text, TextCut cut, int length) => TextPieces.Of(text, cut, length).Select(piece => text.Substring(piece.Start, piece.Length));
}
