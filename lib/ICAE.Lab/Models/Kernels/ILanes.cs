using System.Runtime.Intrinsics;

namespace ICAE.Lab.Models.Kernels;

/// <summary>Sixteen numbers at a time, in float32 whatever the type in memory.</summary>
internal unsafe interface ILanes
{
    /// <summary>Numbers in a vector.</summary>
    const int Count = 16;

    /// <summary>Reads sixteen numbers from element <paramref name="index"/> on.</summary>
    static abstract Vector512<float> Load(void* data, nint index);

    /// <summary>Writes sixteen numbers from element <paramref name="index"/> on, rounding to nearest even.</summary>
    static abstract void Store(void* data, nint index, Vector512<float> value);

    /// <summary>Reads one number.</summary>
    static abstract float LoadOne(void* data, nint index);

    /// <summary>Writes one number.</summary>
    static abstract void StoreOne(void* data, nint index, float value);
}
