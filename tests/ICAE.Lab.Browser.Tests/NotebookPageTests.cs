using System.Text;
using ICAE.Lab.Notebooks;
using static ICAE.Lab.Notebooks.Tests.Notebooks;

namespace ICAE.Lab.Browser.Tests;

/// <summary>A notebook's page, opened from a file without a network.</summary>
[Collection("browser")]
public sealed class NotebookPageTests : IDisposable
{
    private readonly Notebooks.Tests.TemporaryFolder _folder = new();
    private readonly BrowserFixture _browser;

    public NotebookPageTests(BrowserFixture browser) => _browser = browser;

    public void Dispose() => _folder.Dispose();

    [SkippableFact]
    public Task Every_figure_is_drawn_inside_its_box_and_nothing_is_asked_for() => WithPageAsync(async page =>
    {
        await page.WaitAsync(Scripts.AllDrawn, "the figures");

        var drawings = await page.EvaluateAsync<Drawing[]>(Scripts.Drawings);

        Assert.Equal(3, drawings.Length);
        Assert.All(drawings, drawing => Assert.True(drawing is { Width: > 300, Height: > 200, Outside: < 1, Role: "img" }, drawing.ToString()));
        Assert.Equal(["Line chart: A run", "Bar chart: Restored", "Line chart: A run"], drawings.Select(drawing => drawing.Label.Split('.')[0]));
        Assert.NotEmpty(page.Requests);
        Assert.All(page.Requests, address => Assert.Contains(new Uri(address).Scheme, (string[])["file", "data", "blob"]));
        Assert.Empty(page.Problems);
    });

    [SkippableFact]
    public Task A_point_answers_the_mouse() => WithPageAsync(async page =>
    {
        await page.WaitAsync(Scripts.AllDrawn, "the figures");

        await Scripts.HoverAsync(page, 0, "(10, 0.3636364)");
        await Scripts.HoverAsync(page, 1, "(ordinary, 0.9 +0.05 / -0.1)");
        await Scripts.HoverAsync(page, 1, "memory");
        Assert.Empty(page.Problems);
    });

    [SkippableFact]
    public Task Without_scripts_a_figure_is_told_in_words_and_a_table_stands_whole() => WithPageAsync(
        async page =>
        {
            var told = await page.EvaluateAsync<string[]>("[].map.call(document.querySelectorAll('.icae-figure'), function (f) { return f.innerText; })");

            Assert.Equal(3, told.Length);
            Assert.Contains("loss from 4 at step 0 to 0.2 at step 19", told[0], StringComparison.Ordinal);
            Assert.Contains("random, memory: 0.4 (0.3 to 0.5)", told[1], StringComparison.Ordinal);
            Assert.Equal(Samples.TableRows, await page.EvaluateAsync<int>("document.querySelector('table[id^=icae-table]').tBodies[0].rows.length"));
        },
        page => page.ForbidScriptsAsync());

    [SkippableTheory]
    [InlineData(false, false)]
    [InlineData(true, false)]
    [InlineData(true, true)]
    public Task All_texts_stand_out_from_their_ground(bool dark, bool paper) => WithPageAsync(async page =>
    {
        await page.WaitAsync(Scripts.AllDrawn, "the figures");
        await page.PreferAsync(dark, paper);

        Assert.Equal(dark && !paper ? "rgb(23, 24, 27)" : "rgb(255, 255, 255)", await page.EvaluateAsync<string>("getComputedStyle(document.body).backgroundColor"));
        Assert.Equal("", string.Join('\n', await page.EvaluateAsync<string[]>(Scripts.Unreadable)));
    });

    [SkippableFact]
    public Task It_is_printed_with_all_rows_of_its_tables() => WithPageAsync(async page =>
    {
        await page.WaitAsync(Scripts.AllDrawn, "the figures");
        const string Rows = "document.querySelector('table[id^=icae-table]').tBodies[0].rows.length";
        await page.EvaluateAsync($"var printed = 0; window.addEventListener('beforeprint', function () {{ printed = {Rows}; }}); true");

        var file = await page.PrintAsync();

        Assert.StartsWith("%PDF-", Encoding.ASCII.GetString(file, 0, 5), StringComparison.Ordinal);
        Assert.True(file.Length > 10_000, $"{file.Length} bytes");
        Assert.Equal(Samples.TableRows, await page.EvaluateAsync<int>("printed"));
        Assert.Equal(20, await page.EvaluateAsync<int>(Rows));
    });

    [SkippableFact]
    public Task Contents_lead_to_headings() => WithPageAsync(async page =>
    {
        var links = await page.EvaluateAsync<string[]>("[].map.call(document.querySelectorAll('nav.contents a'), function (a) { return a.getAttribute('href'); })");
        Assert.Equal(["#a-run-in-pictures", "#figures", "#figures-2", "#tables-größe-1"], links);
        foreach (var link in links)
        {
            await page.ClickAsync($"document.querySelector('nav.contents a[href=\"{link}\"]')");
            await page.WaitAsync($"decodeURIComponent(location.hash) === '{link}' && document.getElementById('{link[1..]}').getBoundingClientRect().top < innerHeight", $"the heading {link}");
        }

        Assert.Equal(0, await page.EvaluateAsync<int>("(function () { var ids = [].map.call(document.querySelectorAll('[id]'), function (e) { return e.id; }); return ids.length - new Set(ids).size; })()"));
    });

    [SkippableFact]
    public Task A_table_is_sorted_and_turned_page_by_page_by_mouse_and_by_keys() => WithPageAsync(async page =>
    {
        const string Table = "document.querySelector('table[id^=icae-table]')";
        const string Heading = Table + ".tHead.rows[0].cells[1]";
        const string First = Table + ".tBodies[0].rows[0].cells[1].textContent + ' ' + " + Heading + ".getAttribute('aria-sort')";

        await page.ClickAsync(Heading + ".querySelector('button')");
        Assert.Equal("-10 ascending", await page.EvaluateAsync<string>(First));
        Assert.True(await page.EvaluateAsync<bool>($"document.activeElement === {Heading}.querySelector('button')"));
        await page.PressAsync("Enter");
        Assert.Equal("19 descending", await page.EvaluateAsync<string>(First));

        await page.ClickAsync(Table + ".nextElementSibling.querySelectorAll('button')[1]");
        Assert.Equal("rows 21 to 30 of 30", await page.EvaluateAsync<string>(Table + ".nextElementSibling.querySelector('span').textContent.trim()"));
        Assert.Equal("", await page.EvaluateAsync<string>(Table + ".tBodies[0].rows[9].cells[1].textContent"));
    });

    [SkippableFact]
    public Task Slots_are_a_picture_and_differences_are_marked() => WithPageAsync(async page =>
    {
        Assert.Equal("16 x 8", await page.EvaluateAsync<string>("(function () { var p = document.querySelector('img[alt^=\"Heat map\"]'); return p.naturalWidth + ' x ' + p.naturalHeight; })()"));
        Assert.Contains("dog", await page.EvaluateAsync<string>("document.querySelector('.sides del.replaced[title]').title"), StringComparison.Ordinal);
        Assert.True(await page.EvaluateAsync<bool>("['.sides del:not(.replaced)', '.sides ins:not(.replaced)', '.sides mark'].every(function (s) { return document.querySelector(s).title.length > 0; })"));
    });

    [SkippableFact]
    public Task In_a_narrow_window_only_outputs_are_scrolled_sideways() => WithPageAsync(async page =>
    {
        await page.ResizeAsync(400);
        await page.WaitAsync(Scripts.AllDrawn, "the figures");

        Assert.Equal(0, await page.EvaluateAsync<int>("document.documentElement.scrollWidth - document.documentElement.clientWidth"));
    });

    private async Task WithPageAsync(Func<BrowserPage, Task> use, Func<BrowserPage, Task>? before = null, [System.Runtime.CompilerServices.CallerMemberName] string name = "")
    {
        var browser = _browser.Browser();
        var path = _folder.File("page.html");
        NotebookHtml.Write(Document(), _folder.File("notebook.ipynb"), path);
        await browser.UseAsync(
            async page =>
            {
                await page.GoOfflineAsync();
                if (before is not null)
                    await before(page);

                await page.GoAsync(new Uri(path));
                await use(page);
            },
            name);
    }

    private static NotebookDocument Document()
    {
        var failed = Code("throw new Exception(\"No.\");");
        failed.Outputs.Add(new() { ["output_type"] = "error", ["ename"] = "Exception", ["evalue"] = "No.", ["traceback"] = new System.Text.Json.Nodes.JsonArray("\u001b[31mException\u001b[0m: No.") });
        failed.Outputs.Add(new() { ["output_type"] = "stream", ["name"] = "stderr", ["text"] = "\u001b[1;32mgreen\u001b[0m \u001b[33myellow\u001b[0m \u001b[34mblue\u001b[0m \u001b[35mmagenta\u001b[0m \u001b[36mcyan\u001b[0m \u001b[37mwhite\u001b[0m \u001b[30mblack\u001b[0m \u001b[41mon red\u001b[0m \u001b[42mon green\u001b[0m \u001b[44mon blue\u001b[0m \u001b[46mon cyan\u001b[0m \u001b[47mon white\u001b[0m \u001b[40mon black\u001b[0m" });
        return CSharp(
            Text("# A run in pictures\n\nSome **prose** with `code`, a [link](https://example.org/) and\n\n> a remark.\n\n| a | b |\n|---|---|\n| 1 | 2 |"),
            Shown("text/html", Samples.Setup),
            Text("## Figures"),
            Shown("text/html", Samples.Curves),
            Shown("text/html", Samples.Bars),
            Code("// A comment.\n#r \"x.dll\"\nvar s = \"text\" + 12.5; if (s is null) Console.WriteLine(new List<int>());"),
            Text("## Figures"),
            Shown("text/html", Samples.Setup),
            Shown("text/html", Samples.Curves),
            Text("## Tables: Größe 1"),
            Shown("text/html", Samples.Table),
            Shown("text/html", Samples.Slots),
            Shown("text/html", Samples.Restored),
            Shown("text/html", Samples.Run),
            failed);
    }
}
