namespace ICAE.Lab.Evaluation;

/// <summary>
/// The paper's EM ("the proportion of the exact matching prefix length to the total length"): how far the restoration is right from the
/// start. It is not string equality, and it cannot show what was restored behind the first mistake; <see cref="Alignment"/> can.
/// </summary>
public static class PrefixMatch
{
    /// <summary>How many ids are right before the first wrong one.</summary>
    /// <param name="hypothesis">The restored ids.</param>
    /// <param name="reference">The original ids.</param>
    /// <returns>The length of the common prefix in tokens.</returns>
    public static int Length(IReadOnlyList<int> hypothesis, IReadOnlyList<int> reference)
    {
        ArgumentNullException.ThrowIfNull(hypothesis);
        ArgumentNullException.ThrowIfNull(reference);
        var shorter = Math.Min(hypothesis.Count, reference.Count);
        var length = 0;
        while (length < shorter && hypothesis[length] == reference[length])
            length++;
        return length;
    }

    /// <summary>The matching prefix as a share of the reference.</summary>
    /// <param name="hypothesis">The restored ids; what goes on behind the reference's end does not count.</param>
    /// <param name="reference">The original ids.</param>
    /// <returns>The share, 0 to 1; 1 for an empty reference.</returns>
    public static double Fraction(IReadOnlyList<int> hypothesis, IReadOnlyList<int> reference)
    {
        var length = Length(hypothesis, reference);
        return reference.Count == 0 ? 1 : (double)length / reference.Count;
    }
}
