using System.Text.Json.Nodes;

namespace ICAE.Lab.Formats;

/// <summary>
/// Llama 3.1's rotary scaling divides the frequency of long waves by a factor, leaves that of short ones, and passes smoothly from one to
/// the other between. GGUF stores the resulting divisors; this finds the settings that give them.
/// </summary>
internal static class Llama3RotaryFactors
{
    private const double Tolerance = 1e-4;

    /// <summary>The settings, or <see langword="null"/> where none give these divisors.</summary>
    /// <param name="divisors">One for each pair of a head's dimensions.</param>
    /// <param name="theta">The rotary base.</param>
    public static JsonObject? ToSettings(ReadOnlySpan<float> divisors, double theta)
    {
        var factor = 1.0;
        foreach (var divisor in divisors)
            factor = Math.Max(factor, divisor);

        if (!double.IsFinite(factor) || factor <= 1)
            return null;

        factor = Rounded(factor);
        return Fits(divisors, theta, factor, 4, 8192) ? Settings(factor, 4, 8192) : Solve(divisors, theta, factor);
    }

    /// <summary>The divisor of one frequency.</summary>
    /// <param name="wave">The wave's length in tokens.</param>
    /// <param name="factor">The divisor of long waves.</param>
    /// <param name="high">The context divided by this is where waves stop being short; where they begin to be long is the context itself.</param>
    /// <param name="context">The context that the model was first trained on.</param>
    private static double Divisor(double wave, double factor, double high, double context)
    {
        if (wave < context / high)
            return 1;

        if (wave > context)
            return factor;

        var smooth = (context / wave - 1) / (high - 1);
        return 1 / ((1 - smooth) / factor + smooth);
    }

    private static double Wave(int pair, int pairs, double theta) => 2 * Math.PI * Math.Pow(theta, (double)pair / pairs);

    private static bool Fits(ReadOnlySpan<float> divisors, double theta, double factor, double high, double context)
    {
        for (var i = 0; i < divisors.Length; i++)
        {
            var expected = Divisor(Wave(i, divisors.Length, theta), factor, high, context);
            if (!(Math.Abs(divisors[i] - expected) <= Tolerance * expected))
                return false;
        }

        return true;
    }

    // Between the two bounds the smoothness is a straight line over 1 / wave, so two points of it give both bounds. Only the context's ratio to
    // each bound shows in the divisors; low_freq_factor is taken to be 1, as in every published model.
    private static JsonObject? Solve(ReadOnlySpan<float> divisors, double theta, double factor)
    {
        var points = new List<(double Inverse, double Smooth)>();
        for (var i = 0; i < divisors.Length; i++)
        {
            if (divisors[i] > 1 + Tolerance && divisors[i] < factor * (1 - Tolerance))
                points.Add((1 / Wave(i, divisors.Length, theta), (1 / divisors[i] - 1 / factor) / (1 - 1 / factor)));
        }

        if (points.Count < 2)
            return null;

        var slope = (points[0].Smooth - points[^1].Smooth) / (points[0].Inverse - points[^1].Inverse);
        var atZero = points[0].Smooth - slope * points[0].Inverse;
        var high = Rounded(1 - 1 / atZero);
        var context = Math.Round(slope * (high - 1));
        return high > 1 && double.IsFinite(high) && context > 0 && double.IsFinite(context) && Fits(divisors, theta, factor, high, context) ? Settings(factor, high, context) : null;
    }

    private static double Rounded(double value) => Math.Abs(value - Math.Round(value)) < Tolerance * value ? Math.Round(value) : value;

    private static JsonObject Settings(double factor, double high, double context) => new()
    {
        ["rope_type"] = "llama3",
        ["factor"] = factor,
        ["low_freq_factor"] = 1.0,
        ["high_freq_factor"] = high,
        ["original_max_position_embeddings"] = (long)context,
    };
}
