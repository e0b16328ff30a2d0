namespace ICAE.Lab.Tokens;

/// <summary>Turns token texts back into the text they stand for.</summary>
internal interface ITokenDecoder
{
    /// <summary>Begins a text.</summary>
    /// <param name="insideText">Whether what comes stands inside a text, so that a space at its beginning stays.</param>
    ITokenDecoding Start(bool insideText);
}
