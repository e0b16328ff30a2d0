namespace ICAE.Lab.Notebooks.Html;

/// <summary>Scripts that cannot end, or begin, more than their own element.</summary>
internal static class ScriptText
{
    /// <summary>
    /// The same script without the character sequences that matter to the reader of HTML. In a script's texts and patterns, and in JSON, the
    /// replacement means the same; elsewhere these sequences do not occur in sound scripts.
    /// </summary>
    public static string Safe(string script) => script
        .Replace("</script", "\\u003c/script", StringComparison.OrdinalIgnoreCase)
        .Replace("<script", "\\u003cscript", StringComparison.OrdinalIgnoreCase)
        .Replace("<!--", "\\u003c!--", StringComparison.Ordinal);
}
