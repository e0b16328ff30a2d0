namespace ICAE.Lab.Tokens;

/// <summary>A stretch of a string.</summary>
/// <param name="Source">The string.</param>
/// <param name="Start">Index of the first UTF-16 unit.</param>
/// <param name="Length">Number of UTF-16 units.</param>
internal readonly record struct TextSegment(string Source, int Start, int Length)
{
    /// <summary>The characters.</summary>
    public ReadOnlySpan<char> Span => Source.AsSpan(Start, Length);

    /// <summary>A stretch of this stretch; <paramref name="start"/> counts from its beginning.</summary>
    public TextSegment Slice(int start, int length) => new(Source, Start + start, length);
}
