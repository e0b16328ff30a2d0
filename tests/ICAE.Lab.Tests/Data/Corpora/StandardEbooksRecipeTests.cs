using System.Security.Cryptography;
using System.Text;
using ICAE.Lab.Data;
using ICAE.Lab.Data.Corpora;

namespace ICAE.Lab.Tests.Data.Corpora;

/// <summary>Books are fetched page by page, put together, and read back as a corpus.</summary>
public sealed class StandardEbooksRecipeTests : IDisposable
{
    private const string FileName = "a-tester_the-tin-whale.txt";

    private readonly CorpusCase _case = new();

    public void Dispose() => _case.Dispose();

    private StandardEbooksRecipe Recipe(params StandardEbook[] books) => new(books.Length > 0 ? books : [TinyBook.Entry()], _case.Server.Address);

    [Fact]
    public async Task A_book_is_made_from_the_pages_of_its_text_and_read_back()
    {
        TinyBook.AddTo(_case);
        TinyBook.AddTo(_case, "b_other");
        var result = await _case.FetchAsync(Recipe(TinyBook.Entry(), TinyBook.Entry("b_other", DataSplit.Validation)));

        Assert.Equal(TinyBook.Text, File.ReadAllText(_case.At(FileName)));
        var corpus = BookCorpus.Open(_case.Folder);
        Assert.Equal(TinyBook.Text, Assert.Single(corpus.Documents(DataSplit.Train)).Text);
        Assert.Equal("b_other", Assert.Single(corpus.Documents(DataSplit.Validation)).Name);
        Assert.Equal($"github.com/standardebooks/a-tester_the-tin-whale@{TinyBook.Commit}", corpus.Books[0].Source);
        Assert.True(new CorpusSource([_case.Folder]).HasSplits);

        var text = result.Texts[0];
        Assert.Equal((TinyBook.Text.Length, 11, "CC0-1.0"), (text.Characters, text.Paragraphs, text.Licence));
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(TinyBook.Text))), text.Sha256);
        Assert.Equal(2, result.Fetched);
        Assert.Equal(["a-tester_the-tin-whale.txt", "b_other.txt", "manifest.json"], Directory.GetFileSystemEntries(_case.Folder).Select(Path.GetFileName).Order());
        Assert.Equal((2, 2), (_case.Progress[^1].Done, _case.Progress[^1].Count));
    }

    [Fact]
    public async Task Pages_that_are_no_text_of_the_work_are_not_even_fetched()
    {
        TinyBook.AddTo(_case);
        await _case.FetchAsync(Recipe());

        Assert.Equal(["content.opf", "preface.xhtml", "chapter-1.xhtml", "chapter-2.xhtml"], _case.Server.Requests.Select(request => request.Path[(request.Path.LastIndexOf('/') + 1)..]));
    }

    [Fact]
    public async Task A_second_fetch_asks_for_nothing()
    {
        TinyBook.AddTo(_case);
        await _case.FetchAsync(Recipe());
        var asked = _case.Server.Requests.Count;
        var again = await _case.FetchAsync(Recipe());

        Assert.Equal((0, 0, asked), (again.Fetched, again.FetchedBytes, _case.Server.Requests.Count));
    }

    [Fact]
    public async Task A_cut_page_is_gone_on_with_where_it_broke()
    {
        TinyBook.AddTo(_case);
        _case.CutOnce("chapter-1.xhtml", 300);
        await _case.FetchAsync(Recipe());

        Assert.Equal([null, "bytes=300-"], _case.Server.RequestsFor("chapter-1.xhtml").Select(request => request.Headers.GetValueOrDefault("Range")));
        Assert.True(_case.Server.RequestsFor("chapter-1.xhtml")[1].Headers.ContainsKey("If-Range"));
        Assert.Equal(TinyBook.Text, File.ReadAllText(_case.At(FileName)));
    }

    [Fact]
    public async Task A_fetch_that_broke_in_the_middle_goes_on_with_the_next_page_and_byte()
    {
        TinyBook.AddTo(_case);
        TinyBook.AddTo(_case, "b_other");
        var recipe = Recipe(TinyBook.Entry("b_other", DataSplit.Test), TinyBook.Entry());
        _case.Intercept = request => request.Path == TinyBook.ChapterTwo && !request.Headers.ContainsKey("Range") ? Tests.Formats.Hub.HubServer.Content(request, _case.Files[request.Path]) with { CutAfter = 200 } : null;
        _case.Waiting = () => throw new IcaeException("the cable is out");
        Assert.Contains("cable", await _case.FailAsync(recipe), StringComparison.Ordinal);
        Assert.Throws<ConfigurationException>(() => new CorpusSource([_case.Folder]));

        _case.Server.Requests.Clear();
        var result = await _case.FetchAsync(recipe);

        var request = Assert.Single(_case.Server.Requests);
        Assert.Equal((TinyBook.ChapterTwo, "bytes=200-"), (request.Path, request.Headers["Range"]));
        Assert.Equal(1, result.Fetched);
        Assert.Equal(TinyBook.Text, File.ReadAllText(_case.At(FileName)));
        Assert.Equal(TinyBook.Text, File.ReadAllText(_case.At("b_other.txt")));
    }

    [Fact]
    public async Task A_page_that_changed_in_the_meantime_is_fetched_anew()
    {
        TinyBook.AddTo(_case);
        _case.CutOnce("chapter-2.xhtml", 200);
        _case.Waiting = () => _case[TinyBook.ChapterTwo] = TinyBook.Page("bodymatter", "<section><p>Other words altogether, and rather more of them than there were before, so that they go on.</p></section>");
        await _case.FetchAsync(Recipe());

        Assert.EndsWith("\nOther words altogether, and rather more of them than there were before, so that they go on.\n", File.ReadAllText(_case.At(FileName)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_stopped_fetch_keeps_its_texts_and_goes_on()
    {
        TinyBook.AddTo(_case);
        TinyBook.AddTo(_case, "b_other");
        var recipe = Recipe(TinyBook.Entry(), TinyBook.Entry("b_other", DataSplit.Test));
        using var source = new CancellationTokenSource();
        _case.Intercept = request =>
        {
            if (request.Path.Contains("b_other", StringComparison.Ordinal))
                source.Cancel();

            return null;
        };
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => _case.FetchAsync(recipe, source.Token));
        Assert.False(File.Exists(_case.At("manifest.json")));

        _case.Intercept = _ => null;
        _case.Server.Requests.Clear();
        var result = await _case.FetchAsync(recipe);
        Assert.Equal(1, result.Fetched);
        Assert.DoesNotContain(_case.Server.Requests, request => request.Path.Contains("tin-whale", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_text_that_is_gone_is_fetched_again_as_the_same_one()
    {
        TinyBook.AddTo(_case);
        await _case.FetchAsync(Recipe());
        File.Delete(_case.At(FileName));
        Assert.Equal(1, (await _case.FetchAsync(Recipe())).Fetched);

        // The lock holds: the source does not give other words under the same commit.
        File.Delete(_case.At(FileName));
        _case[TinyBook.ChapterTwo] = TinyBook.Page("bodymatter", "<section><p>Other words.</p></section>");
        var message = (await Assert.ThrowsAnyAsync<IcaeException>(() => _case.FetchAsync(Recipe()))).Message;
        Assert.Contains("when it was first fetched it had", message, StringComparison.Ordinal);
        Assert.False(File.Exists(_case.At(FileName)));
    }

    [Fact]
    public async Task A_hash_that_the_recipe_names_is_kept_to()
    {
        TinyBook.AddTo(_case);
        var right = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(TinyBook.Text)));
        Assert.Contains("but the recipe names 0000", await _case.FailAsync(Recipe(TinyBook.Entry() with { Sha256 = new string('0', 64) })), StringComparison.Ordinal);
        Assert.Equal(right, Assert.Single((await _case.FetchAsync(Recipe(TinyBook.Entry() with { Sha256 = right }))).Texts).Sha256);
    }

    [Fact]
    public async Task A_text_that_somebody_changed_is_not_overwritten()
    {
        TinyBook.AddTo(_case);
        await _case.FetchAsync(Recipe());
        File.AppendAllText(_case.At(FileName), "My own ending.\n");
        var message = (await Assert.ThrowsAnyAsync<IcaeException>(() => _case.FetchAsync(Recipe()))).Message;

        Assert.Contains("not as it was fetched", message, StringComparison.Ordinal);
        Assert.EndsWith("My own ending.\n", File.ReadAllText(_case.At(FileName)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_lies_in_a_texts_place_stays()
    {
        TinyBook.AddTo(_case);
        Directory.CreateDirectory(_case.Folder);
        File.WriteAllText(_case.At(FileName), "mine");
        var message = (await Assert.ThrowsAnyAsync<IcaeException>(() => _case.FetchAsync(Recipe()))).Message;

        Assert.Contains("was not fetched", message, StringComparison.Ordinal);
        Assert.Equal("mine", File.ReadAllText(_case.At(FileName)));
        Assert.Empty(_case.Server.Requests);
    }

    [Fact]
    public async Task Another_corpus_or_commit_needs_a_folder_of_its_own()
    {
        TinyBook.AddTo(_case);
        await _case.FetchAsync(Recipe());
        var other = TinyBook.Entry() with { Commit = new string('f', 40) };

        Assert.Contains("another folder", (await Assert.ThrowsAnyAsync<IcaeException>(() => _case.FetchAsync(Recipe(other)))).Message, StringComparison.Ordinal);
        Assert.Contains("another corpus", (await Assert.ThrowsAnyAsync<IcaeException>(() => _case.FetchAsync(new GutenbergRecipe([1], server: _case.Server.Address)))).Message, StringComparison.Ordinal);
        Assert.Equal(TinyBook.Text, File.ReadAllText(_case.At(FileName)));
    }

    [Fact]
    public async Task Two_at_once_do_not_mix()
    {
        TinyBook.AddTo(_case);
        var second = "";
        _case.CutOnce("chapter-1.xhtml", 100);
        _case.Waiting = () => second = Assert.ThrowsAny<IcaeException>(() => CorpusFetch.RunAsync(Recipe(), _case.Folder).GetAwaiter().GetResult()).Message;
        await _case.FetchAsync(Recipe());

        Assert.Contains("is being fetched by another process", second, StringComparison.Ordinal);
    }

    [Fact]
    public void The_books_of_the_library_are_whole_and_pinned()
    {
        var books = StandardEbooksRecipe.Books;

        Assert.Equal((37, 2, 4), (books.Count(book => book.Split == DataSplit.Train), books.Count(book => book.Split == DataSplit.Validation), books.Count(book => book.Split == DataSplit.Test)));
        Assert.Equal(books.Count, books.Select(book => book.File).Distinct().Count());
        Assert.Equal(books.Count, books.Select(book => book.ShippedSha256).Distinct().Count());
        Assert.All(books, book => Assert.Matches("^[0-9a-f]{64}$", book.ShippedSha256));
        Assert.Equal(43, new StandardEbooksRecipe().Selected.Count);
        Assert.All(Passages.Load(DataSplit.Test), passage => Assert.Contains(books, book => book.Split == DataSplit.Test && passage.Source!.Contains(book.Repository, StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("standardebooks/../x")]
    [InlineData("standardebooks")]
    [InlineData("a/b/c")]
    [InlineData("a/b?c")]
    public void A_repository_that_is_none_is_refused(string repository) =>
        Assert.Throws<ConfigurationException>(() => Recipe(TinyBook.Entry() with { Repository = repository }));

    [Theory]
    [InlineData("http://example.org")]
    [InlineData("ftp://example.org")]
    [InlineData("https://user:secret@example.org")]
    [InlineData("https://example.org/?x=1")]
    [InlineData("example.org")]
    public void A_server_that_is_not_safe_is_refused(string address) =>
        Assert.Contains("is no address", Assert.Throws<ConfigurationException>(() => new StandardEbooksRecipe(address)).Message, StringComparison.Ordinal);
}
