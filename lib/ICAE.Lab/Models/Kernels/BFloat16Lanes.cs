using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace ICAE.Lab.Models.Kernels;

/// <summary>bfloat16 in memory: the upper half of a float32.</summary>
internal readonly unsafe struct BFloat16Lanes : ILanes
{
    private const uint QuietNaN = 0x7FC0;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Load(void* data, nint index)
    {
        var half = Vector256.Load((ushort*)data + index);
        var wide = Avx512F.IsSupported
            ? Avx512F.ConvertToVector512UInt32(half)
            : Vector512.Create(Vector256.WidenLower(half), Vector256.WidenUpper(half));
        return (wide << 16).AsSingle();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(void* data, nint index, Vector512<float> value)
    {
        var bits = value.AsUInt32();
        var rounded = (bits + Vector512.Create(0x7FFFu) + ((bits >> 16) & Vector512.Create(1u))) >> 16;
        rounded = Vector512.ConditionalSelect(Vector512.Equals(value, value).AsUInt32(), rounded, Vector512.Create(QuietNaN));
        var half = Avx512F.IsSupported
            ? Avx512F.ConvertToVector256UInt16(rounded)
            : Vector256.Narrow(rounded.GetLower(), rounded.GetUpper());
        Vector256.Store(half, (ushort*)data + index);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float LoadOne(void* data, nint index) => BitConverter.UInt32BitsToSingle((uint)((ushort*)data)[index] << 16);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreOne(void* data, nint index, float value)
    {
        var bits = BitConverter.SingleToUInt32Bits(value);
        ((ushort*)data)[index] = (ushort)(float.IsNaN(value) ? QuietNaN : (bits + 0x7FFF + ((bits >> 16) & 1)) >> 16);
    }
}
