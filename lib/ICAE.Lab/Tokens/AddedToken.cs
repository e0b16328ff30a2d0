namespace ICAE.Lab.Tokens;

/// <summary>A token that is found in the text before anything else is done to it.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Content">Its text.</param>
/// <param name="Special">Whether it stands for control: then it is found only where the caller asks for that.</param>
/// <param name="TakesSpaceBefore">Whether white space before it belongs to it.</param>
/// <param name="TakesSpaceBehind">Whether white space behind it belongs to it.</param>
/// <param name="Normalized">Whether it is looked for in the normalised text.</param>
/// <param name="Normalizes">Whether, where it is looked for in the normalised text, it is normalised itself.</param>
internal sealed record AddedToken(
    int Id, string Content, bool Special, bool TakesSpaceBefore, bool TakesSpaceBehind, bool Normalized, bool Normalizes = true);
