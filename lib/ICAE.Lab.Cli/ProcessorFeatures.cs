using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;

namespace ICAE.Lab.Cli;

/// <summary>What the processor can do that matters to matrix products.</summary>
internal static class ProcessorFeatures
{
    private const int FeatureLeaf = 7;
    private const int Avx512BFloat16Bit = 5;
    private const int AmxBFloat16Bit = 22;

    /// <summary>The widest vector instructions, in words.</summary>
    public static string Vectors() =>
        Avx512F.IsSupported ? "AVX-512"
        : Avx2.IsSupported ? "AVX2"
        : Avx.IsSupported ? "AVX"
        : AdvSimd.IsSupported ? "NEON"
        : "none beyond the base of this architecture";

    /// <summary>Whether there are instructions that multiply bfloat16; <see langword="null"/> where the processor cannot be asked.</summary>
    public static bool? BFloat16()
    {
        if (!X86Base.IsSupported || X86Base.CpuId(0, 0).Eax < FeatureLeaf)
            return null;

        var amx = IsSet(X86Base.CpuId(FeatureLeaf, 0).Edx, AmxBFloat16Bit);
        return amx || (Avx512F.IsSupported && IsSet(X86Base.CpuId(FeatureLeaf, 1).Eax, Avx512BFloat16Bit));
    }

    private static bool IsSet(int register, int bit) => (register >> bit & 1) != 0;
}
