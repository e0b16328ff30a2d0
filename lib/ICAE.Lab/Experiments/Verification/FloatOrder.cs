namespace ICAE.Lab.Experiments.Verification;

/// <summary>Differences of floats in units in the last place.</summary>
internal static class FloatOrder
{
    /// <summary>The largest difference; infinite where one value alone is not a number.</summary>
    /// <param name="expected">The reference.</param>
    /// <param name="actual">As many values.</param>
    public static double LargestUlps(ReadOnlySpan<float> expected, ReadOnlySpan<float> actual)
    {
        var largest = 0.0;
        for (var i = 0; i < expected.Length; i++)
        {
            if (float.IsNaN(expected[i]) != float.IsNaN(actual[i]))
                return double.PositiveInfinity;

            if (!float.IsNaN(expected[i]))
                largest = Math.Max(largest, Math.Abs((double)Rank(expected[i]) - Rank(actual[i])));
        }

        return largest;
    }

    /// <summary>Numbers floats in their order, so that neighbours differ by one and both zeros are equal.</summary>
    private static int Rank(float value)
    {
        var bits = BitConverter.SingleToInt32Bits(value);
        return bits >= 0 ? bits : int.MinValue - bits;
    }
}
