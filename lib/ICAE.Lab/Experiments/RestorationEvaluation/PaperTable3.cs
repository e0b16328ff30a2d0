namespace ICAE.Lab.Experiments.RestorationEvaluation;

/// <summary>
/// The paper's Table 3 (arXiv 2307.06945): texts of 512 tokens on 128 slots, restored by an autoencoder on a base that the table does not name (the
/// paper's are Llama models of 7 and 13 billion parameters). For reference beside results of other models; never in their place.
/// </summary>
public static class PaperTable3
{
    /// <summary>What it was measured on.</summary>
    public const string Setting = "512 tokens on 128 slots (4 tokens a slot), base not named";

    /// <summary>Kind of text, loss in nats a token, and BLEU as a share of 1.</summary>
    public static IReadOnlyList<(string Kind, double Loss, double Bleu)> Rows { get; } =
    [
        ("ordinary", 0.01, 0.993),
        ("patterned", 1.63, 0.035),
        ("random", 4.55, 0.002),
    ];
}
