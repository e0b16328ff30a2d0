namespace ICAE.Lab.Formats.Hub;

/// <summary>Where a hub is, and where its models and files are there.</summary>
public sealed class HubEndpoint
{
    /// <summary>The environment variable with another hub's address.</summary>
    public const string Variable = "HF_ENDPOINT";

    /// <summary>The environment variable with a token for models that are not open to everybody.</summary>
    public const string TokenVariable = "HF_TOKEN";

    /// <summary>The public hub.</summary>
    public const string PublicHub = "https://huggingface.co";

    private readonly Uri _root;

    private HubEndpoint(Uri root) => _root = root;

    /// <summary>The host, for messages.</summary>
    public string Host => _root.Authority;

    /// <summary>Whether a token may travel: encrypted, or within this machine.</summary>
    private bool MayCarryToken => _root.Scheme == Uri.UriSchemeHttps || _root.IsLoopback;

    /// <summary>Reads an address.</summary>
    /// <param name="address">Such as <c>https://huggingface.co</c>; a path in front of the hub's own is kept.</param>
    /// <returns>The hub.</returns>
    /// <exception cref="ConfigurationException">It is no http or https address, or it holds a user's name, a query or a fragment.</exception>
    public static HubEndpoint Parse(string address)
    {
        ArgumentNullException.ThrowIfNull(address);
        var known = Uri.TryCreate(address.TrimEnd('/') + "/", UriKind.Absolute, out var root) && (root.Scheme == Uri.UriSchemeHttps || root.Scheme == Uri.UriSchemeHttp);
        if (known && root!.UserInfo.Length > 0)
            throw new ConfigurationException($"The hub's address holds a user's name or password; give a token in {TokenVariable} instead.");

        return known && root!.Query.Length == 0 && root.Fragment.Length == 0
            ? new HubEndpoint(root)
            : throw new ConfigurationException($"{FileChecks.Quote(address)} is no hub's address; one is such as {PublicHub}.");
    }

    /// <summary>The hub that is meant: the one that is named, else that of <see cref="Variable"/>, else <see cref="PublicHub"/>.</summary>
    /// <param name="address">The address that was named, or <see langword="null"/>.</param>
    /// <returns>The hub.</returns>
    /// <exception cref="ConfigurationException">The address is none.</exception>
    public static HubEndpoint Choose(string? address) => Parse(address ?? NotEmpty(Variable) ?? PublicHub);

    /// <summary>The token of <see cref="TokenVariable"/>, or <see langword="null"/> where there is none.</summary>
    public static string? EnvironmentToken => NotEmpty(TokenVariable);

    private static string? NotEmpty(string variable) => Environment.GetEnvironmentVariable(variable) is { Length: > 0 } value ? value : null;

    /// <summary>A token as it may be sent to this hub.</summary>
    /// <param name="token">The token as it was given, or <see langword="null"/>.</param>
    /// <returns>The token, or <see langword="null"/> where there is none.</returns>
    /// <exception cref="ConfigurationException">It is no token, or would travel unencrypted.</exception>
    internal string? RequireToken(string? token)
    {
        if (string.IsNullOrWhiteSpace(token))
            return null;

        if (token.Trim().Any(c => c is <= ' ' or > '~'))
            throw new ConfigurationException($"What is in {TokenVariable} is no token: it holds blanks or characters that no token has.");

        return MayCarryToken
            ? token.Trim()
            : throw new ConfigurationException($"{TokenVariable} is set, but {this} is not encrypted: a token is sent over https only. Unset it, or give an https address.");
    }

    /// <inheritdoc/>
    public override string ToString() => _root.AbsoluteUri.TrimEnd('/');

    /// <summary>Where the files of a revision are listed, with sizes and hashes.</summary>
    internal Uri Listing(HubRepositoryKind kind, HubModelId id, string revision) =>
        new(_root, $"api/{(kind == HubRepositoryKind.Dataset ? "datasets" : "models")}/{id}/revision/{Uri.EscapeDataString(revision)}?blobs=true");

    /// <summary>Where a file is.</summary>
    internal Uri File(HubRepositoryKind kind, HubModelId id, string commit, string file) =>
        new(_root, $"{(kind == HubRepositoryKind.Dataset ? "datasets/" : "")}{id}/resolve/{Uri.EscapeDataString(commit)}/{string.Join('/', file.Split('/').Select(Uri.EscapeDataString))}");

    /// <summary>Whether an address is the hub's own, to which a token may go.</summary>
    internal bool IsOwn(Uri uri) => Uri.Compare(uri, _root, UriComponents.SchemeAndServer, UriFormat.SafeUnescaped, StringComparison.OrdinalIgnoreCase) == 0;
}
