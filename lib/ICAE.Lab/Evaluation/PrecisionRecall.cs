namespace ICAE.Lab.Evaluation;

/// <summary>What share of the hypothesis is in the reference, and what share of the reference is in the hypothesis.</summary>
/// <param name="Precision">Matches over the hypothesis' size, 0 to 1.</param>
/// <param name="Recall">Matches over the reference's size, 0 to 1.</param>
public readonly record struct PrecisionRecall(double Precision, double Recall)
{
    /// <summary>The harmonic mean of precision and recall; 0 where both are.</summary>
    public double F1 => Precision + Recall > 0 ? 2 * Precision * Recall / (Precision + Recall) : 0;

    internal static PrecisionRecall Of(int matches, int hypothesis, int reference) =>
        new((double)matches / Math.Max(1, hypothesis), (double)matches / Math.Max(1, reference));
}
