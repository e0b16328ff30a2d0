namespace ICAE.Lab.Evaluation;

/// <summary>
/// ROUGE (Lin, 2004) as Google's package rouge-score computes it without a stemmer: words are the runs of a-z and 0-9 of the lower-cased text,
/// all else separates.
/// </summary>
public static class Rouge
{
    /// <summary>ROUGE-1: words in common.</summary>
    /// <param name="hypothesis">The text to be scored.</param>
    /// <param name="reference">The text it should be.</param>
    /// <returns>Precision and recall.</returns>
    public static PrecisionRecall One(string hypothesis, string reference) => Ngrams(hypothesis, reference, 1);

    /// <summary>ROUGE-2: pairs of neighbouring words in common.</summary>
    /// <param name="hypothesis">The text to be scored.</param>
    /// <param name="reference">The text it should be.</param>
    /// <returns>Precision and recall.</returns>
    public static PrecisionRecall Two(string hypothesis, string reference) => Ngrams(hypothesis, reference, 2);

    /// <summary>ROUGE-L: the longest sequence of words that both have in this order, gaps allowed.</summary>
    /// <param name="hypothesis">The text to be scored.</param>
    /// <param name="reference">The text it should be.</param>
    /// <returns>Precision and recall.</returns>
    public static PrecisionRecall Longest(string hypothesis, string reference)
    {
        var (left, right) = Number(hypothesis, reference);
        return PrecisionRecall.Of(LongestCommonSubsequence(left, right), left.Length, right.Length);
    }

    /// <summary>Splits a text as rouge-score does.</summary>
    /// <param name="text">The text.</param>
    /// <returns>Its words, lower-case.</returns>
    public static IReadOnlyList<string> Split(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var words = new List<string>();
        var lower = text.ToLowerInvariant();
        var start = 0;
        for (var i = 0; i <= lower.Length; i++)
        {
            if (i < lower.Length && lower[i] is (>= 'a' and <= 'z') or (>= '0' and <= '9'))
                continue;
            if (i > start)
                words.Add(lower[start..i]);
            start = i + 1;
        }
        return words;
    }

    private static PrecisionRecall Ngrams(string hypothesis, string reference, int order)
    {
        var (left, right) = Number(hypothesis, reference);
        var matches = (int)BleuStatistics.Of(left, right).Matches[order - 1];
        return PrecisionRecall.Of(matches, left.Length - order + 1, right.Length - order + 1);
    }

    private static (int[] Hypothesis, int[] Reference) Number(string hypothesis, string reference)
    {
        var words = new WordNumbers();
        return (words.Number(Split(hypothesis)), words.Number(Split(reference)));
    }

    private static int LongestCommonSubsequence(int[] left, int[] right)
    {
        var row = new int[right.Length + 1];
        foreach (var item in left)
        {
            var diagonal = 0;
            for (var j = 1; j <= right.Length; j++)
                (diagonal, row[j]) = (row[j], item == right[j - 1] ? diagonal + 1 : Math.Max(row[j], row[j - 1]));
        }
        return row[^1];
    }
}
