using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text.RegularExpressions;

namespace ICAE.Lab.Notebooks.Tests;

/// <summary>Pages in a browser.</summary>
public sealed partial class BrowserTests : IDisposable
{
    private const string Program = "/usr/bin/chromium";
    private readonly TemporaryFolder _folder = new();
    private readonly TcpListener _elsewhere = new(IPAddress.Loopback, 0);
    private int _asked;

    public void Dispose()
    {
        _folder.Dispose();
        _elsewhere.Dispose();
    }

    [SkippableFact]
    public void A_page_runs_its_own_scripts_and_reaches_nothing()
    {
        Skip.IfNot(File.Exists(Program), "There is no /usr/bin/chromium.");
        _elsewhere.Start();
        _ = AnswerAsync();
        var address = $"http://127.0.0.1:{((IPEndPoint)_elsewhere.LocalEndpoint).Port}/";
        var output = $$"""
            <p id="place">not drawn</p><img src="{{address}}a.png">
            <script>
            document.getElementById("place").textContent = "dr" + "awn";
            new Image().src = "{{address}}b.png";
            fetch("{{address}}c").catch(function () {});
            var script = document.createElement("script"); script.src = "{{address}}d.js"; document.body.appendChild(script);
            </script>
            """;
        var page = NotebookHtml.Render(Notebooks.CSharp(Notebooks.Text("# Title"), Notebooks.Shown("text/html", output), Notebooks.Shown("application/javascript", "element.textContent = 'by ' + 'element';")), _folder.File("a.ipynb"));

        var dom = Open(page);

        Assert.Contains("<p id=\"place\">drawn</p>", dom, StringComparison.Ordinal);
        Assert.Contains(">by element<", dom, StringComparison.Ordinal);
        Assert.Equal(0, Volatile.Read(ref _asked));

        // The same page without its policy does ask: the silence above means something.
        Open(Policy().Replace(page, "", 1));
        Assert.NotEqual(0, Volatile.Read(ref _asked));
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

    private string Open(string page)
    {
        var path = _folder.File("page.html");
        File.WriteAllText(path, page);
        var start = new ProcessStartInfo(
            Program,
            ["--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", $"--user-data-dir={_folder.File("profile")}", "--virtual-time-budget=3000", "--dump-dom", $"file://{path}"])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var browser = Process.Start(start)!;
        var errors = browser.StandardError.ReadToEndAsync();
        var dom = browser.StandardOutput.ReadToEndAsync();
        if (!browser.WaitForExit(TimeSpan.FromMinutes(2)))
        {
            browser.Kill(entireProcessTree: true);
            Assert.Fail("The browser did not end.");
        }

        Assert.True(browser.ExitCode == 0, errors.Result);
        return dom.Result;
    }

    [GeneratedRegex("<meta http-equiv=\"Content-Security-Policy\"[^>]*>")]
    private static partial Regex Policy();
}
