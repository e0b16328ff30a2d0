namespace ICAE.Lab.Tokens;

/// <summary>The four classes that the usual pre-tokenizing patterns tell apart.</summary>
internal enum CharacterClass : byte
{
    /// <summary>None of the others.</summary>
    Other,

    /// <summary>Unicode category L.</summary>
    Letter,

    /// <summary>Unicode category N.</summary>
    Number,

    /// <summary>Unicode property White_Space.</summary>
    Space,
}
