using System.Security.Cryptography;
using System.Text;
using ICAE.Lab.Data;

namespace ICAE.Lab.Tests.Data;

public sealed class BookCorpusTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Books_are_read_by_split_and_checked()
    {
        _folder.Write("a.txt", "Text of a.");
        _folder.Write("b.txt", "Text of b.");
        _folder.Write("manifest.json", $"[{Entry("a.txt", "Text of a.", "train")},{Entry("b.txt", "Text of b.", "test")}]");
        var corpus = BookCorpus.Open(_folder.Path);

        Assert.Equal([new TextDocument("a", "Text of a.")], corpus.Documents(DataSplit.Train));
        Assert.Equal([new TextDocument("b", "Text of b.")], corpus.Documents(DataSplit.Test));
        Assert.Empty(corpus.Documents(DataSplit.Validation));
        Assert.Equal("github.com/x@c0ffee", corpus.Books[0].Source);
        Assert.Equal("the-a-s-book-2", corpus.Books[0].ShortName);

        _folder.Write("b.txt", "Another text.");
        Assert.Contains("SHA-256", Assert.Throws<MalformedFileException>(() => corpus.Documents(DataSplit.Test).Count()).Message, StringComparison.Ordinal);
        File.Delete(_folder.File("a.txt"));
        Assert.Contains("a.txt", Assert.Throws<IcaeException>(() => corpus.Documents(DataSplit.Train).Count()).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{}", "", "not a JSON array")]
    [InlineData("[\n{]", "line 2", "not valid JSON")]
    [InlineData("[3]", "book 0", "not a JSON object")]
    [InlineData("""[{"file":"../x.txt"}]""", "book 0", "not the name of a file")]
    [InlineData("""[{"file":"/etc/passwd"}]""", "book 0", "not the name of a file")]
    [InlineData("""[{"file":""}]""", "book 0", "not the name of a file")]
    [InlineData("""[{"title":"x"}]""", "book 0", "\"file\" is missing")]
    [InlineData("""[{"file":"x","split":"dev"}]""", "book 0", "\"split\" is \"dev\"")]
    [InlineData("""[{"file":"x","split":"test","title":1}]""", "book 0", "\"title\" is missing or not a string")]
    [InlineData("""[{"file":"x","split":"test","title":"\ud800"}]""", "", "half of a surrogate pair")]
    [InlineData("""[{"file":"x","\ud800":1}]""", "", "half of a surrogate pair")]
    [InlineData("""[{"file":"x","split":"train","title":"t","author":"a","source":"s","commit":"c","sha256":"0"},{"file":"x","split":"test","title":"t","author":"a","source":"s","commit":"c","sha256":"0"}]""", "", "named by 2 books")]
    public void A_wrong_manifest_is_refused(string manifest, string place, string cause)
    {
        _folder.Write("manifest.json", manifest);

        var error = Assert.Throws<MalformedFileException>(() => BookCorpus.Open(_folder.Path));
        Assert.Equal(place, error.Place);
        Assert.Contains(cause, error.Cause, StringComparison.Ordinal);
    }

    [Fact]
    public void A_missing_manifest_is_named()
    {
        Assert.Contains("manifest.json", Assert.Throws<IcaeException>(() => BookCorpus.Open(_folder.Path)).Message, StringComparison.Ordinal);
    }

    private static string Entry(string file, string text, string split) =>
        $$"""
        {"file":"{{file}}","title":"The A’s Book: 2","author":"N. N.","source":"github.com/x","commit":"c0ffee",
        "sha256":"{{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)))}}","characters":10,"split":"{{split}}"}
        """;

    [Fact]
    public void A_byte_order_mark_and_the_ends_of_lines_of_Windows_are_no_text()
    {
        const string Text = "\uFEFFOne.\r\nTwo.\n";
        _folder.Write("a.txt", Text);
        _folder.Write("manifest.json", $"[{Entry("a.txt", Text, "train")}]");

        Assert.Equal("One.\nTwo.\n", Assert.Single(BookCorpus.Open(_folder.Path).Documents(DataSplit.Train)).Text);
    }
}
