namespace ICAE.Lab.Tokens;

/// <summary>Puts a text before every text that is not empty.</summary>
internal sealed class PrependNormalizer(string prefix) : ITextNormalizer
{
    public string Rule => $"prepend {prefix}";

    public string Normalize(string text) => text.Length == 0 ? text : prefix + text;
}
