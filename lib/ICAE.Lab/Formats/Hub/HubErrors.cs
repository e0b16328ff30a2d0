using System.Net;
using ICAE.Lab.Formats.Downloads;

namespace ICAE.Lab.Formats.Hub;

/// <summary>What a hub's refusals mean, one line each.</summary>
internal static class HubErrors
{
    // The hub's own words for its refusals.
    private const string CodeHeader = "X-Error-Code";

    /// <summary>The error for an answer that is no success.</summary>
    /// <param name="response">The answer.</param>
    /// <param name="target">What was asked for.</param>
    /// <param name="isOwn">Whether the hub itself answered, not a server that it sent us to.</param>
    /// <param name="hasToken">Whether a token was sent.</param>
    public static IcaeException For(HttpResponseMessage response, HubTarget target, bool isOwn, bool hasToken)
    {
        var (status, host) = (response.StatusCode, response.RequestMessage?.RequestUri?.Authority ?? target.Host);
        if (HttpRefusals.Passing(response, host) is { } passing)
            return passing;

        // Addresses at other servers are signed for a while; a new request to the hub gives a new one.
        if (!isOwn)
            return new TransientDownloadException($"{host}, where {target.Host} keeps {target.Subject}, answers {(int)status} ({HttpRefusals.Words(status)}).");

        var code = response.Headers.TryGetValues(CodeHeader, out var values) ? values.FirstOrDefault() : null;
        return (code, status) switch
        {
            ("GatedRepo", _) => new IcaeException(
                $"{target.Id} is gated at {host}: {(hasToken ? $"the account of the token in {HubEndpoint.TokenVariable} has no access; ask for it on its page" : $"accept the terms on its page and set {HubEndpoint.TokenVariable} to a token of that account")}."),
            ("RevisionNotFound", _) => new IcaeException($"{target.Id} has no branch, tag or commit {FileChecks.Quote(target.Revision)} at {host}."),
            ("EntryNotFound", _) when target.File is not null => new IcaeException($"{target.Id} has no file {FileChecks.Quote(target.File)} at {host}."),
            (_, HttpStatusCode.Unauthorized) => new IcaeException(hasToken
                ? $"{host} does not let the token in {HubEndpoint.TokenVariable} see {target.Id} (401): the token is not valid, or there is no such {target.Noun}."
                : $"{host} shows no {target.Noun} {target.Id} to the public (401): there is none, or it is private or gated and needs a token in {HubEndpoint.TokenVariable}."),
            (_, HttpStatusCode.Forbidden) => new IcaeException($"{host} refuses access to {target.Id} (403){(hasToken ? "" : $"; it may need a token in {HubEndpoint.TokenVariable}")}."),
            (_, HttpStatusCode.NotFound) => new IcaeException(target.File is null
                ? $"{host} has no {target.Noun} {target.Id}, or no branch, tag or commit {FileChecks.Quote(target.Revision)} of it (404)."
                : $"{target.Id} has no file {FileChecks.Quote(target.File)} at {host} (404)."),
            _ => new IcaeException($"{host} answers {(int)status} ({HttpRefusals.Words(status)}) for {target.Subject}."),
        };
    }
}
