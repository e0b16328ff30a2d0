using System.Text;
using ICAE.Lab.Data;

namespace ICAE.Lab.Tests.Data;

public sealed class ReaderTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Plain_text_is_a_paragraph_a_line()
    {
        var path = _folder.Write("book.txt", "\ufeffOne.\r\n\r\n  \nZwei – “ü”.\nlast");

        Assert.Equal(["One.", "Zwei – “ü”.", "last"], PlainText.ReadParagraphs(path));
        Assert.Equal(new TextDocument("book", "One.\nZwei – “ü”.\nlast"), PlainText.Read(path));
        Assert.Equal("named", PlainText.Read(path, "named").Name);
        Assert.Empty(PlainText.ReadParagraphs(_folder.Write("empty.txt", "")));
    }

    [Theory]
    [InlineData(new byte[] { 0x61, 0x0A, 0x62, 0xFF, 0x63 }, "line 2, byte 2")]
    [InlineData(new byte[] { 0xC3, 0x0A }, "line 1, byte 1")]
    [InlineData(new byte[] { 0x61, 0xED, 0xA0, 0x80 }, "line 1, byte 2")]
    [InlineData(new byte[] { 0x61, 0xC0, 0x80 }, "line 1, byte 2")]
    public void Bytes_that_are_not_utf8_are_refused(byte[] bytes, string place)
    {
        var path = _folder.File("bad.txt");
        File.WriteAllBytes(path, bytes);

        var error = Assert.Throws<MalformedFileException>(() => PlainText.Read(path));
        Assert.Equal((place, "not valid UTF-8"), (error.Place, error.Cause));
    }

    [Theory]
    [InlineData(10)]
    [InlineData(65_535)]
    [InlineData(65_536)]
    [InlineData(200_000)]
    public void Lines_are_read_up_to_the_longest_and_not_beyond(int longest)
    {
        var line = new string('x', longest);
        var path = _folder.Write("lines.txt", $"a\n{line}\r\n{line}\nb\n\n{line}");

        Assert.Equal(
            [(1, 1), (2, longest), (3, longest), (4, 1), (5, 0), (6, longest)],
            LineReader.Read(path, longest).Select(l => (l.Number, l.Utf8.Length)));
        var error = Assert.Throws<MalformedFileException>(() => LineReader.Read(path, longest - 1).Count());
        Assert.Equal(("line 2", $"the line is longer than {longest - 1} bytes"), (error.Place, error.Cause));
    }

    [Fact]
    public void An_endless_line_takes_no_endless_memory()
    {
        var path = _folder.File("endless");
        using (var file = File.Create(path))
            file.SetLength(1L << 32);
        var before = GC.GetAllocatedBytesForCurrentThread();

        Assert.Throws<MalformedFileException>(() => LineReader.Read(path, 1 << 20).Count());
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 8 << 20);
    }

    [Fact]
    public void Reading_is_lazy()
    {
        var path = _folder.Write("p.jsonl", "{\"text\":\"one\"}\nbroken");

        Assert.Equal("one", JsonLines.Read(path).First().Text);
        Assert.Throws<MalformedFileException>(() => JsonLines.Read(path).Count());
    }

    [Fact]
    public void Passages_have_a_text_or_ids()
    {
        var path = _folder.Write("p.jsonl", """
            {"text": "A day.", "id": "x", "kind": "dialogue", "book": "B", "chapter": 3, "author": "A", "source": "S", "licence": "L", "else": [1]}

            {"ids": [0, 5, 1023], "kind": null}
            """);
        var passages = JsonLines.Read(path, vocabularySize: 1024).ToArray();

        Assert.Equal(2, passages.Length);
        Assert.Equal(
            new Passage { Id = "x", Kind = "dialogue", Text = "A day.", Book = "B", Chapter = 3, Author = "A", Source = "S", Licence = "L" },
            passages[0]);
        Assert.Equal(("3", "ordinary", null), (passages[1].Id, passages[1].Kind, passages[1].Text));
        Assert.Equal([0, 5, 1023], passages[1].Ids);
    }

    [Fact]
    public void Passages_survive_writing_and_reading()
    {
        Passage[] passages =
        [
            new() { Id = "1", Text = "“Hm,” she said.\n<Next> & 𝄞 \"quoted\"", Book = "Ü" },
            new() { Id = "2", Kind = "random", Ids = [3, 1, 2], Chapter = 1 },
        ];
        using var stream = new MemoryStream();
        JsonLines.Write(stream, passages);
        var text = Encoding.UTF8.GetString(stream.ToArray());
        var read = JsonLines.Read(_folder.Write("p.jsonl", text)).ToArray();

        Assert.Equal(passages[0], read[0]);
        Assert.Equal(passages[1].Ids, read[1].Ids);
        Assert.Equal(passages[1] with { Ids = null }, read[1] with { Ids = null });
        Assert.Contains("“Hm,” she said.\\n<Next> & ", text, StringComparison.Ordinal);
        Assert.Equal(2, text.Count(c => c == '\n'));
    }

    [Theory]
    [InlineData("""{"text": "a",}""", "not valid JSON")]
    [InlineData("""{"text": "a"} x""", "not valid JSON")]
    [InlineData("""{"text": "a", "text": "b"}""", "key twice")]
    [InlineData("""{"text": "a", "deep": [[[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]]]}""", "deeper than 16")]
    [InlineData("""[1, 2]""", "an array, not a JSON object")]
    [InlineData("""{"text": 5}""", "\"text\" is 5, not a string")]
    [InlineData("""{"text": "\ud800"}""", "surrogate")]
    [InlineData("""{"text": "a", "\ud800": 1}""", "surrogate")]
    [InlineData("""{"kind": "ordinary"}""", "neither \"text\" nor \"ids\"")]
    [InlineData("""{"text": "a", "ids": [1]}""", "both")]
    [InlineData("""{"ids": "1 2"}""", "\"ids\" is a string")]
    [InlineData("""{"ids": [1, -2]}""", "\"ids\"[1] is -2")]
    [InlineData("""{"ids": [1.5]}""", "\"ids\"[0] is 1.5")]
    [InlineData("""{"ids": [99999999999]}""", "\"ids\"[0] is 99999999999")]
    [InlineData("""{"ids": [7, 100]}""", "\"ids\"[1] is 100, outside the vocabulary of 100")]
    [InlineData("""{"text": "a", "chapter": "one"}""", "\"chapter\" is a string, not an integer")]
    [InlineData("""{"text": "a", "book": true}""", "\"book\" is true")]
    public void A_wrong_line_is_named(string line, string cause)
    {
        var path = _folder.Write("p.jsonl", "{\"text\": \"good\"}\n\n" + line + "\n{\"text\": \"good\"}\n");

        var error = Assert.Throws<MalformedFileException>(() => JsonLines.Read(path, vocabularySize: 100).Count());
        Assert.StartsWith("line 3", error.Place, StringComparison.Ordinal);
        Assert.Contains(cause, error.Cause, StringComparison.Ordinal);
        Assert.StartsWith(path, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Prompts_with_context_have_three_strings()
    {
        var good = _folder.Write("pwc.jsonl", """{"input": "i", "prompt": "p", "answer": "a", "extra": 1}""");
        var bad = _folder.Write("bad.jsonl", """
            {"input": "i", "prompt": "p", "answer": "a"}
            {"input": "i", "prompt": "p"}
            """);

        Assert.Equal([new InstructionExample("i", "p", "a")], PromptWithContext.Read(good));
        var error = Assert.Throws<MalformedFileException>(() => PromptWithContext.Read(bad).Count());
        Assert.Equal(("line 2", "the key \"answer\" is missing"), (error.Place, error.Cause));
    }

    [Fact]
    public void A_missing_file_is_named()
    {
        Assert.Contains("none.txt", Assert.Throws<IcaeException>(() => PlainText.Read(_folder.File("none.txt"))).Message, StringComparison.Ordinal);
        Assert.Contains(_folder.Path, Assert.Throws<IcaeException>(() => JsonLines.Read(_folder.Path).Count()).Message, StringComparison.Ordinal);
    }
}
