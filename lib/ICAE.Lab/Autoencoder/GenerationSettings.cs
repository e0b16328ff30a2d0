namespace ICAE.Lab.Autoencoder;

/// <summary>How tokens are chosen and when a text ends. The defaults are greedy, as in the published code.</summary>
public sealed record GenerationSettings
{
    /// <summary>
    /// The largest number of new tokens in each row; <see langword="null"/> for one and a half times the compressed text and 16 more.
    /// A row without a compressed text needs a number.
    /// </summary>
    public int? MaxNewTokens { get; init; }

    /// <summary>The largest number of new tokens row by row, in place of <see cref="MaxNewTokens"/>.</summary>
    public IReadOnlyList<int>? MaxNewTokensByRow { get; init; }

    /// <summary>Divides the logits before a token is drawn; 0 takes the largest logit instead (greedy).</summary>
    public double Temperature { get; init; }

    /// <summary>Draw from this many of the likeliest tokens only; <see langword="null"/> for all.</summary>
    public int? TopK { get; init; }

    /// <summary>Draw from the fewest tokens whose probabilities reach this sum, above 0 to 1; <see langword="null"/> for all.</summary>
    public double? TopP { get; init; }

    /// <summary>Decides the draws, together with row and step: a row's text does not depend on the rows beside it.</summary>
    public long Seed { get; init; }

    /// <summary>The ids that end a text; <see langword="null"/> for those of the base's config, empty to write on to the largest length.</summary>
    public IReadOnlyList<int>? EosIds { get; init; }

    /// <summary>Only ids below this are chosen: the tokenizer's vocabulary, where the model's has padding rows behind it.</summary>
    public int? VocabularyLimit { get; init; }

    /// <summary>The number of new tokens a row may have by default.</summary>
    /// <param name="textLength">Tokens of the compressed text.</param>
    /// <returns>1.5 · T + 16.</returns>
    public static int DefaultMaxNewTokens(int textLength) => (int)Math.Min(int.MaxValue, textLength + ((long)textLength / 2) + 16);

    /// <summary>Checks every rule between the fields.</summary>
    /// <returns>These settings.</returns>
    /// <exception cref="ConfigurationException">A rule is broken; the message names field, value and rule.</exception>
    public GenerationSettings Validate()
    {
        Require(MaxNewTokens is null or >= 0, $"{nameof(MaxNewTokens)} ({MaxNewTokens}) must not be negative");
        Require(MaxNewTokensByRow is null || MaxNewTokensByRow.All(most => most >= 0), $"{nameof(MaxNewTokensByRow)} must not hold negative numbers");
        Require(double.IsFinite(Temperature) && Temperature >= 0, $"{nameof(Temperature)} ({Temperature}) must be finite and not negative");
        Require(TopK is null or >= 1, $"{nameof(TopK)} ({TopK}) must be at least 1");
        Require(TopP is null or (> 0 and <= 1), $"{nameof(TopP)} ({TopP}) must lie above 0 and not above 1");
        Require(Temperature > 0 || TopK is null or 1, $"{nameof(TopK)} ({TopK}) is for tokens that are drawn, and {nameof(Temperature)} is 0, which takes the largest logit");
        Require(Temperature > 0 || TopP is null or 1, $"{nameof(TopP)} ({TopP}) is for tokens that are drawn, and {nameof(Temperature)} is 0, which takes the largest logit");
        Require(VocabularyLimit is null or >= 1, $"{nameof(VocabularyLimit)} ({VocabularyLimit}) must be at least 1");
        return this;
    }

    /// <summary>The largest number of new tokens of each row.</summary>
    internal int[] Limits(int rows, IReadOnlyList<SpanPlan>? plans)
    {
        if (MaxNewTokensByRow is { } byRow)
        {
            Require(byRow.Count == rows, $"{nameof(MaxNewTokensByRow)} has {byRow.Count} numbers for {rows} rows");
            return [.. byRow];
        }

        Require(MaxNewTokens is not null || plans is not null, $"{nameof(MaxNewTokens)} is needed where no text was compressed");
        return [.. Enumerable.Range(0, rows).Select(row => MaxNewTokens ?? DefaultMaxNewTokens(plans![row].TextLength))];
    }

    private static void Require(bool holds, string rule)
    {
        if (!holds)
        {
            throw new ConfigurationException($"Generation: {rule}.");
        }
    }
}
