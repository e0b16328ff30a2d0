namespace ICAE.Lab.Evaluation;

/// <summary>
/// BLEU on words as the program sacreBLEU computes it by default (Post, WMT 2018): tokenizer 13a, orders 1 to 4, exponential smoothing.
/// Signature of the corpus score: <c>nrefs:1|case:mixed|eff:no|tok:13a|smooth:exp</c>, or <c>case:lc</c> when lower-cased. Scores are 0 to 1, a hundredth of
/// what the program prints.
/// </summary>
public static class SacreBleu
{
    /// <summary>Scores one text; orders that it is too short for are left out (<c>eff:yes</c>).</summary>
    /// <param name="hypothesis">The text to be scored.</param>
    /// <param name="reference">The text it should be.</param>
    /// <param name="lowercase">Whether case is ignored.</param>
    /// <returns>BLEU, 0 to 1.</returns>
    public static double Sentence(string hypothesis, string reference, bool lowercase = false) =>
        Statistics(hypothesis, reference, lowercase).ExponentiallySmoothed(effectiveOrder: true);

    /// <summary>Scores texts together.</summary>
    /// <param name="pairs">Texts to be scored and what they should be.</param>
    /// <param name="lowercase">Whether case is ignored.</param>
    /// <returns>BLEU, 0 to 1.</returns>
    public static double Corpus(IEnumerable<(string Hypothesis, string Reference)> pairs, bool lowercase = false)
    {
        ArgumentNullException.ThrowIfNull(pairs);
        return pairs
            .Aggregate(BleuStatistics.Empty, (sum, pair) => sum + Statistics(pair.Hypothesis, pair.Reference, lowercase))
            .ExponentiallySmoothed(effectiveOrder: false);
    }

    /// <summary>The counts of one text, to be added up.</summary>
    /// <param name="hypothesis">The text to be scored.</param>
    /// <param name="reference">The text it should be.</param>
    /// <param name="lowercase">Whether case is ignored.</param>
    /// <returns>The counts.</returns>
    public static BleuStatistics Statistics(string hypothesis, string reference, bool lowercase = false)
    {
        ArgumentNullException.ThrowIfNull(hypothesis);
        ArgumentNullException.ThrowIfNull(reference);
        var words = new WordNumbers();
        return BleuStatistics.Of(
            words.Number(Tokenizer13a.Split(lowercase ? hypothesis.ToLowerInvariant() : hypothesis)),
            words.Number(Tokenizer13a.Split(lowercase ? reference.ToLowerInvariant() : reference)));
    }
}
