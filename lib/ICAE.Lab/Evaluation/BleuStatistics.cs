using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace ICAE.Lab.Evaluation;

/// <summary>
/// The counts that BLEU up to 4-grams is made of (Papineni et al., ACL 2002), for one text or, added up, for a corpus. Keeping them for
/// each text lets a bootstrap compute a corpus score for each resample without counting again.
/// </summary>
public sealed class BleuStatistics
{
    private BleuStatistics(long[] matches, long[] totals, long hypothesisLength, long referenceLength)
    {
        Matches = matches;
        Totals = totals;
        HypothesisLength = hypothesisLength;
        ReferenceLength = referenceLength;
    }

    /// <summary>The longest n-grams counted.</summary>
    public const int MaximumOrder = 4;

    /// <summary>The counts of no text at all: what a sum starts from.</summary>
    public static BleuStatistics Empty { get; } = new([0, 0, 0, 0], [0, 0, 0, 0], 0, 0);

    /// <summary>Clipped matches for n-grams of 1 to 4 tokens.</summary>
    public IReadOnlyList<long> Matches { get; }

    /// <summary>N-grams of 1 to 4 tokens in the hypothesis.</summary>
    public IReadOnlyList<long> Totals { get; }

    /// <summary>Tokens in the hypothesis.</summary>
    public long HypothesisLength { get; }

    /// <summary>Tokens in the reference.</summary>
    public long ReferenceLength { get; }

    /// <summary>Counts one text, with one reference.</summary>
    /// <param name="hypothesis">The ids to be scored.</param>
    /// <param name="reference">The ids they should be.</param>
    /// <returns>The counts.</returns>
    public static BleuStatistics Of(IReadOnlyList<int> hypothesis, IReadOnlyList<int> reference)
    {
        ArgumentNullException.ThrowIfNull(hypothesis);
        ArgumentNullException.ThrowIfNull(reference);
        var matches = new long[MaximumOrder];
        var totals = new long[MaximumOrder];
        for (var order = 1; order <= MaximumOrder; order++)
        {
            var left = Count(reference, order);
            totals[order - 1] = Math.Max(0, hypothesis.Count - order + 1);
            for (var start = 0; start + order <= hypothesis.Count; start++)
            {
                ref var count = ref CollectionsMarshal.GetValueRefOrNullRef(left, new Ngram(hypothesis, start, order));
                if (Unsafe.IsNullRef(ref count) || count == 0)
                    continue;
                count--;
                matches[order - 1]++;
            }
        }
        return new BleuStatistics(matches, totals, hypothesis.Count, reference.Count);
    }

    /// <summary>Adds the counts of two texts or corpora.</summary>
    /// <param name="left">One.</param>
    /// <param name="right">The other.</param>
    /// <returns>The counts of both together.</returns>
    public static BleuStatistics operator +(BleuStatistics left, BleuStatistics right)
    {
        ArgumentNullException.ThrowIfNull(left);
        ArgumentNullException.ThrowIfNull(right);
        return new BleuStatistics(
            [.. left.Matches.Zip(right.Matches, (a, b) => a + b)],
            [.. left.Totals.Zip(right.Totals, (a, b) => a + b)],
            left.HypothesisLength + right.HypothesisLength,
            left.ReferenceLength + right.ReferenceLength);
    }

    /// <summary>Adds the counts of two texts or corpora.</summary>
    /// <param name="left">One.</param>
    /// <param name="right">The other.</param>
    /// <returns>The counts of both together.</returns>
    public static BleuStatistics Add(BleuStatistics left, BleuStatistics right) => left + right;

    /// <summary>
    /// BLEU as sacreBLEU computes it, with exponential smoothing: the first order without a match counts as half a match, the next as a quarter,
    /// and so on.
    /// </summary>
    /// <param name="effectiveOrder">
    /// Whether orders that the hypothesis is too short for are left out of the mean, as sacreBLEU does for single sentences; its corpus
    /// scores give 0 there.
    /// </param>
    /// <returns>The score, 0 to 1 (sacreBLEU prints a hundred times that).</returns>
    public double ExponentiallySmoothed(bool effectiveOrder)
    {
        if (Matches.All(m => m == 0))
            return 0;
        var sum = 0.0;
        var smoothing = 1.0;
        var order = 0;
        for (; order < MaximumOrder && Totals[order] > 0; order++)
        {
            if (Matches[order] == 0)
                smoothing *= 2;
            sum += Math.Log((Matches[order] == 0 ? 1 / smoothing : Matches[order]) / Totals[order]);
        }
        if (order < MaximumOrder && !effectiveOrder)
            return 0;
        return BrevityPenalty * Math.Exp(sum / order);
    }

    /// <summary>
    /// BLEU as NLTK's <c>sentence_bleu</c> computes it with <c>SmoothingFunction().method1</c>: an order without a match counts as a tenth of
    /// a match, and orders that the hypothesis is too short for as a tenth of one n-gram.
    /// </summary>
    /// <returns>The score, 0 to 1.</returns>
    public double NltkMethod1()
    {
        if (Matches[0] == 0)
            return 0;
        var sum = 0.0;
        for (var order = 0; order < MaximumOrder; order++)
            sum += Math.Log((Matches[order] == 0 ? 0.1 : Matches[order]) / Math.Max(1, Totals[order]));
        return BrevityPenalty * Math.Exp(sum / MaximumOrder);
    }

    /// <summary>e^(1 - r/h) where the hypothesis is shorter than the reference, else 1; 0 for an empty hypothesis.</summary>
    public double BrevityPenalty
    {
        get
        {
            if (HypothesisLength >= ReferenceLength)
                return 1;
            return HypothesisLength == 0 ? 0 : Math.Exp(1 - ((double)ReferenceLength / HypothesisLength));
        }
    }

    private static Dictionary<Ngram, int> Count(IReadOnlyList<int> tokens, int order)
    {
        var counts = new Dictionary<Ngram, int>(Math.Max(0, tokens.Count - order + 1));
        for (var start = 0; start + order <= tokens.Count; start++)
            CollectionsMarshal.GetValueRefOrAddDefault(counts, new Ngram(tokens, start, order), out _)++;
        return counts;
    }

    private readonly record struct Ngram(int First, int Second, int Third, int Fourth)
    {
        public Ngram(IReadOnlyList<int> tokens, int start, int order)
            : this(
                tokens[start],
                order > 1 ? tokens[start + 1] : 0,
                order > 2 ? tokens[start + 2] : 0,
                order > 3 ? tokens[start + 3] : 0)
        {
        }
    }
}
