namespace ICAE.Lab.Formats.Downloads;

/// <summary>Counts a download's bytes and tells of them.</summary>
/// <param name="progress">Who is told, or <see langword="null"/>.</param>
internal sealed class DownloadMeter(IProgress<DownloadProgress>? progress)
{
    private string _file = "";
    private long _before;
    private long _at;
    private long _total;

    /// <summary>The bytes that came over the network.</summary>
    public long FetchedBytes { get; private set; }

    /// <summary>Files that are still to come.</summary>
    public void Expect(IEnumerable<RemoteFile> files) => _total += files.Sum(file => file.Size ?? 0);

    /// <summary>A file begins; the one before it is whole.</summary>
    public void Begin(RemoteFile file)
    {
        _before += _at;
        (_file, _at) = (file.Name, 0);
        Tell(null);
    }

    /// <summary>So many bytes of the file are on this machine.</summary>
    public void At(long position)
    {
        _at = position;
        Tell(null);
    }

    /// <summary>Bytes came.</summary>
    public void Fetched(int bytes)
    {
        FetchedBytes += bytes;
        At(_at + bytes);
    }

    /// <summary>The length of a file without one is known now.</summary>
    public void Grow(RemoteFile file, long? length) => _total += file.Size is null ? length ?? 0 : 0;

    /// <summary>Tells something in words.</summary>
    public void Note(string text) => Tell(text);

    private void Tell(string? note) => progress?.Report(new DownloadProgress(_file, _before + _at, Math.Max(_total, _before + _at), FetchedBytes, note));
}
