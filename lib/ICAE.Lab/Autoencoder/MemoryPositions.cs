namespace ICAE.Lab.Autoencoder;

/// <summary>Where memory tokens stand for the rotary embedding.</summary>
public enum MemoryPositions
{
    /// <summary>Behind the text, one after the other, as in the paper; in the decoder the slots open the sequence.</summary>
    Appended,

    /// <summary>Evenly over the text they stand for, in encoder and decoder (after EPL, arXiv 2409.14364).</summary>
    Spread,
}
