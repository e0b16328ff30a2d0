using ICAE.Lab.Data;

namespace ICAE.Lab.Tests.Data;

public sealed class PassageSelectionTests
{
    private static readonly CorpusBook Book = new("b.txt", "A Book", "N. N.", "x@1", new string('0', 64), DataSplit.Test);

    [Fact]
    public void Passages_are_whole_sentences_within_a_section_spread_over_the_book()
    {
        var text = MakeBook(chapters: 12, paragraphs: 30);
        var passages = new PassageSelection(300, 500).Select(Book, text, 20, "CC0-1.0");

        Assert.Equal(20, passages.Count);
        var ends = 0;
        for (var i = 0; i < passages.Count; i++)
        {
            var passage = passages[i];
            var at = text.IndexOf(passage.Text!, ends, StringComparison.Ordinal);
            Assert.InRange(at, text.Length * i / 20, text.Length * (i + 1) / 20);
            ends = at + passage.Text!.Length;
            Assert.InRange(passage.Text.Length, 300, 500);
            Assert.True(char.IsUpper(passage.Text[0]) && passage.Text[^1] == '.');
            Assert.DoesNotContain("Heading", passage.Text, StringComparison.Ordinal);
            Assert.True(at == 0 || char.IsWhiteSpace(text[at - 1]));
            Assert.Equal($"a-book-{i + 1:000}", passage.Id);
            Assert.Equal(text[..at].Split("\nHeading ").Length - 1, passage.Chapter!.Value);
            Assert.Equal(("ordinary", "A Book", "N. N.", "x@1", "CC0-1.0"), (passage.Kind, passage.Book, passage.Author, passage.Source, passage.Licence));
        }
    }

    [Fact]
    public void Whole_paragraphs_are_taken_where_they_fit()
    {
        var passages = new PassageSelection(300, 500).Select(Book, MakeBook(4, 30), 10, "");

        Assert.All(passages, passage => Assert.Matches("^Paragraph .*[.]$", passage.Text!.Replace("\n", " ", StringComparison.Ordinal)));
    }

    [Fact]
    public void A_long_paragraph_gives_sentences()
    {
        var text = string.Concat(Enumerable.Range(0, 100).Select(i => $"This is sentence {i} of one long paragraph. "));
        var passages = new PassageSelection(200, 260).Select(Book, text, 5, "");

        Assert.Equal(5, passages.Count);
        Assert.All(passages, passage => Assert.Matches("^This is sentence [^.]*[.]( This[^.]*[.])*$", passage.Text));
    }

    [Fact]
    public void The_seed_fixes_the_passages()
    {
        var text = MakeBook(6, 40);
        var first = new PassageSelection(300, 500).Select(Book, text, 8, "");

        Assert.Equal(first, new PassageSelection(300, 500).Select(Book, text, 8, ""));
        Assert.NotEqual(first, new PassageSelection(300, 500, Seed: 1).Select(Book, text, 8, ""));
    }

    [Fact]
    public void What_has_no_passage_gives_none()
    {
        Assert.Empty(new PassageSelection(300, 500).Select(Book, "", 3, ""));
        Assert.Empty(new PassageSelection(300, 500).Select(Book, new string('x', 5_000) + ".", 3, ""));
        Assert.Empty(new PassageSelection(300, 500).Select(Book, "Short. Text.", 3, ""));
        Assert.Throws<ConfigurationException>(() => new PassageSelection(500, 300).Select(Book, "x", 1, ""));
    }

    /// <summary>Chapters "Heading n" with number I above, and paragraphs of three sentences.</summary>
    private static string MakeBook(int chapters, int paragraphs) => string.Join('\n', Enumerable.Range(0, chapters).SelectMany(chapter =>
        Enumerable.Range(0, paragraphs)
            .Select(p => $"Paragraph {p} of this chapter starts here. Mr. B. goes on{string.Concat(Enumerable.Repeat(" and on", (p * 7 + chapter) % 11))}. It ends.")
            .Prepend($"Heading {chapter}").Prepend("XIV")));
}
