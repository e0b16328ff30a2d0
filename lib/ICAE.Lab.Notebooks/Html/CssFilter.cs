using System.Text.RegularExpressions;

namespace ICAE.Lab.Notebooks.Html;

/// <summary>Takes out of style sheets what would be fetched from elsewhere.</summary>
internal static partial class CssFilter
{
    /// <summary>The same without imports, and without addresses other than <c>data:</c> and places in the page.</summary>
    public static string Clean(string css)
    {
        var imported = Import().Replace(css, "");
        return Address().Replace(imported, match => IsLocal(match.Groups["address"].Value) ? match.Value : "none");
    }

    private static bool IsLocal(string address)
    {
        var plain = address.Trim().Trim('"', '\'').Trim();
        return plain.StartsWith("data:", StringComparison.OrdinalIgnoreCase) || plain.StartsWith('#');
    }

    [GeneratedRegex(@"@import\b[^;}]*;?", RegexOptions.IgnoreCase)]
    private static partial Regex Import();

    [GeneratedRegex(@"\b(url|src|image|image-set|-webkit-image-set|cross-fade|element)\s*\((?<address>\s*""[^""]*""\s*|\s*'[^']*'\s*|[^)]*)\)", RegexOptions.IgnoreCase)]
    private static partial Regex Address();
}
