namespace ICAE.Lab.Data.Stories;

/// <summary>In which form a template's verbs stand.</summary>
internal enum VerbUse
{
    /// <summary>gave</summary>
    Past,

    /// <summary>had given</summary>
    PastPerfect,

    /// <summary>given, after a "had" that stands before</summary>
    Participle,

    /// <summary>giving</summary>
    Gerund,

    /// <summary>having given</summary>
    Having,

    /// <summary>give</summary>
    Infinitive,
}
