using System.Security.Cryptography;
using System.Text;

namespace ICAE.Lab.Notebooks.Html;

/// <summary>What the parts of one page share.</summary>
internal sealed class PageContext
{
    // Small scripts draw into elements of their own and may well be equal; large ones are libraries.
    private const int LibraryLength = 20_000;
    private readonly HashSet<string> _ids = [];
    private readonly HashSet<string> _libraries = [];

    /// <param name="folder">The notebook's folder, from which pictures are embedded; <see langword="null"/> for none.</param>
    /// <param name="siteFolder">The site's folder: links to notebooks and Markdown files lead to their pages there; <see langword="null"/> for a page of its own.</param>
    public PageContext(string? folder, string? siteFolder)
    {
        Folder = folder;
        SiteFolder = siteFolder;
    }

    public string? Folder { get; }

    public string? SiteFolder { get; }

    /// <summary>The headings so far: level, id, text.</summary>
    public List<(int Level, string Id, string Text)> Headings { get; } = [];

    /// <summary>An id for a heading, unlike all others in the page.</summary>
    public string HeadingId(string text)
    {
        var words = string.Join('-', text.ToLowerInvariant().Split([.. text.Where(character => !char.IsLetterOrDigit(character)).Distinct(), ' '], StringSplitOptions.RemoveEmptyEntries));
        var stem = words.Length == 0 ? "section" : words;
        var id = stem;
        for (var number = 2; !_ids.Add(id); number++)
            id = $"{stem}-{number}";

        return id;
    }

    public HtmlPolicy Policy(bool allowScripts, Func<string, string?>? attachment = null) => new()
    {
        AllowScripts = allowScripts,
        Embed = address => attachment?.Invoke(address) ?? EmbeddedPicture.Read(Folder, address),
        Link = LinkTo,
        IsNewScript = IsNew,
    };

    private bool IsNew(string script) => script.Length < LibraryLength || _libraries.Add(Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(script))));

    private string LinkTo(string address)
    {
        if (SiteFolder is not { } site || address.StartsWith('/') || address.Contains(':', StringComparison.Ordinal))
            return address;

        var end = address.IndexOfAny(['#', '?']);
        var path = end < 0 ? address : address[..end];
        var extension = Path.GetExtension(path);
        var hasPage = extension.Equals(".ipynb", StringComparison.OrdinalIgnoreCase)
            || (extension.Equals(".md", StringComparison.OrdinalIgnoreCase) && Folder is not null && Path.GetFileName(path) == path && NotebookSite.HasPage(Path.Combine(Folder, path)));
        if (hasPage)
            return path[..^extension.Length] + ".html" + address[path.Length..];

        // What has no page is where it was, seen from the site.
        if (Folder is null || path.Length == 0)
            return address;

        var target = Path.GetFullPath(Path.Combine(Folder, Uri.UnescapeDataString(path)));
        return Path.Exists(target)
            ? string.Join('/', Path.GetRelativePath(site, target).Split(Path.DirectorySeparatorChar).Select(Uri.EscapeDataString)) + address[path.Length..]
            : address;
    }
}
