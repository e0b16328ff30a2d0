namespace ICAE.Lab.Experiments.ContinuationEvaluation;

/// <summary>
/// The paper's Table 1 (arXiv 2307.06945): the perplexity of what follows a text, behind the text itself and behind its 128 slots. For reference beside results of other models; never
/// in their place.
/// </summary>
public static class PaperTable1
{
    /// <summary>What it was measured on.</summary>
    public const string Setting = "128, 256 and 512 tokens on 128 slots (1, 2 and 4 tokens a slot), Llama of 7 billion parameters, trained to go on from slots, too";

    /// <summary>Tokens a slot, and perplexities behind the text and behind its slots.</summary>
    public static IReadOnlyList<(int TokensPerSlot, double Text, double Slots)> Rows { get; } =
    [
        (1, 9.99, 10.15),
        (2, 9.45, 9.77),
        (4, 9.01, 9.50),
    ];
}
