using ICAE.Lab.Notebooks;
using static ICAE.Lab.Notebooks.Tests.Notebooks;

namespace ICAE.Lab.Browser.Tests;

/// <summary>The site that <c>icae notebook site</c> makes, opened from its folder without a network.</summary>
[Collection("browser")]
public sealed class SiteTests : IDisposable
{
    private readonly Notebooks.Tests.TemporaryFolder _folder = new();
    private readonly BrowserFixture _browser;

    public SiteTests(BrowserFixture browser) => _browser = browser;

    public void Dispose() => _folder.Dispose();

    [SkippableFact]
    public async Task Every_link_leads_to_a_page_and_a_place_in_it()
    {
        var browser = _browser.Browser();
        Skip.IfNot(Classic.PythonMissing is null, Classic.PythonMissing);
        Python(Text("# First, & foremost\n\nThe way in. See [the second](01 second%20one.ipynb#a-heading)."), Code("print('done')")).Write(_folder.File("00-first.ipynb"));
        Python(Text("# Second\n\nBack to [the first](00-first.ipynb)."), Text("## A heading"), Code("1 + 1")).Write(_folder.File("01 second one.ipynb"));
        var site = _folder.File("site");
        await Icae.RunAsync("notebook", "site", _folder.File("00-first.ipynb"), _folder.File("01 second one.ipynb"), "--out", site);

        await browser.UseAsync(async page =>
        {
            await page.GoOfflineAsync();
            var targets = new HashSet<string>();
            foreach (var file in Directory.GetFiles(site, "*.html"))
            {
                await page.GoAsync(new Uri(file));
                Assert.NotEqual("", await page.EvaluateAsync<string>("document.title"));
                targets.UnionWith(await page.EvaluateAsync<string[]>("[].map.call(document.links, function (link) { return link.href; })"));
            }

            Assert.Equal(3, targets.Select(target => new Uri(target).LocalPath).Distinct().Count());
            foreach (var target in targets.Select(target => new Uri(target)))
            {
                Assert.True(File.Exists(target.LocalPath), target.ToString());
                await page.GoAsync(target);
                if (target.Fragment.Length > 1)
                    Assert.True(await page.EvaluateAsync<bool>("document.getElementById(decodeURIComponent(location.hash.slice(1))) !== null"), target.ToString());
            }

            await page.GoAsync(new Uri(Path.Combine(site, NotebookSite.IndexName)));
            await page.ClickAsync("document.querySelector('main a')");
            await page.WaitAsync("document.title === 'First, & foremost'", "the first notebook");
            await page.ClickAsync("document.querySelector('footer a')");
            await page.WaitAsync("location.pathname.endsWith('/index.html')", "the index");
            Assert.Equal(2, await page.EvaluateAsync<int>("document.querySelectorAll('main li h2').length"));
            Assert.NotEmpty(page.Requests);
            Assert.All(page.Requests, address => Assert.Contains(new Uri(address).Scheme, (string[])["file", "data"]));
            Assert.Empty(page.Problems);
        });
    }

    [SkippableFact]
    public async Task Every_page_of_the_site_of_this_repositorys_notebooks_shows_its_figures()
    {
        var browser = _browser.Browser();
        var site = Path.Combine(Icae.Repository, "artifacts", "site");
        Skip.IfNot(File.Exists(Path.Combine(site, NotebookSite.IndexName)), "There is no artifacts/site; `./icae notebook site` makes it.");
        var figures = 0;

        foreach (var file in Directory.GetFiles(site, "*.html"))
        {
            var name = Path.GetFileNameWithoutExtension(file);
            await browser.UseAsync(
                async page =>
                {
                    await page.GoOfflineAsync();
                    await page.GoAsync(new Uri(file));
                    if (await page.EvaluateAsync<int>("document.querySelectorAll('.icae-figure').length") is > 0 and var count)
                    {
                        figures += count;
                        await page.WaitAsync(Scripts.AllDrawn, "the figures");
                        Assert.All(await page.EvaluateAsync<Drawing[]>(Scripts.Drawings), drawing => Assert.True(drawing is { Width: > 300, Height: > 200, Outside: < 1 } && drawing.Label.Length > 20, drawing.ToString()));
                        for (var figure = 0; figure < count; figure++)
                            await Scripts.HoverAsync(page, figure);
                    }

                    foreach (var dark in (bool[])[false, true])
                    {
                        await page.PreferAsync(dark);
                        Assert.Equal("", string.Join('\n', await page.EvaluateAsync<string[]>(Scripts.Unreadable)));
                    }

                    Assert.NotEmpty(page.Requests);
                    Assert.All(page.Requests, address => Assert.Contains(new Uri(address).Scheme, (string[])["file", "data", "blob"]));
                    Assert.Empty(page.Problems);
                },
                $"site-{name}");
        }

        Assert.NotEqual(0, figures);
    }
}
