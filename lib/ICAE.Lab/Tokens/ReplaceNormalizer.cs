namespace ICAE.Lab.Tokens;

/// <summary>Replaces one text by another wherever it stands.</summary>
internal sealed class ReplaceNormalizer(string pattern, string content) : ITextNormalizer
{
    public string Rule => $"replace {pattern} by {content}";

    public string Normalize(string text) => text.Replace(pattern, content, StringComparison.Ordinal);
}
