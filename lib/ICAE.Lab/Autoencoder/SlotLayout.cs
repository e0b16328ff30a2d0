namespace ICAE.Lab.Autoencoder;

/// <summary>What a memory slot is.</summary>
public enum SlotLayout
{
    /// <summary>The encoder's final state, read by the decoder as an input embedding, as in the paper.</summary>
    Embeddings,

    /// <summary>The encoder's keys and values in every layer (after 500xCompressor, arXiv 2408.03094).</summary>
    KeysAndValues,
}
