using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;

namespace ICAE.Lab.Formats.Hub;

/// <summary>
/// Requests to a hub. The token goes to the hub's own host alone; redirections are followed here, because they lead to other hosts.
/// </summary>
internal sealed class HubClient : IDisposable
{
    private const int MaxRedirections = 8;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly HttpClient _http;
    private readonly HubEndpoint _endpoint;
    private readonly string? _token;
    private bool _wasReached;

    public HubClient(HubEndpoint endpoint, string? token)
    {
        _endpoint = endpoint;
        _token = RequireToken(token);
        _http = new HttpClient(new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            AutomaticDecompression = DecompressionMethods.None,
            UseCookies = false,
            ConnectTimeout = TimeSpan.FromSeconds(30),
            PooledConnectionIdleTimeout = TimeSpan.FromSeconds(60),
        })
        { Timeout = Timeout.InfiniteTimeSpan };
        _http.DefaultRequestHeaders.UserAgent.Add(new ProductInfoHeaderValue("icae-lab", typeof(HubClient).Assembly.GetName().Version!.ToString(3)));
        _http.DefaultRequestHeaders.AcceptEncoding.Add(new StringWithQualityHeaderValue("identity"));
    }

    /// <summary>Asks for something once.</summary>
    /// <param name="uri">Where it is.</param>
    /// <param name="target">What it is, for messages.</param>
    /// <param name="from">The first byte wanted.</param>
    /// <param name="unchanged">The mark of the content that the earlier bytes are from; of another content everything is wanted.</param>
    /// <param name="cancellation">Stops it.</param>
    /// <returns>The answer, a success or 416; the caller owns it.</returns>
    /// <exception cref="IcaeException">The hub refuses, or leads to an unsafe place.</exception>
    /// <exception cref="HubTransientException">It may help to try again.</exception>
    public async Task<HubResponse> GetAsync(Uri uri, HubTarget target, long from, EntityTagHeaderValue? unchanged, CancellationToken cancellation)
    {
        var (hash, size) = ((string?)null, (long?)null);
        for (var hops = 0; hops <= MaxRedirections; hops++)
        {
            var isOwn = _endpoint.IsOwn(uri);
            var hasToken = isOwn && _token is not null;
            var message = await SendAsync(uri, hasToken, from, unchanged, cancellation).ConfigureAwait(false);
            if (isOwn)
                (hash, size) = (Header(message, "X-Linked-Etag")?.Trim('"') ?? hash, long.TryParse(Header(message, "X-Linked-Size"), NumberStyles.None, CultureInfo.InvariantCulture, out var length) ? length : size);

            if (message.IsSuccessStatusCode || (message.StatusCode == HttpStatusCode.RequestedRangeNotSatisfiable && from > 0))
                return new HubResponse(message, hash, size);

            using (message)
            {
                uri = message.StatusCode is HttpStatusCode.Moved or HttpStatusCode.Found or HttpStatusCode.SeeOther or HttpStatusCode.TemporaryRedirect or HttpStatusCode.PermanentRedirect
                    ? Follow(uri, message.Headers.Location, target)
                    : throw HubErrors.For(message, target, _endpoint, isOwn, hasToken);
            }
        }

        throw new IcaeException($"{_endpoint.Host} sends the request for {target.Subject} from place to place, more than {MaxRedirections} times.");
    }

    /// <summary>Reads the next bytes of an answer.</summary>
    /// <returns>How many; 0 at the end.</returns>
    /// <exception cref="HubTransientException">The connection broke off or stands still.</exception>
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
            throw new HubTransientException($"{subject}: nothing came for {Patience.TotalSeconds:0} s.", inner: error);
        }
        catch (Exception error) when (error is IOException or HttpRequestException or SocketException)
        {
            cancellation.ThrowIfCancellationRequested();
            throw new HubTransientException($"{subject}: the connection broke off.", inner: error);
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
            throw new HubTransientException($"{uri.Authority} does not answer.", inner: error);
        }
        catch (Exception error) when (error is HttpRequestException or IOException or SocketException)
        {
            cancellation.ThrowIfCancellationRequested();
            throw Unreachable(uri, error);
        }
    }

    /// <summary>A name that does not resolve or a certificate that does not hold will not do so in some seconds either, unless they just did.</summary>
    private IcaeException Unreachable(Uri uri, Exception error)
    {
        var message = $"{uri.Authority} cannot be reached: {error.GetBaseException().Message.TrimEnd('.')}.";
        return !_wasReached && error is HttpRequestException { HttpRequestError: HttpRequestError.NameResolutionError or HttpRequestError.SecureConnectionError }
            ? new IcaeException(message, error)
            : new HubTransientException(message, inner: error);
    }

    /// <summary>Where a redirection leads: never from https to http, and nowhere but to those two.</summary>
    internal static Uri Follow(Uri from, Uri? location, HubTarget target)
    {
        // Where a path is also a file's, one that begins with a slash would be read as that.
        var place = location?.OriginalString is { } text && text.StartsWith('/') ? new Uri(text, UriKind.Relative) : location;
        if (place is null || !Uri.TryCreate(from, place, out var next))
            throw new IcaeException($"{from.Authority} sends the request for {target.Subject} elsewhere without saying where.");

        if (next.Scheme != Uri.UriSchemeHttps && (next.Scheme != Uri.UriSchemeHttp || from.Scheme == Uri.UriSchemeHttps))
            throw new IcaeException($"{from.Authority} sends the request for {target.Subject} from {from.Scheme} to {next.Scheme} ({next.Authority}), which is not safe and is refused.");

        return next;
    }

    private string? RequireToken(string? token)
    {
        if (string.IsNullOrWhiteSpace(token))
            return null;

        if (token.Trim().Any(c => c is <= ' ' or > '~'))
            throw new ConfigurationException($"What is in {HubEndpoint.TokenVariable} is no token: it holds blanks or characters that no token has.");

        return _endpoint.MayCarryToken
            ? token.Trim()
            : throw new ConfigurationException($"{HubEndpoint.TokenVariable} is set, but {_endpoint} is not encrypted: a token is sent over https only. Unset it, or give an https address.");
    }

    private static string? Header(HttpResponseMessage message, string name) => message.Headers.TryGetValues(name, out var values) ? values.FirstOrDefault() : null;
}
