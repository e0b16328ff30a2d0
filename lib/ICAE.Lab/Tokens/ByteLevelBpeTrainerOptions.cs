namespace ICAE.Lab.Tokens;

/// <summary>Settings of <see cref="ByteLevelBpeTrainer"/>.</summary>
public sealed record ByteLevelBpeTrainerOptions
{
    /// <summary>The most tokens wanted, special tokens and the 256 byte symbols included.</summary>
    public int VocabularySize { get; init; } = 1024;

    /// <summary>Tokens for control, which get the first ids in this order.</summary>
    public IReadOnlyList<string> SpecialTokens { get; init; } = ["<|endoftext|>"];

    /// <summary>The special token that the tokenizer's template puts before a text, or <see langword="null"/> for no template.</summary>
    public string? BeginToken { get; init; }

    /// <summary>How often a pair must occur to be merged.</summary>
    public long MinimumPairFrequency { get; init; } = 2;

    /// <summary>Whether each digit is a token of its own.</summary>
    public bool SplitDigits { get; init; }

    /// <summary>Checks the settings against each other.</summary>
    /// <exception cref="ConfigurationException">A setting breaks its rule.</exception>
    public void Validate()
    {
        var least = SpecialTokens.Count + 256;
        if (VocabularySize < least)
            throw new ConfigurationException($"VocabularySize is {VocabularySize}; 256 bytes and {SpecialTokens.Count} special tokens need {least}.");
        if (MinimumPairFrequency < 1)
            throw new ConfigurationException($"MinimumPairFrequency is {MinimumPairFrequency}; it is at least 1.");
        if (SpecialTokens.Distinct(StringComparer.Ordinal).Count() != SpecialTokens.Count)
            throw new ConfigurationException("SpecialTokens names a token twice.");
        foreach (var token in SpecialTokens)
        {
            if (token.Length < 2 || !ReferenceEquals(WellFormed.Of(token), token))
                throw new ConfigurationException($"SpecialTokens holds \"{token}\"; each has two characters or more of valid Unicode.");
        }

        if (BeginToken is not null && !SpecialTokens.Contains(BeginToken, StringComparer.Ordinal))
            throw new ConfigurationException($"BeginToken is \"{BeginToken}\", which SpecialTokens does not hold.");
    }
}
