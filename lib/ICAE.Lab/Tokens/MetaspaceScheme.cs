namespace ICAE.Lab.Tokens;

/// <summary>Where a mark is put before a text.</summary>
internal enum MetaspaceScheme
{
    /// <summary>Nowhere.</summary>
    Never,

    /// <summary>Before the whole text only.</summary>
    First,

    /// <summary>Before each stretch between added tokens.</summary>
    Always,
}
