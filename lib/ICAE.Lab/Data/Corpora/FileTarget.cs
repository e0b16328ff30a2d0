using System.Net;
using ICAE.Lab.Formats.Downloads;

namespace ICAE.Lab.Data.Corpora;

/// <summary>A file at a server of plain files. The server may not send the request to another host.</summary>
/// <param name="Location">Where it is.</param>
/// <param name="What">What it is, for messages.</param>
/// <param name="Most">The most bytes that are taken.</param>
internal sealed record FileTarget(Uri Location, string What, long Most) : DownloadTarget
{
    /// <inheritdoc/>
    public override Uri Address => Location;

    /// <inheritdoc/>
    public override string Host => Location.Authority;

    /// <inheritdoc/>
    public override string Subject => What;

    /// <inheritdoc/>
    public override long MaxBytes => Most;

    /// <inheritdoc/>
    public override IcaeException Refusal(HttpResponseMessage response, bool isOwn, bool hasToken)
    {
        if (HttpRefusals.Passing(response, Host) is { } passing)
            return passing;

        var status = response.StatusCode;
        return new IcaeException(status is HttpStatusCode.NotFound or HttpStatusCode.Gone
            ? $"{Host} does not have {What} ({(int)status}, {Location})."
            : $"{Host} answers {(int)status} ({HttpRefusals.Words(status)}) for {What} ({Location}).");
    }
}
