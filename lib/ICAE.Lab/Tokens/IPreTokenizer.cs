namespace ICAE.Lab.Tokens;

/// <summary>Cuts a text into the pieces within which a model may merge.</summary>
internal interface IPreTokenizer
{
    /// <summary>Name and settings in one line: part of the tokenizer's fingerprint.</summary>
    string Rule { get; }

    /// <summary>
    /// Whether a piece ends behind every line feed between two characters that are not white space, and what lies on either side
    /// is cut as if it stood alone.
    /// </summary>
    bool EndsPieceBehindLineFeed { get; }

    /// <summary>Cuts one stretch that is not empty; the pieces appended to <paramref name="pieces"/> are not empty either.</summary>
    /// <param name="segment">The stretch.</param>
    /// <param name="opensText">Whether the whole text begins with it.</param>
    /// <param name="pieces">Takes the pieces.</param>
    void Split(TextSegment segment, bool opensText, List<TextSegment> pieces);
}
