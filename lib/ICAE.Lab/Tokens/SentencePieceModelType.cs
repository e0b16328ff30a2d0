namespace ICAE.Lab.Tokens;

/// <summary>The kinds of SentencePiece models, by the numbers of their files.</summary>
internal enum SentencePieceModelType
{
    /// <summary>Not given.</summary>
    None = 0,

    /// <summary>A unigram language model.</summary>
    Unigram = 1,

    /// <summary>Byte-pair encoding.</summary>
    Bpe = 2,

    /// <summary>Words.</summary>
    Word = 3,

    /// <summary>Characters.</summary>
    Char = 4,
}
