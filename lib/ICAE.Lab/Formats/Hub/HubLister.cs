using ICAE.Lab.Formats.Downloads;

namespace ICAE.Lab.Formats.Hub;

/// <summary>Asks a hub for the files of a repository.</summary>
/// <param name="client">Requests.</param>
/// <param name="retry">Tries again.</param>
internal sealed class HubLister(DownloadClient client, DownloadRetry retry)
{
    /// <summary>The files at the commit that a revision stands for.</summary>
    /// <param name="target">The repository and revision; a file in it does not matter.</param>
    /// <param name="cancellation">Stops it.</param>
    /// <returns>The commit and its files.</returns>
    /// <exception cref="IcaeException">The hub refuses or cannot be reached, or its answer is unsound.</exception>
    public async Task<HubListing> ListAsync(HubTarget target, CancellationToken cancellation)
    {
        var repository = target with { File = null };
        var content = await retry.RunAsync(
            async () =>
            {
                using var response = await client.GetAsync(repository, 0, null, cancellation).ConfigureAwait(false);
                return await ReadAsync(response.Message, repository, cancellation).ConfigureAwait(false);
            },
            () => 0,
            cancellation).ConfigureAwait(false);
        return HubListing.Parse(content, $"the list of files of {target.Id} from {target.Host}", target.Host);
    }

    private static async Task<byte[]> ReadAsync(HttpResponseMessage message, HubTarget target, CancellationToken cancellation)
    {
        using var content = await message.Content.ReadAsStreamAsync(cancellation).ConfigureAwait(false);
        using var bytes = new MemoryStream();
        var buffer = new byte[1 << 16];
        while (await DownloadClient.ReadAsync(content, buffer, target.Subject, cancellation).ConfigureAwait(false) is > 0 and var read)
        {
            if (bytes.Length + read > HubListing.Limits.MaxBytes)
                throw new IcaeException($"{target.Subject}: the list of files is longer than {HubListing.Limits.MaxBytes} bytes.");

            bytes.Write(buffer, 0, read);
        }

        return bytes.ToArray();
    }
}
