using System.Net;

namespace ICAE.Lab.Formats.Downloads;

/// <summary>Fetches one file: goes on where an earlier try stopped, compares the whole with what is known of it, and only then puts it in its place.</summary>
/// <param name="client">Requests.</param>
/// <param name="retry">Tries again.</param>
/// <param name="meter">Told of bytes.</param>
internal sealed class FileDownload(DownloadClient client, DownloadRetry retry, DownloadMeter meter)
{
    private const int BufferBytes = 1 << 17;

    /// <summary>Fetches a file, unless it is there already.</summary>
    /// <param name="target">What is asked for.</param>
    /// <param name="version">The commit or the like: of content without a hash, the first bytes are gone on with only where this is the same.</param>
    /// <param name="file">What is known of the file.</param>
    /// <param name="path">Where it goes; its folder must exist.</param>
    /// <param name="cancellation">Stops it; what was fetched is kept.</param>
    /// <returns>The file as it is now known: with its length and hash.</returns>
    /// <exception cref="IcaeException">It cannot be fetched or written, or is not what it should be.</exception>
    public async Task<RemoteFile> RunAsync(DownloadTarget target, string version, RemoteFile file, string path, CancellationToken cancellation)
    {
        meter.Begin(file);
        if (file.ContentId is not null && File.Exists(path) && ContentCheck.Fault(path, file, cancellation) is null)
        {
            meter.At(FileChecks.LengthOf(path));
            return Known(file, path);
        }

        var part = new PartFile(path, file, version);
        for (var isFresh = false; ; isFresh = true)
        {
            var wasFresh = part.Length == 0;
            file = await retry.RunAsync(() => FetchAsync(target, file, part, cancellation), () => part.Length, cancellation).ConfigureAwait(false);
            if (ContentCheck.Fault(part.Path, file, cancellation) is not { } fault)
                break;

            part.Restart();
            if (wasFresh || isFresh)
                throw new IcaeException($"{target.Subject} from {target.Host} is not what it should be: {fault}. It was thrown away.");

            meter.Note($"{target.Subject}: what an earlier try left is damaged; it is fetched anew.");
        }

        part.Complete(path);
        return Known(file, path);
    }

    private static RemoteFile Known(RemoteFile file, string path) => file with { Size = FileChecks.LengthOf(path) };

    private async Task<RemoteFile> FetchAsync(DownloadTarget target, RemoteFile file, PartFile part, CancellationToken cancellation)
    {
        if (part.Length == file.Size && file.Size > 0)
        {
            meter.At(part.Length);
            return file;
        }

        using var response = await client.GetAsync(target, part.Length, part.Tag, cancellation).ConfigureAwait(false);
        file = WithLinked(file, response);
        Align(part, response.Message, target);
        var total = TotalOf(response, part.Length);
        if (file.Size is { } size && total is { } sent && sent != size)
            throw new IcaeException($"{target.Subject}: {target.Host} lists it with {size} bytes, but {sent} are sent.");

        if ((file.Size ?? total) > target.MaxBytes)
            throw new IcaeException($"{target.Subject}: {target.Host} sends {file.Size ?? total} bytes; at most {target.MaxBytes} are taken for such a file.");

        meter.Grow(file, total);
        file = file with { Size = file.Size ?? total };
        var folder = Path.GetDirectoryName(part.Path)!;
        DiskRoom.Require(folder, (file.Size ?? 0) - part.Length, target.Subject);
        await CopyAsync(response.Message, part, Math.Min(file.Size ?? DiskRoom.Of(folder), target.MaxBytes), target, cancellation).ConfigureAwait(false);
        return part.Length < file.Size
            ? throw new TransientDownloadException($"{target.Subject}: the connection broke off after {part.Length} of {file.Size} bytes.")
            : file;
    }

    /// <summary>Makes the part file end where the answer begins.</summary>
    private static void Align(PartFile part, HttpResponseMessage message, DownloadTarget target)
    {
        if (message.StatusCode == HttpStatusCode.PartialContent)
        {
            if (message.Content.Headers.ContentRange?.From == part.Length)
                return;

            part.Restart();
            throw new TransientDownloadException($"{target.Subject}: {message.RequestMessage!.RequestUri!.Authority} sends another part than was asked for; it is fetched anew.");
        }

        var isAnswer = message.StatusCode == HttpStatusCode.OK;
        part.Restart();
        if (!isAnswer)
            throw new TransientDownloadException($"{target.Subject}: {message.RequestMessage!.RequestUri!.Authority} has no bytes after those that are here; it is fetched anew.");

        part.Note(message.Headers.ETag);
    }

    private async Task CopyAsync(HttpResponseMessage message, PartFile part, long limit, DownloadTarget target, CancellationToken cancellation)
    {
        using var content = await message.Content.ReadAsStreamAsync(cancellation).ConfigureAwait(false);
        using var file = part.Append();
        meter.At(file.Position);
        var buffer = new byte[BufferBytes];
        try
        {
            while (await DownloadClient.ReadAsync(content, buffer, target.Subject, cancellation).ConfigureAwait(false) is > 0 and var read)
            {
                if (file.Position + read > limit)
                    throw new IcaeException($"{target.Subject}: more comes than {limit} bytes, its length or else the most that is taken or that the disk has room for; it is not fetched further.");

                Write(file, part, buffer.AsSpan(0, read));
                meter.Fetched(read);
            }
        }
        finally
        {
            Flush(file, part);
        }
    }

    private static void Write(FileStream file, PartFile part, ReadOnlySpan<byte> bytes)
    {
        try
        {
            file.Write(bytes);
        }
        catch (Exception error) when (FileReplacement.IsRefusal(error))
        {
            throw part.Unwritable(error);
        }
    }

    private static void Flush(FileStream file, PartFile part)
    {
        try
        {
            file.Flush(flushToDisk: true);
        }
        catch (Exception error) when (FileReplacement.IsRefusal(error))
        {
            throw part.Unwritable(error);
        }
    }

    /// <summary>What a hub says of a file only when it is asked for.</summary>
    private static RemoteFile WithLinked(RemoteFile file, DownloadResponse response)
    {
        const int Sha256Digits = 64;
        var hash = response.LinkedHash is { Length: Sha256Digits } text && text.All(char.IsAsciiHexDigit) ? text.ToLowerInvariant() : null;
        return file.ContentId is null ? file with { Sha256 = hash, Size = file.Size ?? response.LinkedSize } : file;
    }

    private static long? TotalOf(DownloadResponse response, long from)
    {
        var headers = response.Message.Content.Headers;
        return headers.ContentRange?.Length ?? (headers.ContentLength is { } rest ? from + rest : null);
    }
}
