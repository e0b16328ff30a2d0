namespace ICAE.Lab.Formats.Downloads;

/// <summary>What is asked of a server: where it is, what it is called in messages, and what that server's answers mean.</summary>
internal abstract record DownloadTarget
{
    /// <summary>Where it is.</summary>
    public abstract Uri Address { get; }

    /// <summary>The server's name, for messages.</summary>
    public abstract string Host { get; }

    /// <summary>What it is, for messages.</summary>
    public abstract string Subject { get; }

    /// <summary>The most bytes that are taken, where no length is known beforehand.</summary>
    public virtual long MaxBytes => long.MaxValue;

    /// <summary>Whether an address is the server's own, to which a token may go and whose word on hash and length counts.</summary>
    public virtual bool IsOwn(Uri uri) => Uri.Compare(uri, Address, UriComponents.SchemeAndServer, UriFormat.SafeUnescaped, StringComparison.OrdinalIgnoreCase) == 0;

    /// <summary>Whether the server may send the request on to an address that is safe.</summary>
    public virtual bool Follows(Uri next) => IsOwn(next);

    /// <summary>The error for an answer that is no success.</summary>
    /// <param name="response">The answer.</param>
    /// <param name="isOwn">Whether the server itself answered, not one that it sent us to.</param>
    /// <param name="hasToken">Whether a token was sent.</param>
    public abstract IcaeException Refusal(HttpResponseMessage response, bool isOwn, bool hasToken);
}
