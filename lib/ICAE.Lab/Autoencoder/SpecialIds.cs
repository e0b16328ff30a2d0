namespace ICAE.Lab.Autoencoder;

/// <summary>
/// The ids behind the base's vocabulary, laid out as in the published code: a padding id, the memory tokens, [AE], [LM], [FT].
/// They exist in examples only; no model has rows for them beside the memory table.
/// </summary>
/// <param name="BaseVocabulary">V: the base's vocabulary.</param>
/// <param name="MemoryRows">Memory tokens in the table.</param>
public readonly record struct SpecialIds(int BaseVocabulary, int MemoryRows)
{
    /// <summary>Padding.</summary>
    public int Pad => BaseVocabulary;

    /// <summary>The first memory token, which also marks the places of slots in decoder sequences.</summary>
    public int Memory => BaseVocabulary + 1;

    /// <summary>[AE]: restore the text.</summary>
    public int Autoencode => Memory + MemoryRows;

    /// <summary>[LM]: go on from the text.</summary>
    public int Continue => Autoencode + 1;

    /// <summary>[FT]: follow the prompt.</summary>
    public int FineTune => Autoencode + 2;

    /// <summary>The ids of an autoencoder.</summary>
    /// <param name="config">Its config.</param>
    /// <param name="baseVocabulary">V of its base.</param>
    /// <returns>The ids.</returns>
    public static SpecialIds Of(IcaeConfig config, int baseVocabulary)
    {
        ArgumentNullException.ThrowIfNull(config);
        return new SpecialIds(baseVocabulary, config.MemoryRows);
    }

    /// <summary>Whether an id marks the place of a slot.</summary>
    /// <param name="id">The id.</param>
    /// <returns>True for a memory token.</returns>
    public bool IsMemory(int id) => id >= Memory && id < Autoencode;

    /// <summary>Whether an id is [AE], [LM] or [FT].</summary>
    /// <param name="id">The id.</param>
    /// <returns>True for one of the three.</returns>
    public bool IsTask(int id) => id >= Autoencode && id <= FineTune;

    /// <summary>The row of the memory table of [AE], [LM] or [FT].</summary>
    /// <param name="id">One of the three.</param>
    /// <returns>The row.</returns>
    public int TableRow(int id) => id - Memory;
}
