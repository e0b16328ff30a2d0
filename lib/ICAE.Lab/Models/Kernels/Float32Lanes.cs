using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace ICAE.Lab.Models.Kernels;

/// <summary>float32 in memory.</summary>
internal readonly unsafe struct Float32Lanes : ILanes
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Load(void* data, nint index) => Vector512.Load((float*)data + index);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(void* data, nint index, Vector512<float> value) => Vector512.Store(value, (float*)data + index);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float LoadOne(void* data, nint index) => ((float*)data)[index];

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreOne(void* data, nint index, float value) => ((float*)data)[index] = value;
}
