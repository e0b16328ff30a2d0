namespace ICAE.Lab.Autoencoder;

/// <summary>What the encoder puts behind a text to collect it.</summary>
public enum MemoryTokenKind
{
    /// <summary>A trained vector for each slot, as in the paper.</summary>
    Separate,

    /// <summary>One trained vector for all slots, told apart by position alone; the number of slots is then free.</summary>
    Shared,
}
