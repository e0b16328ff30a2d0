namespace ICAE.Lab.Autoencoder;

/// <summary>What an autoencoder's training decided about its use, beyond its config.</summary>
public sealed record IcaeUsage
{
    /// <summary>The id that ends a restored text; <see langword="null"/> for the base's own.</summary>
    public int? EosId { get; init; }

    /// <summary>Whether [LM] stood before continuations.</summary>
    public bool ContinuationToken { get; init; }

    /// <summary>Whether texts were compressed with what the tokenizer's template adds, such as BOS.</summary>
    public bool AddSpecialTokens { get; init; }

    /// <summary>What stood around slots and prompt when it was trained to answer; <see langword="null"/> for one that was not.</summary>
    public InstructionLayout? Instruction { get; init; }
}
