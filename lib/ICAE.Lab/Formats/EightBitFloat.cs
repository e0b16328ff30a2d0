namespace ICAE.Lab.Formats;

/// <summary>Every value of the two 8-bit float types of the Open Compute Project, by its byte.</summary>
internal static class EightBitFloat
{
    /// <summary>One sign, four exponent (bias 7) and three mantissa bits; no infinities, NaN where all seven are set.</summary>
    public static readonly float[] E4M3 = Table(mantissaBits: 3, bias: 7, hasInfinity: false);

    /// <summary>One sign, five exponent (bias 15) and two mantissa bits, with infinities and NaN as in IEEE 754.</summary>
    public static readonly float[] E5M2 = Table(mantissaBits: 2, bias: 15, hasInfinity: true);

    private static float[] Table(int mantissaBits, int bias, bool hasInfinity)
    {
        var values = new float[256];
        for (var code = 0; code < values.Length; code++)
        {
            var magnitude = code & 0x7F;
            var exponent = magnitude >> mantissaBits;
            var mantissa = magnitude & ((1 << mantissaBits) - 1);
            var isTop = exponent == 0x7F >> mantissaBits;
            var value = (isTop, hasInfinity) switch
            {
                (true, true) => mantissa == 0 ? float.PositiveInfinity : float.NaN,
                (true, false) when magnitude == 0x7F => float.NaN,
                _ when exponent == 0 => MathF.ScaleB(mantissa, 1 - bias - mantissaBits),
                _ => MathF.ScaleB((1 << mantissaBits) + mantissa, exponent - bias - mantissaBits),
            };
            values[code] = code < 0x80 ? value : -value;
        }

        return values;
    }
}
