using System.Net;

namespace ICAE.Lab.Formats.Downloads;

/// <summary>What every server's refusals have in common.</summary>
internal static class HttpRefusals
{
    /// <summary>The error for a refusal that may be over when it is tried again, or <see langword="null"/> for another one.</summary>
    public static TransientDownloadException? Passing(HttpResponseMessage response, string host)
    {
        var status = response.StatusCode;
        var passes = status is HttpStatusCode.RequestTimeout or HttpStatusCode.TooManyRequests || ((int)status >= 500 && status != HttpStatusCode.NotImplemented);
        return passes ? new TransientDownloadException($"{host} answers {(int)status} ({Words(status)}).", WaitOf(response)) : null;
    }

    /// <summary>A status in words.</summary>
    public static string Words(HttpStatusCode status) => Enum.IsDefined(status) ? status.ToString() : "no usual answer";

    private static TimeSpan? WaitOf(HttpResponseMessage response)
    {
        var after = response.Headers.RetryAfter;
        var wait = after?.Delta ?? (after?.Date is { } date ? date - DateTimeOffset.UtcNow : null);
        return wait < TimeSpan.Zero ? TimeSpan.Zero : wait;
    }
}
