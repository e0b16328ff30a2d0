namespace ICAE.Lab.Tokens;

/// <summary>What a piece of a SentencePiece model stands for, by the numbers of its file.</summary>
internal enum SentencePieceType
{
    /// <summary>Not given.</summary>
    None = 0,

    /// <summary>Text.</summary>
    Normal = 1,

    /// <summary>Whatever is in no other piece.</summary>
    Unknown = 2,

    /// <summary>Control, such as the opening of a text.</summary>
    Control = 3,

    /// <summary>Text that is always this piece.</summary>
    UserDefined = 4,

    /// <summary>A piece that is merged through but never given.</summary>
    Unused = 5,

    /// <summary>A byte.</summary>
    Byte = 6,
}
