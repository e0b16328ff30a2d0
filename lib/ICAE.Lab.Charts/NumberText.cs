using System.Globalization;

namespace ICAE.Lab.Charts;

/// <summary>Numbers as they are shown: few significant digits, and no exponent where a person would write none.</summary>
public static class NumberText
{
    private const double MostWhole = 1e15;

    /// <summary>Writes a number.</summary>
    /// <param name="value">The number.</param>
    /// <param name="digits">How many significant digits it has at most; what stands before the decimal point is shown whole.</param>
    /// <returns>The text, the same in every culture.</returns>
    public static string Of(double value, int digits = 4)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(digits, 1);
        var size = Math.Abs(value);
        return value.ToString(size >= Math.Pow(10, digits - 1) && size < MostWhole ? "F0" : $"G{digits}", CultureInfo.InvariantCulture);
    }
}
