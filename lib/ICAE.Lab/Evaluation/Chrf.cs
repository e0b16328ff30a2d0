using System.Runtime.InteropServices;
using System.Text;

namespace ICAE.Lab.Evaluation;

/// <summary>
/// chrF (Popović, WMT 2015) as sacreBLEU computes it by default: F-score, recall weighted by beta = 2, of character n-grams of order 1 to 6,
/// white space left out, averaged over the orders that both texts are long enough for. Characters are Unicode code points. Scores are 0 to 1, a hundredth of what the
/// program prints.
/// </summary>
public static class Chrf
{
    private const int MaximumOrder = 6;
    private const double BetaSquared = 4;

    /// <summary>Scores one text.</summary>
    /// <param name="hypothesis">The text to be scored.</param>
    /// <param name="reference">The text it should be.</param>
    /// <returns>chrF, 0 to 1.</returns>
    public static double Sentence(string hypothesis, string reference) => Corpus([(hypothesis, reference)]);

    /// <summary>Scores texts together.</summary>
    /// <param name="pairs">Texts to be scored and what they should be.</param>
    /// <returns>chrF, 0 to 1.</returns>
    public static double Corpus(IEnumerable<(string Hypothesis, string Reference)> pairs)
    {
        ArgumentNullException.ThrowIfNull(pairs);
        var hypothesisTotals = new long[MaximumOrder];
        var referenceTotals = new long[MaximumOrder];
        var matches = new long[MaximumOrder];
        foreach (var (hypothesis, reference) in pairs)
        {
            var left = Squeeze(hypothesis);
            var right = Squeeze(reference);
            for (var order = 1; order <= MaximumOrder; order++)
            {
                var references = Count(right, order);
                referenceTotals[order - 1] += Math.Max(0, right.Count - order + 1);
                if (references.Count == 0)
                    continue;
                hypothesisTotals[order - 1] += Math.Max(0, left.Count - order + 1);
                foreach (var (ngram, count) in Count(left, order))
                    matches[order - 1] += Math.Min(count, references.GetValueOrDefault(ngram));
            }
        }
        return Score(matches, hypothesisTotals, referenceTotals);
    }

    private static double Score(long[] matches, long[] hypothesisTotals, long[] referenceTotals)
    {
        var (precision, recall, orders) = (0.0, 0.0, 0);
        for (var i = 0; i < MaximumOrder; i++)
        {
            if (hypothesisTotals[i] == 0 || referenceTotals[i] == 0)
                continue;
            precision += (double)matches[i] / hypothesisTotals[i];
            recall += (double)matches[i] / referenceTotals[i];
            orders++;
        }
        if (precision + recall == 0)
            return 0;
        (precision, recall) = (precision / orders, recall / orders);
        return (1 + BetaSquared) * precision * recall / ((BetaSquared * precision) + recall);
    }

    private static List<string> Squeeze(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return text.EnumerateRunes().Where(rune => !(rune.IsBmp && WhiteSpace.Is((char)rune.Value))).Select(rune => rune.ToString()).ToList();
    }

    private static Dictionary<string, int> Count(List<string> characters, int order)
    {
        var counts = new Dictionary<string, int>(StringComparer.Ordinal);
        var ngram = new StringBuilder();
        for (var start = 0; start + order <= characters.Count; start++)
        {
            ngram.Clear();
            for (var i = start; i < start + order; i++)
                ngram.Append(characters[i]);
            CollectionsMarshal.GetValueRefOrAddDefault(counts, ngram.ToString(), out _)++;
        }
        return counts;
    }
}
