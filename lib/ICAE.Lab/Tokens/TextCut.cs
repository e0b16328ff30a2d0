namespace ICAE.Lab.Tokens;

/// <summary>Where a long text can be cut so that the ids of its pieces, joined, are those of the whole text.</summary>
internal enum TextCut
{
    /// <summary>Nowhere that is known of.</summary>
    Nowhere,

    /// <summary>Behind a line feed between two characters that are not white space.</summary>
    BehindLineFeed,

    /// <summary>
    /// At a space between two characters that are neither white space nor marks. The space belongs to no piece: the tokenizer puts one
    /// before each.
    /// </summary>
    AtSpace,
}
