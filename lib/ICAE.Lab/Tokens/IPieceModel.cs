namespace ICAE.Lab.Tokens;

/// <summary>Turns one piece of text into ids.</summary>
internal interface IPieceModel
{
    /// <summary>Appends the ids of a piece that is not empty.</summary>
    void AppendIds(ReadOnlySpan<char> piece, List<int> ids);
}
