using System.Runtime.CompilerServices;

namespace ICAE.Lab.Data;

/// <summary>
/// The block function Philox4x32-10 of Salmon et al., "Parallel random numbers: as easy as 1, 2, 3" (SC 2011): a 128-bit counter and a
/// 64-bit key give 128 random bits.
/// </summary>
internal static class Philox4x32
{
    private const uint Multiplier0 = 0xD2511F53;
    private const uint Multiplier1 = 0xCD9E8D57;
    private const uint Weyl0 = 0x9E3779B9;
    private const uint Weyl1 = 0xBB67AE85;
    private const int Rounds = 10;

    /// <summary>Computes one block.</summary>
    /// <param name="c0">The counter's first word.</param>
    /// <param name="c1">The counter's second word.</param>
    /// <param name="c2">The counter's third word.</param>
    /// <param name="c3">The counter's fourth word.</param>
    /// <param name="k0">The key's first word.</param>
    /// <param name="k1">The key's second word.</param>
    /// <returns>Four random words.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static (uint R0, uint R1, uint R2, uint R3) Block(uint c0, uint c1, uint c2, uint c3, uint k0, uint k1)
    {
        for (var round = 0; round < Rounds; round++)
        {
            var product0 = (ulong)Multiplier0 * c0;
            var product1 = (ulong)Multiplier1 * c2;
            (c0, c1, c2, c3) = (
                (uint)(product1 >> 32) ^ c1 ^ k0,
                (uint)product1,
                (uint)(product0 >> 32) ^ c3 ^ k1,
                (uint)product0);
            k0 = unchecked(k0 + Weyl0);
            k1 = unchecked(k1 + Weyl1);
        }
        return (c0, c1, c2, c3);
    }
}
