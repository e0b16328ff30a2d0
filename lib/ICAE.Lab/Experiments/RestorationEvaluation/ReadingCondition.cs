namespace ICAE.Lab.Experiments.RestorationEvaluation;

/// <summary>What the decoder reads before it writes a text.</summary>
public enum ReadingCondition
{
    /// <summary>The text's own slots and [AE].</summary>
    Memory,

    /// <summary>[AE] alone, where it stands behind slots: no memory.</summary>
    TaskToken,

    /// <summary>The token that opens a text, and nothing else: the base by itself.</summary>
    BaseAlone,

    /// <summary>One set of slots for every text, trained for the autoencoder and shipped with it, and [AE].</summary>
    ConstantSlots,

    /// <summary>The text itself and a separator: the base copies.</summary>
    TextInContext,
}
