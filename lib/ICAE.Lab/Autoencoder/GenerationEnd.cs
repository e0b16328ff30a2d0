namespace ICAE.Lab.Autoencoder;

/// <summary>Why a generated text ended.</summary>
public enum GenerationEnd
{
    /// <summary>The model chose an id that ends a text.</summary>
    EndOfText,

    /// <summary>The largest number of tokens was reached.</summary>
    Length,
}
