namespace ICAE.Lab.Data.HeldOut;

/// <summary>A sentence of a paragraph that is looked at.</summary>
/// <param name="start">Where it begins in the paragraph.</param>
/// <param name="length">Its characters.</param>
/// <param name="words">Its words.</param>
internal sealed class WindowSentence(int start, int length, int words)
{
    public int Start => start;

    public int Length => length;

    public int Words => words;

    /// <summary>The held-out text that it shares words with, or -1.</summary>
    public int SharedWith { get; set; } = -1;
}
