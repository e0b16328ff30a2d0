using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using System.Text.Json.Nodes;

namespace ICAE.Lab.Browser.Tests.Driver;

/// <summary>A headless Chromium with a profile of its own. Names resolve to nothing in it; only addresses of this machine are reached.</summary>
internal sealed class Chromium : IAsyncDisposable
{
    /// <summary>Why a test is skipped where <see cref="Program"/> is <see langword="null"/>.</summary>
    public const string Missing = "There is no Chromium on the PATH (Debian: chromium), or no /bin/sh to start it.";

    private readonly ConcurrentDictionary<string, BrowserPage> _pages = new();
    private readonly string _profile = Directory.CreateTempSubdirectory("icae-browser-").FullName;
    private readonly DevToolsPipe _pipe;

    private Chromium(string program) => _pipe = DevToolsPipe.Start(
        program,
        [
            "--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run", "--no-default-browser-check", "--disable-background-networking",
            "--disable-component-update", "--disable-sync", "--disable-extensions", "--mute-audio", "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
            $"--user-data-dir={_profile}", "about:blank",
        ],
        (session, method, told) =>
        {
            if (_pages.TryGetValue(session, out var page))
                page.Take(method, told);
        });

    /// <summary>The browser's program; <see langword="null"/> where there is none.</summary>
    public static string? Program => !File.Exists("/bin/sh") ? null : (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
        .SelectMany(folder => new[] { "chromium", "chromium-browser", "google-chrome" }.Select(name => Path.Combine(folder, name)))
        .FirstOrDefault(File.Exists);

    /// <summary>Where pictures of pages go whose tests failed.</summary>
    public static string Screenshots { get; } = Path.Combine(Icae.Repository, "artifacts", "test-results", "browser");

    /// <summary>Starts a browser.</summary>
    /// <exception cref="BrowserException">There is none, or it does not answer.</exception>
    public static async Task<Chromium> StartAsync()
    {
        var browser = new Chromium(Program ?? throw new BrowserException(Missing));
        try
        {
            await browser._pipe.SendAsync(null, "Browser.getVersion", null);
            return browser;
        }
        catch
        {
            await browser.DisposeAsync();
            throw;
        }
    }

    /// <summary>Opens a page without memory of others, and closes it after use. If the use fails, a picture of the page is kept.</summary>
    /// <param name="use">What is done with the page.</param>
    /// <param name="name">The picture's name.</param>
    /// <exception cref="BrowserException">The use failed; the message says where the picture is.</exception>
    public async Task UseAsync(Func<BrowserPage, Task> use, [CallerMemberName] string name = "page")
    {
        ArgumentNullException.ThrowIfNull(use);
        var context = Text(await _pipe.SendAsync(null, "Target.createBrowserContext", null), "browserContextId");
        try
        {
            var page = await OpenAsync(context);
            try
            {
                await use(page);
            }
            catch (Exception error)
            {
                throw new BrowserException(await DescribeAsync(page, name), error);
            }
        }
        finally
        {
            await _pipe.SendAsync(null, "Target.disposeBrowserContext", new JsonObject { ["browserContextId"] = context });
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _pipe.DisposeAsync();

        // Processes of the browser may write to the profile for a moment after it has ended.
        const int Attempts = 100;
        for (var attempt = 1; Directory.Exists(_profile); attempt++)
        {
            try
            {
                Directory.Delete(_profile, recursive: true);
            }
            catch (IOException)
            {
                if (attempt == Attempts)
                    return;

                await Task.Delay(100);
            }
        }
    }

    private async Task<BrowserPage> OpenAsync(string context)
    {
        var target = Text(await _pipe.SendAsync(null, "Target.createTarget", new JsonObject { ["url"] = "about:blank", ["browserContextId"] = context }), "targetId");
        var session = Text(await _pipe.SendAsync(null, "Target.attachToTarget", new JsonObject { ["targetId"] = target, ["flatten"] = true }), "sessionId");
        var page = new BrowserPage((method, parameters) => _pipe.SendAsync(session, method, parameters));
        _pages[session] = page;
        await page.PrepareAsync();
        return page;
    }

    private static async Task<string> DescribeAsync(BrowserPage page, string name)
    {
        var problems = page.Problems.Count == 0 ? "The page reported no error." : $"Errors of the page: {string.Join("; ", page.Problems.Take(5))}";
        try
        {
            Directory.CreateDirectory(Screenshots);
            var path = Path.Combine(Screenshots, name + ".png");
            await File.WriteAllBytesAsync(path, await page.ScreenshotAsync());
            return $"{problems}\nThe page: {path}";
        }
        catch (Exception error) when (error is BrowserException or IOException or UnauthorizedAccessException)
        {
            return $"{problems}\nNo picture of the page: {error.Message}";
        }
    }

    private static string Text(JsonObject answer, string name) => answer[name]!.GetValue<string>();
}
