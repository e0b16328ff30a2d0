namespace ICAE.Lab.Tokens;

/// <summary>Rewrites a text before it is cut and encoded.</summary>
internal interface ITextNormalizer
{
    /// <summary>Name and settings in one line: part of the tokenizer's fingerprint.</summary>
    string Rule { get; }

    /// <summary>The text rewritten.</summary>
    string Normalize(string text);
}
