namespace ICAE.Lab.Evaluation;

/// <summary>What became of a stretch of tokens in a restoration.</summary>
public enum AlignmentKind
{
    /// <summary>The same tokens in both.</summary>
    Match,

    /// <summary>Other tokens stand in place of the original's, as many on both sides.</summary>
    Substitution,

    /// <summary>Tokens of the original that the restoration lacks.</summary>
    Omission,

    /// <summary>Tokens of the restoration that the original lacks.</summary>
    Insertion,

    /// <summary>Tokens of the original that the restoration has, but elsewhere: their place in the original.</summary>
    MovedAway,

    /// <summary>Tokens of the original that the restoration has, but elsewhere: their place in the restoration.</summary>
    MovedHere,
}
