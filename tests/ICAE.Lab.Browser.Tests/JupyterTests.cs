using static ICAE.Lab.Notebooks.Tests.Notebooks;

namespace ICAE.Lab.Browser.Tests;

/// <summary>Notebooks in the classic Jupyter Notebook, run by its menu's command.</summary>
[Collection("browser")]
public sealed class JupyterTests
{
    private static readonly (string Name, string Html)[] Outputs =
        [("setup", Samples.Setup), ("curves", Samples.Curves), ("bars", Samples.Bars), ("table", Samples.Table), ("slots", Samples.Slots), ("restored", Samples.Restored)];

    private readonly BrowserFixture _browser;
    private readonly JupyterFixture _jupyter;

    public JupyterTests(BrowserFixture browser, JupyterFixture jupyter)
    {
        _browser = browser;
        _jupyter = jupyter;
    }

    [SkippableFact]
    public async Task What_the_library_shows_works_in_a_notebook_that_was_just_run_and_in_one_that_is_opened_again()
    {
        var server = await _jupyter.WithPythonAsync();
        foreach (var (name, html) in Outputs)
            await File.WriteAllTextAsync(Path.Combine(server.Notebooks, name + ".html"), html);

        Python([Code("from IPython.display import HTML"), .. Outputs.Select(output => Code($"HTML(open('{output.Name}.html').read())"))]).Write(Path.Combine(server.Notebooks, "shown.ipynb"));

        await _browser.Browser().UseAsync(async page =>
        {
            var notebook = await ClassicNotebook.OpenAsync(page, server, "shown.ipynb");
            AssertRan(await notebook.RunAsync());
            await AssertFiguresAsync(page, 2);
            await AssertTableAsync(page);
            await notebook.SaveAsync();

            // What was saved by whoever ran it is trusted: its scripts run again.
            await ClassicNotebook.OpenAsync(page, server, "shown.ipynb");
            await AssertFiguresAsync(page, 2);
            AssertNothingLeft(page);
        });
    }

    [SkippableFact]
    public async Task In_a_notebook_that_is_not_trusted_figures_are_told_in_words_and_tables_stand_whole()
    {
        var server = await _jupyter.WithPythonAsync();
        Python([.. Outputs.Select(output => Shown("text/html", output.Html))]).Write(Path.Combine(server.Notebooks, "foreign.ipynb"));

        await _browser.Browser().UseAsync(async page =>
        {
            await ClassicNotebook.OpenAsync(page, server, "foreign.ipynb");
            await page.WaitAsync("document.querySelectorAll('.output_area table').length > 0", "the outputs");

            Assert.False(await page.EvaluateAsync<bool>("'Plotly' in window"));
            var text = await page.EvaluateAsync<string>("document.querySelector('#notebook-container').innerText");
            Assert.Contains("Line chart: A run. loss from 4 at step 0 to 0.2 at step 19", text, StringComparison.Ordinal);
            Assert.Contains("random, memory: 0.4 (0.3 to 0.5)", text, StringComparison.Ordinal);
            Assert.Contains("13 tokens, 13 restored", text, StringComparison.Ordinal);
            Assert.Equal(Samples.TableRows, await page.EvaluateAsync<int>("Math.max.apply(null, [].map.call(document.querySelectorAll('.output_area tbody'), function (body) { return body.rows.length; }))"));
            Assert.StartsWith("Heat map", await page.EvaluateAsync<string>("document.querySelector('.output_area img').alt"), StringComparison.Ordinal);
            AssertNothingLeft(page);
        });
    }

    [SkippableFact]
    public async Task The_quickstart_runs_to_its_end_and_its_figure_answers_the_mouse()
    {
        var server = await _jupyter.WithCSharpAsync();
        const string Name = "00-quickstart.ipynb";
        File.Copy(Path.Combine(Icae.Repository, "notebooks", Name), Path.Combine(server.Notebooks, Name), overwrite: true);

        await _browser.Browser().UseAsync(async page =>
        {
            var notebook = await ClassicNotebook.OpenAsync(page, server, Name);
            AssertRan(await notebook.RunAsync());
            await AssertFiguresAsync(page, 1);
            Assert.True(await page.EvaluateAsync<bool>("document.querySelector('.output_area img[alt^=\"Heat map\"]').naturalWidth > 0"));
            AssertNothingLeft(page);
        });
    }

    [SkippableFact]
    public async Task A_display_is_replaced_in_place_and_the_button_stops_a_loop()
    {
        var server = await _jupyter.WithCSharpAsync();
        const string Name = "live.ipynb";
        CSharp(
            Code("#r \"../artifacts/notebook/ICAE.Lab.Display.dll\""),
            Code("using ICAE.Lab.Display;\nNotebook.Setup()"),
            Code("var bar = new ProgressBar(\"counting\");\nfor (var i = 0; i <= 20; i++) { bar.Report(i / 20.0); await Task.Delay(50); }"),
            Code("6 * 7")).Write(Path.Combine(server.Notebooks, Name));

        await _browser.Browser().UseAsync(async page =>
        {
            var notebook = await ClassicNotebook.OpenAsync(page, server, Name);
            AssertRan(await notebook.RunAsync());
            const string Bars = "document.querySelectorAll('.output_area progress')";
            Assert.Equal(1, await page.EvaluateAsync<int>(Bars + ".length"));
            Assert.Equal(1, await page.EvaluateAsync<double>(Bars + "[0].value"));
            Assert.Contains("done in", await page.EvaluateAsync<string>(Bars + "[0].parentElement.textContent"), StringComparison.Ordinal);

            await page.EvaluateAsync("Jupyter.notebook.get_cell(2).set_text('while (true) { }')");
            await notebook.StartAsync(2);
            await notebook.InterruptAsync();
            Assert.NotEqual("", (await notebook.EndAsync())[2].Error);

            await notebook.StartAsync(3);
            var last = (await notebook.EndAsync())[3];
            Assert.Equal(("", "42"), (last.Error, last.Text.Split('\n')[^1]));
            AssertNothingLeft(page);
        });
    }

    private static void AssertRan(ClassicCell[] cells)
    {
        Assert.NotEmpty(cells);
        Assert.All(cells, cell => Assert.True(cell.Error.Length == 0, $"{cell.Source}\n{cell.Error}"));
        Assert.All(cells, cell => Assert.True(cell.Count is not null, $"not executed: {cell.Source}"));
    }

    private static async Task AssertFiguresAsync(BrowserPage page, int count)
    {
        await page.WaitAsync(Scripts.AllDrawn, "the figures");
        var drawings = await page.EvaluateAsync<Drawing[]>(Scripts.Drawings);
        Assert.Equal(count, drawings.Length);
        Assert.All(drawings, drawing => Assert.True(drawing is { Width: > 300, Height: > 200, Outside: < 1, Role: "img" }, drawing.ToString()));
        for (var figure = 0; figure < count; figure++)
            await Scripts.HoverAsync(page, figure);
    }

    private static async Task AssertTableAsync(BrowserPage page)
    {
        const string Table = "document.querySelector('table[id^=icae-table]')";
        await page.ClickAsync(Table + ".tHead.rows[0].cells[1].querySelector('button')");
        Assert.Equal("-10", await page.EvaluateAsync<string>(Table + ".tBodies[0].rows[0].cells[1].textContent"));
        Assert.Equal(20, await page.EvaluateAsync<int>(Table + ".tBodies[0].rows.length"));
    }

    private static void AssertNothingLeft(BrowserPage page)
    {
        Assert.NotEmpty(page.Requests);
        Assert.All(page.Requests.Select(address => new Uri(address)), address => Assert.True(address.Scheme is "data" or "blob" || address.Host == "127.0.0.1", address.ToString()));
    }
}
