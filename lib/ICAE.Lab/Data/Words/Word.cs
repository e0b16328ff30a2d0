namespace ICAE.Lab.Data.Words;

/// <summary>A word of a text, or a mark of punctuation.</summary>
/// <param name="Text">The word as it stands there.</param>
/// <param name="Start">Its first character, in UTF-16 units from the text's start.</param>
/// <param name="Kind">What kind of word it is.</param>
public sealed record Word(string Text, int Start, WordKind Kind)
{
    /// <summary>The character behind its last.</summary>
    public int End => Start + Text.Length;
}
