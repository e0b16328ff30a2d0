using ICAE.Lab.Formats.Downloads;

namespace ICAE.Lab.Formats.Hub;

/// <summary>
/// Pulls a model from a hub that speaks the public interface of huggingface.co: the list of files and the commit from
/// <c>/api/models/ID/revision/REVISION</c>, files from <c>/ID/resolve/COMMIT/FILE</c>. What is fetched is compared by length and hash;
/// a model is found under its name only when it is whole.
/// </summary>
public sealed class HubPull : IDisposable
{
    private readonly HubPullRequest _request;
    private readonly HubPlaces _places;
    private readonly DownloadMeter _meter;
    private readonly DownloadClient _client;
    private readonly DownloadRetry _retry;
    private readonly FileDownload _download;

    private HubPull(HubPullRequest request, IProgress<DownloadProgress>? progress)
    {
        request.Validate();
        _request = request;
        _places = new HubPlaces(request);
        _meter = new DownloadMeter(progress);
        _client = new DownloadClient(request.Endpoint.RequireToken(request.Token));
        _retry = new DownloadRetry(request.Delay, _meter.Note);
        _download = new FileDownload(_client, _retry, _meter);
    }

    private HubTarget Target => new(_request.Endpoint, _request.Id, _request.Revision, _request.File);

    /// <summary>Pulls a model, or says that it is there. Stopped or broken off, it keeps what it has, and the next pull goes on from there.</summary>
    /// <param name="request">What is wanted.</param>
    /// <param name="progress">Told how far it is; <see langword="null"/> for nobody.</param>
    /// <param name="cancellation">Stops it.</param>
    /// <returns>What is there now.</returns>
    /// <exception cref="ConfigurationException">The request makes no sense: a file or name that cannot be.</exception>
    /// <exception cref="IcaeException">The hub refuses or cannot be reached, the content is not what it says, or a file cannot be written.</exception>
    public static async Task<HubPullResult> RunAsync(HubPullRequest request, IProgress<DownloadProgress>? progress = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        using var pull = new HubPull(request, progress);
        return await pull.RunAsync(cancellation).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public void Dispose() => _client.Dispose();

    private async Task<HubPullResult> RunAsync(CancellationToken cancellation)
    {
        DownloadFolder.Make(Path.GetDirectoryName(_places.Lock)!);
        using var hold = DownloadLock.Take(_places.Lock, _places.Name);
        var listing = await new HubLister(_client, _retry).ListAsync(Target, cancellation).ConfigureAwait(false);
        return await (_request.File is null ? WholeAsync(listing, cancellation) : SingleAsync(listing, cancellation)).ConfigureAwait(false);
    }

    private async Task<HubPullResult> WholeAsync(HubListing listing, CancellationToken cancellation)
    {
        var staging = new HubStaging(_places);
        var record = staging.Recover();
        if (record is not null && record.Id != _request.Id.Text)
            throw Taken(_places.Target, record);

        if (record?.Commit == listing.Commit && record.IsWhole(_places.Target))
            return Result(_places.Name, _places.Target, record.Commit, record.Files, wasThere: true);

        var files = HubSelection.Whole(listing, Target).ToList();
        staging.Prepare([.. files, .. listing.Files.Where(file => Path.GetExtension(file.Name) == ".safetensors")]);
        var known = new List<RemoteFile>();
        if (HubSelection.IsIndex(files[0]))
        {
            _meter.Expect([files[0]]);
            known.Add(await FetchAsync(listing, files[0], Path.Combine(_places.Staging, files[0].Name), cancellation).ConfigureAwait(false));
            files.AddRange(HubSelection.Shards(listing, Path.Combine(_places.Staging, files[0].Name), Target));
            files.RemoveAt(0);
        }

        staging.Prepare([.. known, .. files]);
        RequireRoom(files);

        // Settings first: what is wrong with them is known before the long files.
        foreach (var file in files.OrderBy(file => file.Size ?? 0))
            known.Add(await FetchAsync(listing, file, Path.Combine(_places.Staging, file.Name), cancellation).ConfigureAwait(false));

        cancellation.ThrowIfCancellationRequested();
        Record(listing, known).Write(Path.Combine(_places.Staging, HubRecord.FileName));
        staging.Publish();
        return Result(_places.Name, _places.Target, listing.Commit, known, wasThere: false);
    }

    private async Task<HubPullResult> SingleAsync(HubListing listing, CancellationToken cancellation)
    {
        var file = HubSelection.One(listing, _request.File!, Target);
        file.RequirePlain(_request.Endpoint.Host);
        var (name, path) = SinglePlace(file);
        var recordPath = $"{path}.{HubRecord.FileName}";
        var record = HubRecord.Read(recordPath);
        if (record is not null && record.Id != _request.Id.Text)
            throw Taken(path, record);

        // A process may have died between the file and its record.
        if (record is null && Path.Exists(path) && (file.ContentId is null || ContentCheck.Fault(path, file, cancellation) is not null))
            throw new IcaeException($"{path}: something lies here that was not pulled; give the model another name with --name, or move it away.");

        if (record is { Files: [var there] } && there.ContentId is not null && there.ContentId == file.ContentId && File.Exists(path) && FileChecks.LengthOf(path) == there.Size)
            return Result(name, path, listing.Commit, [there], wasThere: true);

        DownloadFolder.Make(Path.GetDirectoryName(path)!);
        _meter.Expect([file]);
        DiskRoom.Require(Path.GetDirectoryName(path)!, Missing(file, path), Target.Subject);
        var known = await _download.RunAsync(Target with { Revision = listing.Commit, File = file.Name }, listing.Commit, file, path, cancellation).ConfigureAwait(false);
        Record(listing, [known]).Write(recordPath);
        return Result(name, path, listing.Commit, [known], wasThere: false);
    }

    /// <summary>A file goes into the model's folder; a GGUF file with a name of its own stands by itself.</summary>
    private (string Name, string Path) SinglePlace(RemoteFile file)
    {
        const string Gguf = ".gguf";
        var isGguf = file.Name.EndsWith(Gguf, StringComparison.Ordinal);
        return _request.Name is { } own && isGguf
            ? (own, _places.Target + Gguf)
            : ($"{_places.Name}/{(isGguf ? file.Name[..^Gguf.Length] : file.Name)}", Path.Combine([_places.Target, .. file.Name.Split('/')]));
    }

    private async Task<RemoteFile> FetchAsync(HubListing listing, RemoteFile file, string path, CancellationToken cancellation)
    {
        file.RequirePlain(_request.Endpoint.Host);
        return await _download.RunAsync(Target with { Revision = listing.Commit, File = file.Name }, listing.Commit, file, path, cancellation).ConfigureAwait(false);
    }

    private void RequireRoom(List<RemoteFile> files)
    {
        _meter.Expect(files);
        DiskRoom.Require(_places.Staging, files.Sum(file => Missing(file, Path.Combine(_places.Staging, file.Name))), _request.Id.Text);
    }

    private static long Missing(RemoteFile file, string path) =>
        Math.Max(0, (file.Size ?? 0) - ((string[])[path, path + PartFile.Suffix]).Where(File.Exists).Sum(FileChecks.LengthOf));

    private HubRecord Record(HubListing listing, IReadOnlyList<RemoteFile> files) => new(_request.Endpoint.ToString(), _request.Id.Text, _request.Revision, listing.Commit, files);

    private HubPullResult Result(string name, string path, string commit, IReadOnlyList<RemoteFile> files, bool wasThere) =>
        new() { Name = name, Path = path, Commit = commit, Files = files, FetchedBytes = _meter.FetchedBytes, WasThere = wasThere };

    private static IcaeException Taken(string path, HubRecord record) => new($"{path}: {record.Id} from {record.Endpoint} lies here; give the model another name with --name.");
}
