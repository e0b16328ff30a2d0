namespace ICAE.Lab.Evaluation;

/// <summary>
/// BLEU on words as they stand between white space, in two smoothings: sacreBLEU's with its tokenizer switched off (<c>tok:none</c>), and
/// NLTK's method 1, which the 500xCompressor reports (there on words split by NLTK's own tokenizer).
/// </summary>
public static class WhitespaceBleu
{
    /// <summary>Scores one text with sacreBLEU's exponential smoothing; orders that it is too short for are left out.</summary>
    /// <param name="hypothesis">The text to be scored.</param>
    /// <param name="reference">The text it should be.</param>
    /// <returns>BLEU, 0 to 1.</returns>
    public static double Sentence(string hypothesis, string reference) =>
        Statistics(hypothesis, reference).ExponentiallySmoothed(effectiveOrder: true);

    /// <summary>Scores texts together with sacreBLEU's exponential smoothing.</summary>
    /// <param name="pairs">Texts to be scored and what they should be.</param>
    /// <returns>BLEU, 0 to 1.</returns>
    public static double Corpus(IEnumerable<(string Hypothesis, string Reference)> pairs)
    {
        ArgumentNullException.ThrowIfNull(pairs);
        return pairs
            .Aggregate(BleuStatistics.Empty, (sum, pair) => sum + Statistics(pair.Hypothesis, pair.Reference))
            .ExponentiallySmoothed(effectiveOrder: false);
    }

    /// <summary>Scores one text as NLTK's <c>sentence_bleu</c> with <c>SmoothingFunction().method1</c>.</summary>
    /// <param name="hypothesis">The text to be scored.</param>
    /// <param name="reference">The text it should be.</param>
    /// <returns>BLEU, 0 to 1.</returns>
    public static double NltkMethod1(string hypothesis, string reference) => Statistics(hypothesis, reference).NltkMethod1();

    /// <summary>The counts of one text, to be added up.</summary>
    /// <param name="hypothesis">The text to be scored.</param>
    /// <param name="reference">The text it should be.</param>
    /// <returns>The counts.</returns>
    public static BleuStatistics Statistics(string hypothesis, string reference)
    {
        ArgumentNullException.ThrowIfNull(hypothesis);
        ArgumentNullException.ThrowIfNull(reference);
        var words = new WordNumbers();
        return BleuStatistics.Of(words.Number(WhiteSpace.Split(hypothesis)), words.Number(WhiteSpace.Split(reference)));
    }
}
