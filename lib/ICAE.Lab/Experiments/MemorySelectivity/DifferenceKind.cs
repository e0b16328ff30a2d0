namespace ICAE.Lab.Experiments.MemorySelectivity;

/// <summary>How a restored word differs from the original.</summary>
public enum DifferenceKind
{
    /// <summary>Another word for the same (WordNet).</summary>
    Synonym,

    /// <summary>Another form of the same word: its case or its ending.</summary>
    Form,

    /// <summary>The word is there, elsewhere.</summary>
    Order,

    /// <summary>The word is not there.</summary>
    Omission,

    /// <summary>A word that was not there.</summary>
    Insertion,

    /// <summary>A word in place of another, to which it has none of these relations.</summary>
    Other,
}
