using ICAE.Lab.Data;

namespace ICAE.Lab.Evaluation;

/// <summary>
/// Percentile bootstrap intervals (Efron), seeded. Texts of one book are alike, so where several books are behind a number, books are
/// resampled and not texts: name the levels from the outside in, as in <c>book, chapter</c>.
/// </summary>
/// <param name="Seed">The seed; the same seed gives the same interval.</param>
/// <param name="Resamples">How many resamples; at least 1.</param>
/// <param name="Confidence">The confidence, between 0 and 1.</param>
public sealed record Bootstrap(ulong Seed = 0, int Resamples = 2000, double Confidence = 0.95)
{
    private static readonly uint Stream = CounterRandom.StreamOf("bootstrap");

    /// <summary>The interval of a mean.</summary>
    /// <param name="values">The values.</param>
    /// <param name="clusters">
    /// The cluster that each value belongs to, from the outermost level inwards; none means that the values are independent.
    /// </param>
    /// <returns>The mean and its interval.</returns>
    /// <exception cref="ArgumentException">There are no values, or not one cluster for each.</exception>
    public ConfidenceInterval Mean(IReadOnlyList<double> values, params IReadOnlyList<string>[] clusters) =>
        Interval(values, Statistics.Mean, clusters);

    /// <summary>The interval of any statistic of a set of items, such as the corpus BLEU of summed counts.</summary>
    /// <typeparam name="T">What one item is: a score, a pair, the counts of a text.</typeparam>
    /// <param name="items">The items.</param>
    /// <param name="statistic">The statistic; it is called once for the items themselves and once for each resample.</param>
    /// <param name="clusters">
    /// The cluster that each item belongs to, from the outermost level inwards. At each level clusters are drawn with replacement within
    /// the cluster above; a cluster of the innermost level stays whole. None means that the items themselves are drawn. A level with one cluster in all is passed over: an
    /// interval can then only speak of other items of that cluster.
    /// </param>
    /// <returns>The statistic and its interval.</returns>
    /// <exception cref="ArgumentException">There are no items, or not one cluster for each.</exception>
    public ConfidenceInterval Interval<T>(
        IReadOnlyList<T> items, Func<IReadOnlyList<T>, double> statistic, params IReadOnlyList<string>[] clusters)
    {
        ArgumentNullException.ThrowIfNull(items);
        ArgumentNullException.ThrowIfNull(statistic);
        ArgumentNullException.ThrowIfNull(clusters);
        ArgumentOutOfRangeException.ThrowIfLessThan(Resamples, 1);
        if (Confidence is not (> 0 and < 1))
            throw new ArgumentException($"A confidence lies between 0 and 1, not at {Confidence}.");
        if (items.Count == 0)
            throw new ArgumentException("There is nothing to resample.", nameof(items));
        if (clusters.Any(level => level.Count != items.Count))
            throw new ArgumentException($"Each level names one cluster for each of the {items.Count} items.", nameof(clusters));

        clusters = [.. clusters.Where(level => level.Distinct(StringComparer.Ordinal).Skip(1).Any())];
        var tree = Node.Build(Enumerable.Range(0, items.Count).ToArray(), clusters, 0);
        var values = new double[Resamples];
        var sample = new List<T>(items.Count);
        for (var resample = 0; resample < Resamples; resample++)
        {
            sample.Clear();
            tree.Draw(new CounterRandom(Seed, Stream, (ulong)resample), items, sample);
            values[resample] = statistic(sample);
        }
        var tail = (1 - Confidence) / 2;
        return new ConfidenceInterval(
            statistic(items), Statistics.Quantile(values, tail), Statistics.Quantile(values, 1 - tail), Confidence, tree.Units);
    }

    /// <summary>Either clusters to draw from, or the items of an innermost cluster.</summary>
    private sealed class Node
    {
        private readonly Node[] _children = [];
        private readonly int[] _items = [];

        private Node(Node[] children) => _children = children;

        private Node(int[] items) => _items = items;

        public int Units => _children.Length;

        public static Node Build(int[] items, IReadOnlyList<string>[] clusters, int level)
        {
            if (clusters.Length == 0)
                return new Node(items.Select(item => new Node([item])).ToArray());
            if (level == clusters.Length)
                return new Node(items);
            return new Node(items
                .GroupBy(item => clusters[level][item], StringComparer.Ordinal)
                .Select(group => Build([.. group], clusters, level + 1))
                .ToArray());
        }

        public void Draw<T>(CounterRandom random, IReadOnlyList<T> items, List<T> sample)
        {
            foreach (var item in _items)
                sample.Add(items[item]);
            for (var i = 0; i < _children.Length; i++)
                _children[random.NextInt(_children.Length)].Draw(random, items, sample);
        }
    }
}
