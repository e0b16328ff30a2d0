namespace ICAE.Lab.Browser.Tests;

/// <summary>One browser for all tests; each has a page of its own.</summary>
public sealed class BrowserFixture : IAsyncLifetime
{
    private Chromium? _browser;

    public async Task InitializeAsync() => _browser = Chromium.Program is null ? null : await Chromium.StartAsync();

    public async Task DisposeAsync()
    {
        if (_browser is not null)
            await _browser.DisposeAsync();
    }

    /// <summary>The browser; the test is skipped where there is none.</summary>
    internal Chromium Browser()
    {
        Skip.If(_browser is null, Chromium.Missing);
        return _browser;
    }
}
