using System.Text;
using ICAE.Lab.Data.Corpora;
using ICAE.Lab.Tests.Formats.Hub;

namespace ICAE.Lab.Tests.Data.Corpora;

/// <summary>A server of files on this machine and an empty folder; waits between tries are noted, not waited for.</summary>
internal sealed class CorpusCase : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public CorpusCase() => Server.Intercept = Answer;

    public HubServer Server { get; } = new();

    /// <summary>What is at which path.</summary>
    public Dictionary<string, byte[]> Files { get; } = [];

    /// <summary>Answers in place of the files where it gives an answer.</summary>
    public Func<HubRequest, HubAnswer?> Intercept { get; set; } = _ => null;

    public List<TimeSpan> Waits { get; } = [];

    public List<CorpusFetchProgress> Progress { get; } = [];

    public IEnumerable<string> Notes => Progress.Select(value => value.Note).OfType<string>();

    public string Folder => _folder.File("corpus");

    /// <summary>What a wait between tries does.</summary>
    public Action Waiting { get; set; } = () => { };

    public string this[string path]
    {
        set => Files[path] = Encoding.UTF8.GetBytes(value);
    }

    public string At(string file) => Path.Combine(Folder, file);

    public string Outside(string file) => _folder.File(file);

    public Task<CorpusFetchResult> FetchAsync(CorpusRecipe recipe, CancellationToken cancellation = default) => CorpusFetch.RunAsync(
        recipe,
        Folder,
        (wait, token) =>
        {
            Waits.Add(wait);
            Waiting();
            token.ThrowIfCancellationRequested();
            return Task.CompletedTask;
        },
        new Listener(this),
        cancellation);

    /// <summary>Fetches what must fail, in one line, and leaves no corpus behind.</summary>
    public async Task<string> FailAsync(CorpusRecipe recipe)
    {
        var message = (await Assert.ThrowsAnyAsync<IcaeException>(() => FetchAsync(recipe))).Message;
        Assert.DoesNotContain('\n', message);
        Assert.False(File.Exists(At("manifest.json")), message);
        Assert.Empty(Directory.Exists(Folder) ? Directory.GetFiles(Folder) : []);
        return message;
    }

    /// <summary>Cuts the first answer for a path after some bytes.</summary>
    public void CutOnce(string end, int after)
    {
        var isCut = false;
        Intercept = request =>
        {
            if (isCut || !request.Path.EndsWith(end, StringComparison.Ordinal))
                return null;

            isCut = true;
            return HubServer.Content(request, Files[request.Path]) with { CutAfter = after };
        };
    }

    public void Dispose()
    {
        Server.Dispose();
        _folder.Dispose();
    }

    private HubAnswer? Answer(HubRequest request) =>
        Intercept(request) ?? (Files.TryGetValue(request.Path, out var content) ? HubServer.Content(request, content) : new HubAnswer(404, []));

    private sealed class Listener(CorpusCase owner) : IProgress<CorpusFetchProgress>
    {
        public void Report(CorpusFetchProgress value) => owner.Progress.Add(value);
    }
}
