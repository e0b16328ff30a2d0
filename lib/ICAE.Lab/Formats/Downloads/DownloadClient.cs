using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;

namespace ICAE.Lab.Formats.Downloads;

/// <summary>
/// Requests to servers of files. A token goes to the server's own host alone; redirections are followed here, one by one, where they are safe and the
/// target allows it.
/// </summary>
internal sealed class DownloadClient : IDisposable
{
    private const int MaxRedirections = 8;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly HttpClient _http;
    private readonly string? _token;
    private bool _wasReached;

    public DownloadClient(string? token = null)
    {
        _token = token;
        _http = new HttpClient(new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            AutomaticDecompression = DecompressionMethods.None,
            UseCookies = false,
            ConnectTimeout = TimeSpan.FromSeconds(30),
            PooledConnectionIdleTimeout = TimeSpan.FromSeconds(60),
        })
        { Timeout = Timeout.InfiniteTimeSpan };
        _http.DefaultRequestHeaders.UserAgent.Add(new ProductInfoHeaderValue("icae-lab", typeof(DownloadClient).Assembly.GetName().Version!.ToString(3)));
        _http.DefaultRequestHeaders.AcceptEncoding.Add(new StringWithQualityHeaderValue("identity"));
    }

    /// <summary>Asks for something once.</summary>
    /// <param name="target">What it is.</param>
    /// <param name="from">The first byte wanted.</param>
    /// <param name="unchanged">The mark of the content that the earlier bytes are from; of another content everything is wanted.</param>
    /// <param name="cancellation">Stops it.</param>
    /// <returns>The answer, a success or 416; the caller owns it.</returns>
    /// <exception cref="IcaeException">The server refuses, leads to a place that is unsafe or not its own, or sends what was not asked for.</exception>
    /// <exception cref="TransientDownloadException">It may help to try again.</exception>
    public async Task<DownloadResponse> GetAsync(DownloadTarget target, long from, EntityTagHeaderValue? unchanged, CancellationToken cancellation)
    {
        var (uri, hash, size) = (target.Address, (string?)null, (long?)null);
        for (var hops = 0; hops <= MaxRedirections; hops++)
        {
            var isOwn = target.IsOwn(uri);
            var hasToken = isOwn && _token is not null;
            var message = await SendAsync(uri, hasToken, from, unchanged, cancellation).ConfigureAwait(false);
            if (isOwn)
                (hash, size) = (Header(message, "X-Linked-Etag")?.Trim('"') ?? hash, long.TryParse(Header(message, "X-Linked-Size"), NumberStyles.None, CultureInfo.InvariantCulture, out var length) ? length : size);

            if (message.IsSuccessStatusCode || (message.StatusCode == HttpStatusCode.RequestedRangeNotSatisfiable && from > 0))
                return new DownloadResponse(RequirePlain(message, target), hash, size);

            using (message)
            {
                uri = message.StatusCode is HttpStatusCode.Moved or HttpStatusCode.Found or HttpStatusCode.SeeOther or HttpStatusCode.TemporaryRedirect or HttpStatusCode.PermanentRedirect
                    ? Follow(uri, message.Headers.Location, target)
                    : throw target.Refusal(message, isOwn, hasToken);
            }
        }

        throw new IcaeException($"{target.Host} sends the request for {target.Subject} from place to place, more than {MaxRedirections} times.");
    }

    /// <summary>Reads the next bytes of an answer.</summary>
    /// <returns>How many; 0 at the end.</returns>
    /// <exception cref="TransientDownloadException">The connection broke off or stands still.</exception>
    public static async Task<int> ReadAsync(Stream content, Memory<byte> buffer, string subject, CancellationToken cancellation)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(Patience);
        try
        {
            return await content.ReadAsync(buffer, limit.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException error) when (!cancellation.IsCancellationRequested)
        {
            throw new TransientDownloadException($"{subject}: nothing came for {Patience.TotalSeconds:0} s.", inner: error);
        }
        catch (Exception error) when (error is IOException or HttpRequestException or SocketException)
        {
            cancellation.ThrowIfCancellationRequested();
            throw new TransientDownloadException($"{subject}: the connection broke off.", inner: error);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _http.Dispose();

    private async Task<HttpResponseMessage> SendAsync(Uri uri, bool withToken, long from, EntityTagHeaderValue? unchanged, CancellationToken cancellation)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, uri);
        if (withToken)
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", _token);

        if (from > 0)
        {
            request.Headers.Range = new RangeHeaderValue(from, null);
            request.Headers.IfRange = unchanged is null ? null : new RangeConditionHeaderValue(unchanged);
        }

        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(Patience);
        try
        {
            var message = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, limit.Token).ConfigureAwait(false);
            _wasReached = true;
            return message;
        }
        catch (OperationCanceledException error) when (!cancellation.IsCancellationRequested)
        {
            throw new TransientDownloadException($"{uri.Authority} does not answer.", inner: error);
        }
        catch (Exception error) when (error is HttpRequestException or IOException or SocketException)
        {
            cancellation.ThrowIfCancellationRequested();
            throw Unreachable(uri, error);
        }
    }

    /// <summary>Content is asked for as it is; what comes packed could unpack to anything.</summary>
    private static HttpResponseMessage RequirePlain(HttpResponseMessage message, DownloadTarget target)
    {
        if (message.Content.Headers.ContentEncoding.FirstOrDefault(coding => coding != "identity") is not { } packed)
            return message;

        using (message)
            throw new IcaeException($"{target.Host} sends {target.Subject} packed ({FileChecks.Quote(packed)}), though it was asked not to; it is not read.");
    }

    /// <summary>
    /// A name that does not resolve or a certificate that does not hold will not do so in some seconds either, unless they just did; nor will headers
    /// beyond all measure become shorter.
    /// </summary>
    private IcaeException Unreachable(Uri uri, Exception error)
    {
        var message = $"{uri.Authority} cannot be reached: {error.GetBaseException().Message.TrimEnd('.')}.";
        if (error is HttpRequestException { HttpRequestError: HttpRequestError.ConfigurationLimitExceeded })
            return new IcaeException($"{uri.Authority} answers with headers that are too long to be read: {error.GetBaseException().Message.TrimEnd('.')}.", error);

        return !_wasReached && error is HttpRequestException { HttpRequestError: HttpRequestError.NameResolutionError or HttpRequestError.SecureConnectionError }
            ? new IcaeException(message, error)
            : new TransientDownloadException(message, inner: error);
    }

    /// <summary>Where a redirection leads: never from https to http, nowhere but to those two, and to other hosts only where the target allows it.</summary>
    internal static Uri Follow(Uri from, Uri? location, DownloadTarget target)
    {
        // Where a path is also a file's, one that begins with a slash would be read as that.
        var place = location?.OriginalString is { } text && text.StartsWith('/') ? new Uri(text, UriKind.Relative) : location;
        if (place is null || !Uri.TryCreate(from, place, out var next))
            throw new IcaeException($"{from.Authority} sends the request for {target.Subject} elsewhere without saying where.");

        if (next.Scheme != Uri.UriSchemeHttps && (next.Scheme != Uri.UriSchemeHttp || from.Scheme == Uri.UriSchemeHttps))
            throw new IcaeException($"{from.Authority} sends the request for {target.Subject} from {from.Scheme} to {next.Scheme} ({next.Authority}), which is not safe and is refused.");

        return target.Follows(next)
            ? next
            : throw new IcaeException($"{from.Authority} sends the request for {target.Subject} to another place ({next.Scheme}://{next.Authority}), where it is not asked for; nothing is fetched from there.");
    }

    private static string? Header(HttpResponseMessage message, string name) => message.Headers.TryGetValues(name, out var values) ? values.FirstOrDefault() : null;
}
