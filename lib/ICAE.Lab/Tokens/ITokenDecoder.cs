namespace ICAE.Lab.Tokens;

/// <summary>Turns token texts back into the text they stand for.</summary>
internal interface ITokenDecoder
{
    /// <summary>Begins a text.</summary>
    ITokenDecoding Start();
}
