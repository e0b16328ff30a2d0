using ICAE.Lab.Formats;

namespace ICAE.Lab.Data.Corpora;

/// <summary>The address of a server of files.</summary>
internal static class ServerAddress
{
    /// <summary>Reads an address.</summary>
    /// <param name="address">Such as <c>https://raw.githubusercontent.com</c>; a path is kept.</param>
    /// <returns>The address, with a slash at its end.</returns>
    /// <exception cref="ConfigurationException">It is no https address (or http within this machine), or holds a user's name, a query or a fragment.</exception>
    public static Uri Parse(string address)
    {
        ArgumentNullException.ThrowIfNull(address);
        var isSafe = Uri.TryCreate(address.TrimEnd('/') + "/", UriKind.Absolute, out var root)
            && (root.Scheme == Uri.UriSchemeHttps || (root.Scheme == Uri.UriSchemeHttp && root.IsLoopback))
            && (root.UserInfo + root.Query + root.Fragment).Length == 0;
        return isSafe ? root! : throw new ConfigurationException($"{FileChecks.Quote(address)} is no address that texts are fetched from; one is such as https://www.gutenberg.org.");
    }
}
