using System.Text.RegularExpressions;

namespace ICAE.Lab.Notebooks.Html;

/// <summary>Takes out of tags what would be fetched, sent or run.</summary>
internal static partial class HtmlAttributes
{
    private const string LeftOutMark = "data-left-out";

    private static readonly HashSet<string> Addresses =
    [
        "src", "srcset", "poster", "data", "background", "href", "xlink:href", "action", "formaction", "ping", "manifest", "srcdoc", "lowsrc", "dynsrc",
        "imagesrcset", "codebase", "archive", "classid", "profile",
    ];

    private static readonly HashSet<string> Links = ["a", "area"];

    /// <summary>Whether a text can be the name of an element or attribute.</summary>
    public static bool IsName(string name) => PossibleName().IsMatch(name);

    /// <summary>The attributes that a tag may keep.</summary>
    public static IEnumerable<(string Name, string Value)> Clean(HtmlTag tag, HtmlPolicy policy)
    {
        var seen = new HashSet<string>();
        foreach (var (name, value) in tag.Attributes)
        {
            if (!IsName(name) || !seen.Add(name) || (!policy.AllowScripts && name.StartsWith("on", StringComparison.Ordinal)))
                continue;

            if (name is "href" or "xlink:href" && Links.Contains(tag.Name))
            {
                if (IsLink(value))
                    yield return (name, policy.Link(value.Trim()));
            }
            else if (Addresses.Contains(name))
            {
                foreach (var kept in Address(name, value, policy))
                    yield return kept;
            }
            else
            {
                yield return (name, MayFetch(name, value) ? CssFilter.Clean(value) : value);
            }
        }
    }

    private static IEnumerable<(string, string)> Address(string name, string value, HtmlPolicy policy)
    {
        var address = value.Trim();
        if (address.Length == 0 || address.StartsWith('#') || (IsEmbedded(address) && name is not ("srcset" or "imagesrcset" or "srcdoc" or "ping" or "action" or "formaction")))
            yield return (name, address);
        else if (name == "src" && policy.Embed(address) is { } embedded)
            yield return (name, embedded);
        else
            yield return (LeftOutMark, name);
    }

    private static bool IsEmbedded(string address) =>
        address.StartsWith("data:", StringComparison.OrdinalIgnoreCase) || address.StartsWith("blob:", StringComparison.OrdinalIgnoreCase);

    private static bool IsLink(string value)
    {
        // Browsers drop such characters before they look at the scheme.
        var address = string.Concat(value.Where(character => character > ' '));
        var scheme = Scheme().Match(address);
        return !scheme.Success || scheme.Groups["name"].Value.ToLowerInvariant() is "http" or "https" or "mailto";
    }

    private static bool MayFetch(string name, string value) => name == "style" || value.Contains('(', StringComparison.Ordinal) && !name.StartsWith("on", StringComparison.Ordinal) && Function().IsMatch(value);

    [GeneratedRegex(@"\A[a-zA-Z_][a-zA-Z0-9_:.-]*\z")]
    private static partial Regex PossibleName();

    [GeneratedRegex(@"\A(?<name>[a-zA-Z][a-zA-Z0-9+.-]*):")]
    private static partial Regex Scheme();

    [GeneratedRegex(@"\b(url|src|image|image-set)\s*\(", RegexOptions.IgnoreCase)]
    private static partial Regex Function();
}
