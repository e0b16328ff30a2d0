using System.Diagnostics;
using System.Text;
using ICAE.Lab.Charts;
using Microsoft.Data.Analysis;
using Microsoft.DotNet.Interactive.Formatting;

namespace ICAE.Lab.Display.Tests;

/// <summary>Displays in a real browser, without a network.</summary>
public sealed class BrowserTests : IDisposable
{
    private const string Missing = "there is no chromium on the PATH";

    private readonly string _folder = Directory.CreateTempSubdirectory("icae-test-").FullName;

    public BrowserTests() => Formatters.Register();

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [SkippableFact]
    public async Task A_table_is_sorted_by_a_click_and_turned_page_by_page()
    {
        Skip.If(Browser() is null, Missing);
        var table = new DataFrame(
            new StringDataFrameColumn("name", Enumerable.Range(0, 30).Select(i => $"n{i}")),
            new DoubleDataFrameColumn("value", Enumerable.Range(0, 30).Select(i => i == 3 ? null : (double?)((i * 7 % 30) - 10))));

        var told = await RunAsync(table.ToDisplayString("text/html"), """
            var t = document.querySelector("table"), heading = t.tHead.rows[0].cells[1], sort = heading.querySelector("button");
            function state() { return t.tBodies[0].rows.length + " rows, first " + t.tBodies[0].rows[0].cells[1].textContent + ", " + heading.getAttribute("aria-sort"); }
            tell(state()); sort.click(); tell(state()); sort.click(); tell(state());
            t.nextElementSibling.querySelectorAll("button")[1].click(); tell(t.nextElementSibling.textContent); tell(t.tBodies[0].rows[9].cells[1].textContent);
            """);

        Assert.Equal(["20 rows, first -10, null", "20 rows, first -10, ascending", "20 rows, first 19, descending", "‹ rows 21 to 30 of 30 ›", ""], told);
    }

    [SkippableFact]
    public async Task A_figure_is_drawn_and_nothing_names_another_place()
    {
        Skip.If(Browser() is null, Missing);
        var figure = Figures.TrainingCurves([new(0, "loss", 4), new(9, "loss", 1)], "A run", "nats");

        var told = await RunAsync(Notebook.Setup().ToDisplayString("text/html") + figure.ToDisplayString("text/html"), """
            tell(document.querySelectorAll(".icae-figure .scatterlayer path.js-line").length);
            tell([].filter.call(document.querySelectorAll("[src],[href]"), function (e) { return /^(https?:)?\/\//.test(e.getAttribute("src") || e.getAttribute("href")); }).length);
            tell(performance.getEntriesByType("resource").length);
            """);

        Assert.Equal(["1", "0", "0"], told);
    }

    private static string? Browser() => (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
        .SelectMany(folder => new[] { "chromium", "chromium-browser", "google-chrome" }.Select(name => Path.Combine(folder, name)))
        .FirstOrDefault(File.Exists);

    /// <summary>Opens a page and runs a script in it once everything is drawn; gives what the script told.</summary>
    private async Task<string[]> RunAsync(string html, string script)
    {
        var page = Path.Combine(_folder, "page.html");
        await File.WriteAllTextAsync(page, $$"""
            <!DOCTYPE html><html><head><meta charset="utf-8"></head><body>{{html}}<script>
            var told = [];
            function tell(text) { told.push(String(text)); }
            setTimeout(function () { try { {{script}} } catch (error) { tell(error); }
            var pre = document.createElement("pre"); pre.textContent = "<told>" + btoa(unescape(encodeURIComponent(told.join("\n")))) + "</told>"; document.body.appendChild(pre); }, 3000);
            </script></body></html>
            """);
        var start = new ProcessStartInfo(
            Browser()!,
            ["--headless", "--no-sandbox", "--disable-gpu", "--virtual-time-budget=10000", $"--user-data-dir={Path.Combine(_folder, "profile")}", "--dump-dom", new Uri(page).AbsoluteUri])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var process = Process.Start(start)!;
        using var timeout = new CancellationTokenSource(TimeSpan.FromMinutes(2));
        try
        {
            var output = process.StandardOutput.ReadToEndAsync(timeout.Token);
            var errors = process.StandardError.ReadToEndAsync(timeout.Token);
            await process.WaitForExitAsync(timeout.Token);
            await errors;
            var dom = await output;
            var from = dom.IndexOf("&lt;told&gt;", StringComparison.Ordinal) + "&lt;told&gt;".Length;
            return Encoding.UTF8.GetString(Convert.FromBase64String(dom[from..dom.IndexOf("&lt;/told&gt;", StringComparison.Ordinal)])).Split('\n');
        }
        finally
        {
            if (!process.HasExited)
                process.Kill(entireProcessTree: true);
        }
    }
}
