namespace ICAE.Lab.Objectives;

/// <summary>How documents become pretraining examples; the defaults are those of the published code.</summary>
public sealed record ExampleSettings
{
    /// <summary>The longest text that is compressed, and the longest continuation, in tokens.</summary>
    public int MaxLength { get; init; } = 5120;

    /// <summary>A continuation must have more tokens than this; otherwise the example restores instead.</summary>
    public int MinContinuationTokens { get; init; } = 64;

    /// <summary>The first tokens of a continuation, which are not scored.</summary>
    public int UnscoredContinuationTokens { get; init; } = 8;

    /// <summary>Whether [LM] stands before a continuation.</summary>
    public bool ContinuationToken { get; init; }
}
