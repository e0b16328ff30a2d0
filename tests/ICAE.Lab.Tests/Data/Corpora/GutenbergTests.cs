using System.Text;
using ICAE.Lab.Data;
using ICAE.Lab.Data.Corpora;

namespace ICAE.Lab.Tests.Data.Corpora;

/// <summary>Books of Project Gutenberg: what is taken off, how lines become paragraphs, and what is refused.</summary>
public sealed class GutenbergTests : IDisposable
{
    private const string Book =
        """
        The Project Gutenberg eBook of The Tin Whale

        This eBook is for the use of anyone anywhere.

        Title: The Tin Whale

        Author: A. Tester

        Release date: June 1, 1998 [eBook #7]

        Character set encoding: UTF-8

        *** START OF THE PROJECT GUTENBERG EBOOK THE TIN WHALE ***




        Produced by somebody and
        the Online Proofreaders

        [Illustration: A whale of tin]

        THE TIN WHALE

        We sail at _dawn_, tin or
        no tin; a_b_c stays--
        and all was quiet.

            She swam one league,
              Then two.

        *** A row of stars ***

        End of the Project Gutenberg EBook of The Tin Whale

        *** END OF THE PROJECT GUTENBERG EBOOK THE TIN WHALE ***

        Updated editions will replace the previous one. The licence follows.

        """;

    private const string Text = "THE TIN WHALE\nWe sail at dawn, tin or no tin; a_b_c stays--and all was quiet.\nShe swam one league, Then two.\n*** A row of stars ***\n";

    private readonly CorpusCase _case = new();

    public void Dispose() => _case.Dispose();

    private GutenbergRecipe Recipe(DataSplit split, params int[] books) => new(books, split, _case.Server.Address);

    [Fact]
    public async Task A_book_is_fetched_by_its_number()
    {
        _case["/cache/epub/7/pg7.txt"] = Book.ReplaceLineEndings("\r\n");
        var result = await _case.FetchAsync(Recipe(DataSplit.Train, 7));

        Assert.Equal(Text, File.ReadAllText(_case.At("gutenberg-7.txt")));
        var text = Assert.Single(result.Texts);
        Assert.Equal(("The Tin Whale", "A. Tester", DataSplit.Train), (text.Title, text.Author, text.Split));
        Assert.StartsWith("sha256:", text.Commit, StringComparison.Ordinal);
        Assert.Equal(Text, Assert.Single(BookCorpus.Open(_case.Folder).Documents(DataSplit.Train)).Text);
    }

    [Fact]
    public async Task Books_are_added_to_a_folder_and_asked_for_with_pauses()
    {
        foreach (var number in (int[])[7, 8, 9])
            _case[$"/cache/epub/{number}/pg{number}.txt"] = Book.Replace("Title: The", $"Title: {number}", StringComparison.Ordinal);

        await _case.FetchAsync(Recipe(DataSplit.Train, 7, 8, 7));
        await _case.FetchAsync(Recipe(DataSplit.Validation, 9, 8));

        var books = BookCorpus.Open(_case.Folder).Books;
        Assert.Equal([("gutenberg-7.txt", DataSplit.Train), ("gutenberg-9.txt", DataSplit.Validation), ("gutenberg-8.txt", DataSplit.Validation)], books.Select(book => (book.File, book.Split)));
        Assert.Equal(3, _case.Server.Requests.Count);
        Assert.Equal([TimeSpan.FromSeconds(2)], _case.Waits);
    }

    [Fact]
    public async Task A_book_is_never_fetched_again_as_another_one()
    {
        _case["/cache/epub/7/pg7.txt"] = Book;
        await _case.FetchAsync(Recipe(DataSplit.Train, 7));
        File.Delete(_case.At("gutenberg-7.txt"));
        _case["/cache/epub/7/pg7.txt"] = Book.Replace("quiet", "loud", StringComparison.Ordinal);
        var message = (await Assert.ThrowsAnyAsync<IcaeException>(() => _case.FetchAsync(Recipe(DataSplit.Train, 7)))).Message;

        Assert.Contains("when it was first fetched it had", message, StringComparison.Ordinal);
        Assert.False(File.Exists(_case.At("gutenberg-7.txt")));
    }

    [Theory]
    [InlineData("*** START OF", "start of", "START")]
    [InlineData("*** END OF", "the end of", "END")]
    public async Task A_file_without_a_mark_is_refused(string mark, string other, string told)
    {
        _case["/cache/epub/7/pg7.txt"] = Book.Replace(mark, other, StringComparison.Ordinal);
        var message = await _case.FailAsync(Recipe(DataSplit.Train, 7));

        Assert.Contains($"the line *** {told} OF THE PROJECT GUTENBERG EBOOK", message, StringComparison.Ordinal);
        Assert.Contains("/cache/epub/7/pg7.txt", message, StringComparison.Ordinal);

        // It may have been a cut on the way: the next time the file is asked for anew.
        _case["/cache/epub/7/pg7.txt"] = Book;
        await _case.FetchAsync(Recipe(DataSplit.Train, 7));
    }

    [Fact]
    public async Task A_page_of_a_web_site_is_no_book()
    {
        _case["/cache/epub/7/pg7.txt"] = "<html><body>Please prove that you are no robot.</body></html>";

        Assert.Contains("START", await _case.FailAsync(Recipe(DataSplit.Train, 7)), StringComparison.Ordinal);
    }

    [Fact]
    public void A_mark_may_go_over_two_lines()
    {
        var book = GutenbergText.Parse(Encoding.UTF8.GetBytes("***START OF THIS PROJECT GUTENBERG EBOOK A VERY LONG\nTITLE INDEED***\n\nText.\n\n*** END OF THIS PROJECT GUTENBERG EBOOK A VERY LONG\nTITLE ***\n"), "x");

        Assert.Equal(["Text."], book.Paragraphs);
        Assert.Equal(("", ""), (book.Title, book.Author));
    }

    [Theory]
    [InlineData("*** START OF THE PROJECT GUTENBERG EBOOK\n1\n2\n3\n4\n*** END OF THE PROJECT GUTENBERG EBOOK X ***", "does not end")]
    [InlineData("*** START OF THE PROJECT GUTENBERG EBOOK X ***\n\n*** END OF THE PROJECT GUTENBERG EBOOK X ***", "no text between")]
    [InlineData("*** END OF THE PROJECT GUTENBERG EBOOK X ***\nText\n*** START OF THE PROJECT GUTENBERG EBOOK X ***", "END OF")]
    [InlineData("*** START OF THE PROJECT GUTENBERG EBOOK X ***\nA\0B\n*** END OF THE PROJECT GUTENBERG EBOOK X ***", "control character")]
    public void Marks_that_mean_nothing_are_refused(string book, string told) =>
        Assert.Contains(told, Assert.Throws<MalformedFileException>(() => GutenbergText.Parse(Encoding.UTF8.GetBytes(book), "x")).Message, StringComparison.Ordinal);

    [Fact]
    public void Character_sets_are_told_by_mark_by_content_and_by_header()
    {
        var latin = Encode("ISO-8859-1", Encoding.Latin1);
        var windows = Encode("Windows-1252", CodePagesEncodingProvider.Instance.GetEncoding(1252)!);

        Assert.Equal("Café", Paragraph(latin));
        Assert.Equal("Café", Paragraph(windows));
        Assert.Equal("Café", Paragraph([.. Encoding.UTF8.Preamble, .. Encode("UTF-8", Encoding.UTF8)]));
        Assert.Equal("Café", Paragraph([.. Encoding.Unicode.Preamble, .. Encode("UTF-16", Encoding.Unicode)]));
        Assert.Equal("Café", Paragraph(Encode("ISO-8859-1", Encoding.UTF8)));
        Assert.Contains("'BIG5'", Assert.Throws<MalformedFileException>(() => Paragraph(Encode("Big5", Encoding.Latin1))).Message, StringComparison.Ordinal);
        Assert.Contains("is not UTF-8", Assert.Throws<MalformedFileException>(() => Paragraph(Encode("UTF-8", Encoding.Latin1))).Message, StringComparison.Ordinal);

        static byte[] Encode(string name, Encoding encoding) =>
            encoding.GetBytes($"Character set encoding: {name}\n*** START OF THE PROJECT GUTENBERG EBOOK X ***\nCafé\n*** END OF THE PROJECT GUTENBERG EBOOK X ***\n");

        static string Paragraph(byte[] book) => Assert.Single(GutenbergText.Parse(book, "x").Paragraphs);
    }

    [Fact]
    public void Numbers_that_are_none_are_refused()
    {
        Assert.Throws<ConfigurationException>(() => new GutenbergRecipe([]));
        Assert.Throws<ConfigurationException>(() => new GutenbergRecipe([0]));
        Assert.Throws<ConfigurationException>(() => new GutenbergRecipe([-3]));
    }
}
