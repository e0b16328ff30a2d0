namespace ICAE.Lab.Evaluation;

/// <summary>Summaries of a sample.</summary>
public static class Statistics
{
    /// <summary>The arithmetic mean.</summary>
    /// <param name="values">The sample; not empty.</param>
    /// <returns>The mean.</returns>
    /// <exception cref="ArgumentException">The sample is empty.</exception>
    public static double Mean(IReadOnlyList<double> values)
    {
        RequireAny(values);
        var sum = 0.0;
        for (var i = 0; i < values.Count; i++)
            sum += values[i];
        return sum / values.Count;
    }

    /// <summary>The sample's standard deviation, with n - 1 in the denominator.</summary>
    /// <param name="values">The sample; not empty.</param>
    /// <returns>The standard deviation; NaN for a single value.</returns>
    /// <exception cref="ArgumentException">The sample is empty.</exception>
    public static double StandardDeviation(IReadOnlyList<double> values)
    {
        var mean = Mean(values);
        return Math.Sqrt(values.Sum(value => (value - mean) * (value - mean)) / (values.Count - 1));
    }

    /// <summary>A quantile, interpolated linearly between the neighbouring values (type 7 of Hyndman and Fan, the default of NumPy and R).</summary>
    /// <param name="values">The sample; not empty.</param>
    /// <param name="probability">0 for the smallest value, .5 for the median, 1 for the largest.</param>
    /// <returns>The quantile; NaN where a value is NaN.</returns>
    /// <exception cref="ArgumentException">The sample is empty, or the probability outside 0 to 1.</exception>
    public static double Quantile(IReadOnlyList<double> values, double probability)
    {
        RequireAny(values);
        if (probability is not (>= 0 and <= 1))
            throw new ArgumentOutOfRangeException(nameof(probability), probability, "A probability lies between 0 and 1.");
        var sorted = values.ToArray();
        Array.Sort(sorted);

        // Sorting puts NaN first.
        if (double.IsNaN(sorted[0]))
            return double.NaN;
        var place = probability * (sorted.Length - 1);
        var below = (int)place;
        var above = Math.Min(below + 1, sorted.Length - 1);
        return sorted[below] + ((place - below) * (sorted[above] - sorted[below]));
    }

    private static void RequireAny(IReadOnlyList<double> values)
    {
        ArgumentNullException.ThrowIfNull(values);
        if (values.Count == 0)
            throw new ArgumentException("The sample is empty.", nameof(values));
    }
}
