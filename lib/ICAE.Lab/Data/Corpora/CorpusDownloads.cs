using ICAE.Lab.Formats.Downloads;

namespace ICAE.Lab.Data.Corpora;

/// <summary>Fetches files for a recipe: with hashes and lengths checked, gone on with where an earlier try stopped, tried again where that may help.</summary>
internal sealed class CorpusDownloads : IDisposable
{
    private readonly Func<TimeSpan, CancellationToken, Task> _delay;
    private readonly FileDownload _download;

    public CorpusDownloads(string? token, IProgress<DownloadProgress>? progress, Func<TimeSpan, CancellationToken, Task> delay)
    {
        _delay = delay;
        Meter = new DownloadMeter(progress);
        Client = new DownloadClient(token);
        Retry = new DownloadRetry(delay, Meter.Note);
        _download = new FileDownload(Client, Retry, Meter);
    }

    public DownloadClient Client { get; }

    public DownloadRetry Retry { get; }

    public DownloadMeter Meter { get; }

    /// <summary>Fetches a file of which nothing is known, unless it is there: it gets its name only when it is whole.</summary>
    /// <param name="target">What is asked for.</param>
    /// <param name="version">Of which version.</param>
    /// <param name="path">Where it goes.</param>
    /// <param name="cancellation">Stops it.</param>
    public async Task FetchAsync(DownloadTarget target, string version, string path, CancellationToken cancellation)
    {
        if (!File.Exists(path))
            await _download.RunAsync(target, version, new RemoteFile(Path.GetFileName(path)), path, cancellation).ConfigureAwait(false);
    }

    /// <summary>Fetches a file of which length or hash are known.</summary>
    /// <param name="target">What is asked for.</param>
    /// <param name="version">Of which version.</param>
    /// <param name="file">What is known of it.</param>
    /// <param name="path">Where it goes.</param>
    /// <param name="cancellation">Stops it.</param>
    public async Task FetchAsync(DownloadTarget target, string version, RemoteFile file, string path, CancellationToken cancellation)
    {
        Meter.Expect([file]);
        await _download.RunAsync(target, version, file, path, cancellation).ConfigureAwait(false);
    }

    /// <summary>Waits between requests, as some servers ask of programs.</summary>
    public Task PauseAsync(TimeSpan time, CancellationToken cancellation) => _delay(time, cancellation);

    /// <inheritdoc/>
    public void Dispose() => Client.Dispose();
}
