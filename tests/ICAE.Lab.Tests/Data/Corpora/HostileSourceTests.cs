using System.IO.Compression;
using System.Text;
using ICAE.Lab.Data;
using ICAE.Lab.Data.Corpora;
using ICAE.Lab.Formats.Downloads;
using ICAE.Lab.Tests.Formats;
using ICAE.Lab.Tests.Formats.Hub;

namespace ICAE.Lab.Tests.Data.Corpora;

/// <summary>Servers and books that break off, lie or attack: one clear error each, and nothing under a final name.</summary>
public sealed class HostileSourceTests : IDisposable
{
    private readonly CorpusCase _case = new();

    public HostileSourceTests() => TinyBook.AddTo(_case);

    public void Dispose() => _case.Dispose();

    private StandardEbooksRecipe Recipe => new([TinyBook.Entry()], _case.Server.Address);

    [Theory]
    [InlineData("../../../../etc/passwd.xhtml", "leads out")]
    [InlineData("/etc/passwd.xhtml", "leads out")]
    [InlineData("text/%2e%2e/%2e%2e/x.xhtml", "leads out")]
    [InlineData("text/../../x.xhtml", "leads out")]
    [InlineData("http://elsewhere.example/x.xhtml", "leads out")]
    [InlineData("c:\\x.xhtml", "not plain")]
    [InlineData("text/x.js", "is no page")]
    [InlineData("", "is no page")]
    public async Task A_book_that_names_pages_outside_itself_is_refused(string href, string told)
    {
        _case[TinyBook.Package] = TinyBook.Opf("text/chapter-1.xhtml", href);

        Assert.Contains(told, await _case.FailAsync(Recipe), StringComparison.Ordinal);
        Assert.Single(_case.Server.Requests);
    }

    [Theory]
    [InlineData("<package xmlns='http://www.idpf.org/2007/opf'/>", "names 0 pages")]
    [InlineData("<package xmlns='http://www.idpf.org/2007/opf'><spine><itemref idref='x'/></spine></package>", "has no such page")]
    [InlineData("not xml", "not sound XML")]
    [InlineData("", "empty")]
    public async Task A_package_that_is_none_is_refused(string package, string told)
    {
        _case[TinyBook.Package] = package;

        Assert.Contains(told, (await _case.FailAsync(Recipe)).Replace("Root element is missing", "empty", StringComparison.Ordinal), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Entities_are_neither_loaded_nor_expanded()
    {
        var secret = _case.Outside("secret.txt");
        File.WriteAllText(secret, "the secret");
        foreach (var (doctype, use) in ((string, string)[])
        [
            ($"<!DOCTYPE html [<!ENTITY x SYSTEM \"{new Uri(secret)}\">]>", "&x;"),
            ($"<!DOCTYPE html [<!ENTITY a \"ha\"><!ENTITY b \"{string.Concat(Enumerable.Repeat("&a;", 1000))}\"><!ENTITY c \"{string.Concat(Enumerable.Repeat("&b;", 1000))}\">]>", "&c;"),
            ("", "&nbsp;"),
        ])
        {
            _case[TinyBook.ChapterOne] = doctype + TinyBook.Page("bodymatter", $"<section><p>{use}</p></section>").Replace("<?xml version=\"1.0\" encoding=\"utf-8\"?>\n", "", StringComparison.Ordinal);
            var message = await _case.FailAsync(Recipe);
            Assert.Contains("chapter-1.xhtml of standardebooks/a-tester_the-tin-whale: line", message, StringComparison.Ordinal);
            Assert.DoesNotContain("secret", message, StringComparison.Ordinal);
        }

        // A document type by itself is harmless, and its address is not asked.
        _case[TinyBook.ChapterOne] = $"<!DOCTYPE html PUBLIC \"x\" \"{_case.Server.Address}/dtd\">" + TinyBook.Page("bodymatter", "<section><p>Plain.</p></section>").Replace("<?xml version=\"1.0\" encoding=\"utf-8\"?>\n", "", StringComparison.Ordinal);
        await _case.FetchAsync(Recipe);
        Assert.DoesNotContain(_case.Server.Requests, request => request.Path == "/dtd");
    }

    [Fact]
    public async Task A_page_nested_beyond_measure_is_refused()
    {
        _case[TinyBook.ChapterOne] = TinyBook.Page("bodymatter", string.Concat(Enumerable.Repeat("<div>", 5000)) + string.Concat(Enumerable.Repeat("</div>", 5000)));

        Assert.Contains("nested deeper", await _case.FailAsync(Recipe), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("utf-8")]
    [InlineData("klingon")]
    public async Task A_wrong_character_set_is_told(string charset)
    {
        _case.Files[TinyBook.ChapterOne] = [.. Encoding.Latin1.GetBytes(TinyBook.Page("bodymatter", "<section><p>Caf\u00E9</p></section>").Replace("utf-8", charset, StringComparison.Ordinal))];

        Assert.Contains("chapter-1.xhtml of", await _case.FailAsync(Recipe), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_declared_character_set_is_read()
    {
        _case.Files[TinyBook.ChapterOne] = [.. Encoding.Latin1.GetBytes(TinyBook.Page("bodymatter", "<section><p>Caf\u00E9</p></section>").Replace("utf-8", "iso-8859-1", StringComparison.Ordinal))];
        await _case.FetchAsync(Recipe);

        Assert.Contains("\nCaf\u00E9\n", File.ReadAllText(_case.At("a-tester_the-tin-whale.txt")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_page_that_is_cut_without_a_word_is_refused_and_fetched_anew()
    {
        var whole = _case.Files[TinyBook.ChapterTwo];
        _case.Intercept = request => request.Path == TinyBook.ChapterTwo ? new HubAnswer(200, whole[..200]) { HasLength = false } : null;
        Assert.Contains("not sound XML", await _case.FailAsync(Recipe), StringComparison.Ordinal);

        _case.Intercept = _ => null;
        await _case.FetchAsync(Recipe);
        Assert.Equal(TinyBook.Text, File.ReadAllText(_case.At("a-tester_the-tin-whale.txt")));
    }

    [Fact]
    public async Task What_comes_packed_is_refused()
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.SmallestSize, leaveOpen: true))
            gzip.Write(new byte[1 << 22]);

        _case.Intercept = request => request.Path == TinyBook.ChapterOne ? new HubAnswer(200, packed.ToArray()) { Headers = { ["Content-Encoding"] = "gzip" } } : null;
        Assert.Contains("packed ('gzip')", await _case.FailAsync(Recipe), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true, "at most 8388608 are taken")]
    [InlineData(false, "more comes than 8388608 bytes")]
    public async Task A_page_without_end_is_refused(bool hasLength, string told)
    {
        var endless = new byte[9 << 20];
        _case.Intercept = request => request.Path == TinyBook.ChapterOne ? new HubAnswer(200, endless) { HasLength = hasLength } : null;

        Assert.Contains(told, await _case.FailAsync(Recipe), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Headers_without_end_are_refused_at_once()
    {
        _case.Intercept = request => request.Path == TinyBook.ChapterOne ? new HubAnswer(200, []) { Headers = { ["X-Long"] = new string('x', 1 << 18) } } : null;

        Assert.Contains("headers that are too long", await _case.FailAsync(Recipe), StringComparison.Ordinal);
        Assert.Empty(_case.Waits);
    }

    [Fact]
    public async Task Redirections_to_other_hosts_are_refused()
    {
        using var other = new CorpusCase();
        TinyBook.AddTo(other);
        _case.Intercept = request => request.Path == TinyBook.ChapterOne ? new HubAnswer(302, []) { Headers = { ["Location"] = other.Server.Address + TinyBook.ChapterOne } } : null;

        Assert.Contains("to another place", await _case.FailAsync(Recipe), StringComparison.Ordinal);
        Assert.Empty(other.Server.Requests);
    }

    [Fact]
    public async Task A_redirection_within_the_server_is_followed()
    {
        _case["/moved"] = TinyBook.Page("bodymatter", "<section><p>Moved.</p></section>");
        _case.Intercept = request => request.Path == TinyBook.ChapterOne ? new HubAnswer(302, []) { Headers = { ["Location"] = "/moved" } } : null;
        await _case.FetchAsync(Recipe);

        Assert.Contains("\nMoved.\n", File.ReadAllText(_case.At("a-tester_the-tin-whale.txt")), StringComparison.Ordinal);
    }

    [Fact]
    public void From_https_to_http_no_redirection_is_followed()
    {
        var target = new FileTarget(new Uri("https://books.example/x"), "x", 1);

        Assert.Contains("from https to http", Assert.Throws<IcaeException>(() => DownloadClient.Follow(target.Address, new Uri("http://books.example/y"), target)).Message, StringComparison.Ordinal);
        Assert.Contains("to another place", Assert.Throws<IcaeException>(() => DownloadClient.Follow(target.Address, new Uri("https://books.example:444/y"), target)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(404, "does not have text/chapter-1.xhtml of standardebooks/a-tester_the-tin-whale (404")]
    [InlineData(403, "answers 403 (Forbidden)")]
    [InlineData(418, "answers 418")]
    public async Task Refusals_are_told_in_one_line_at_once(int status, string told)
    {
        _case.Intercept = request => request.Path == TinyBook.ChapterOne ? new HubAnswer(status, []) : null;

        Assert.Contains(told, await _case.FailAsync(Recipe), StringComparison.Ordinal);
        Assert.Single(_case.Server.RequestsFor("chapter-1.xhtml"));
    }

    [Theory]
    [InlineData(429)]
    [InlineData(503)]
    public async Task A_busy_server_is_asked_again_when_it_says(int status)
    {
        var asked = 0;
        _case.Intercept = _ => ++asked <= 2 ? new HubAnswer(status, []) { Headers = { ["Retry-After"] = "7" } } : null;
        await _case.FetchAsync(Recipe);

        Assert.Equal([7, 7], _case.Waits.Select(wait => wait.TotalSeconds));
        Assert.Contains(_case.Notes, note => note.Contains("again in 7 s", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_server_that_always_breaks_off_is_given_up()
    {
        _case.Intercept = request => request.Path == TinyBook.ChapterOne ? HubServer.Content(request, _case.Files[request.Path]) with { CutAfter = 0 } : null;

        Assert.Contains("6 times in a row", await _case.FailAsync(Recipe), StringComparison.Ordinal);
        Assert.Equal([1, 2, 4, 8, 16], _case.Waits.Select(wait => wait.TotalSeconds));
    }

    [Fact]
    public async Task A_server_that_is_not_there_is_named()
    {
        var recipe = Recipe;
        _case.Server.Dispose();

        Assert.Contains("cannot be reached", await _case.FailAsync(recipe), StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task A_disk_that_takes_no_more_leaves_a_clear_error_and_what_was_fetched()
    {
        Skip.If(OperatingSystem.IsWindows(), "the limit on file lengths is set by a shell");
        _case[TinyBook.ChapterTwo] = TinyBook.Page("bodymatter", string.Concat(Enumerable.Range(0, 4000).Select(i => $"<p>A paragraph of some length, with the number {i}.</p>")));
        using var process = ChildProcess.Start("fetch", $"{_case.Server.Address}|{_case.Folder}", maxFileBlocks: 64);
        var said = await process.StandardOutput.ReadToEndAsync();
        Assert.True(process.WaitForExit(60_000));

        Assert.Contains("the file cannot be written: ", said, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFiles(_case.Folder));
        _case.Server.Requests.Clear();
        await _case.FetchAsync(Recipe);
        Assert.Equal($"bytes={64 * 512}-", Assert.Single(_case.Server.Requests).Headers["Range"]);
        Assert.Single(BookCorpus.Open(_case.Folder).Documents(DataSplit.Train));
    }

    [Fact]
    public async Task A_killed_process_is_gone_on_with()
    {
        var never = new TaskCompletionSource();
        _case.Intercept = request => request.Path == TinyBook.ChapterTwo ? HubServer.Content(request, _case.Files[request.Path]) with { CutAfter = 200, HoldsAfter = never.Task } : null;
        using (var process = ChildProcess.Start("fetch", $"{_case.Server.Address}|{_case.Folder}"))
        {
            Assert.True(SpinWait.SpinUntil(() => process.HasExited || Parts().Any(part => part.Length == 200), TimeSpan.FromMinutes(2)));
            process.Kill();
            Assert.True(process.WaitForExit(60_000));
        }

        _case.Intercept = _ => null;
        _case.Server.Requests.Clear();
        await _case.FetchAsync(Recipe);
        Assert.Equal("bytes=200-", Assert.Single(_case.Server.Requests).Headers["Range"]);
        Assert.Equal(TinyBook.Text, File.ReadAllText(_case.At("a-tester_the-tin-whale.txt")));

        FileInfo[] Parts() => Directory.Exists(_case.Folder) ? new DirectoryInfo(_case.Folder).GetFiles("*.part", SearchOption.AllDirectories) : [];
    }

    /// <summary>Fetches in a process of its own.</summary>
    internal static void Fetch(string place)
    {
        var parts = place.Split('|');
        try
        {
            CorpusFetch.RunAsync(new StandardEbooksRecipe([TinyBook.Entry()], parts[0]), parts[1]).GetAwaiter().GetResult();
            Console.WriteLine("fetched");
        }
        catch (IcaeException error)
        {
            Console.WriteLine(error.Message);
        }
    }
}
