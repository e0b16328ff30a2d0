using System.Net;
using System.Net.Sockets;
using System.Text.RegularExpressions;
using ICAE.Lab.Notebooks;
using static ICAE.Lab.Notebooks.Tests.Notebooks;

namespace ICAE.Lab.Browser.Tests;

/// <summary>What a notebook's page does with outputs that ask elsewhere.</summary>
[Collection("browser")]
public sealed partial class PagePolicyTests : IDisposable
{
    private readonly Notebooks.Tests.TemporaryFolder _folder = new();
    private readonly TcpListener _elsewhere = new(IPAddress.Loopback, 0);
    private readonly BrowserFixture _browser;
    private int _asked;

    public PagePolicyTests(BrowserFixture browser) => _browser = browser;

    public void Dispose()
    {
        _folder.Dispose();
        _elsewhere.Dispose();
    }

    [SkippableFact]
    public async Task A_page_runs_its_own_scripts_and_reaches_nothing()
    {
        var browser = _browser.Browser();
        _elsewhere.Start();
        _ = AnswerAsync();
        var address = $"http://127.0.0.1:{((IPEndPoint)_elsewhere.LocalEndpoint).Port}/";
        var output = $$"""
            <p id="place">not drawn</p><img src="{{address}}a.png">
            <script>
            document.getElementById("place").textContent = "dr" + "awn";
            new Image().src = "{{address}}b.png";
            fetch("{{address}}c").catch(function () {}).then(function () { document.title = "ended"; });
            var script = document.createElement("script"); script.src = "{{address}}d.js"; document.body.appendChild(script);
            </script>
            """;
        var html = NotebookHtml.Render(CSharp(Text("# Title"), Shown("text/html", output), Shown("application/javascript", "element.textContent = 'by ' + 'element';")), _folder.File("a.ipynb"));

        await OpenAsync(browser, html, async page =>
        {
            Assert.Equal("drawn", await page.EvaluateAsync<string>("document.getElementById('place').textContent"));
            Assert.Equal("by element", await page.EvaluateAsync<string>("document.querySelectorAll('.output')[1].textContent.trim()"));
        });
        Assert.Equal(0, Volatile.Read(ref _asked));

        // The same page without its policy does ask: the silence above means something.
        await OpenAsync(browser, Policy().Replace(html, "", 1), _ => Task.CompletedTask);
        Assert.NotEqual(0, Volatile.Read(ref _asked));
    }

    private async Task OpenAsync(Chromium browser, string html, Func<BrowserPage, Task> use)
    {
        var path = _folder.File("page.html");
        await File.WriteAllTextAsync(path, html);
        await browser.UseAsync(async page =>
        {
            await page.GoAsync(new Uri(path));
            await page.WaitAsync("document.title === 'ended'", "the end of the page's last request");
            await use(page);
        });
    }

    private async Task AnswerAsync()
    {
        try
        {
            while (true)
            {
                using var asked = await _elsewhere.AcceptTcpClientAsync();
                Interlocked.Increment(ref _asked);
            }
        }
        catch (Exception error) when (error is SocketException or ObjectDisposedException)
        {
            // The test is over.
        }
    }

    [GeneratedRegex("<meta http-equiv=\"Content-Security-Policy\"[^>]*>")]
    private static partial Regex Policy();
}
