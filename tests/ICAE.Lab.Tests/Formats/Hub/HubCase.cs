using ICAE.Lab.Formats.Downloads;
using ICAE.Lab.Formats.Hub;
using ICAE.Lab.Models;
using ICAE.Lab.Tests.Data;

namespace ICAE.Lab.Tests.Formats.Hub;

/// <summary>A hub and an empty folder of models; waits between tries are noted, not waited for.</summary>
internal sealed class HubCase : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public HubServer Server { get; } = new();

    public List<TimeSpan> Waits { get; } = [];

    public List<string> Notes { get; } = [];

    public DownloadProgress? Last { get; private set; }

    public string Models => _folder.Path;

    public ModelStore Store => new([Models]);

    /// <summary>A small model in one file.</summary>
    public static HubCase Mistral()
    {
        var made = new HubCase();
        made.Server.AddFolder(ReferenceFiles.Find("base-models", "mistral"), "config.json", "model.safetensors");
        made.Server.Files["README.md"] = "# Tiny"u8.ToArray();
        made.Server.Files["pytorch_model.bin"] = [0x80, 2];
        return made;
    }

    public HubPullRequest Request => new()
    {
        Id = HubModelId.Parse(Server.Id),
        Models = Models,
        Endpoint = HubEndpoint.Parse(Server.Address),
        Delay = (wait, cancellation) =>
        {
            Waits.Add(wait);
            cancellation.ThrowIfCancellationRequested();
            return Task.CompletedTask;
        },
    };

    public Task<HubPullResult> PullAsync(Func<HubPullRequest, HubPullRequest>? change = null, CancellationToken cancellation = default) =>
        HubPull.RunAsync(change is null ? Request : change(Request), new Listener(this), cancellation);

    public async Task<string> FailAsync(Func<HubPullRequest, HubPullRequest>? change = null) => (await Assert.ThrowsAnyAsync<IcaeException>(() => PullAsync(change))).Message;

    /// <summary>Cuts the first answer for a file after some bytes.</summary>
    public void CutOnce(string file, int after)
    {
        var isCut = false;
        Server.Intercept = request =>
        {
            if (isCut || !request.Path.EndsWith("/" + file, StringComparison.Ordinal))
                return null;

            isCut = true;
            return Server.Answer(request) with { CutAfter = after };
        };
    }

    public void Dispose()
    {
        Server.Dispose();
        _folder.Dispose();
    }

    private sealed class Listener(HubCase owner) : IProgress<DownloadProgress>
    {
        public void Report(DownloadProgress value)
        {
            owner.Last = value;
            if (value.Note is { } note)
                owner.Notes.Add(note);
        }
    }
}
