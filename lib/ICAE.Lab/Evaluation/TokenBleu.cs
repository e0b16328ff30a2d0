namespace ICAE.Lab.Evaluation;

/// <summary>
/// BLEU-4 on token ids, the measure of the paper's restorations: no text and no tokenisation of its own comes in between. Smoothing and
/// the treatment of short texts are those of sacreBLEU on given tokens (<c>smooth:exp</c>). Depends on the vocabulary: across
/// models with different tokenizers compare <see cref="SacreBleu"/>.
/// </summary>
public static class TokenBleu
{
    /// <summary>Scores one text.</summary>
    /// <param name="hypothesis">The restored ids.</param>
    /// <param name="reference">The original ids.</param>
    /// <returns>BLEU-4, 0 to 1, over the orders that the hypothesis is long enough for.</returns>
    public static double Sentence(IReadOnlyList<int> hypothesis, IReadOnlyList<int> reference) =>
        BleuStatistics.Of(hypothesis, reference).ExponentiallySmoothed(effectiveOrder: true);

    /// <summary>Scores texts together: counts are added up before the score is taken.</summary>
    /// <param name="pairs">Restored and original ids.</param>
    /// <returns>BLEU-4, 0 to 1.</returns>
    public static double Corpus(IEnumerable<(IReadOnlyList<int> Hypothesis, IReadOnlyList<int> Reference)> pairs)
    {
        ArgumentNullException.ThrowIfNull(pairs);
        return pairs
            .Aggregate(BleuStatistics.Empty, (sum, pair) => sum + BleuStatistics.Of(pair.Hypothesis, pair.Reference))
            .ExponentiallySmoothed(effectiveOrder: false);
    }
}
