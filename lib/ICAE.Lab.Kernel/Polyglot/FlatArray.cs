using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace ICAE.Lab.Kernel.Polyglot;

/// <summary>Arrays of any number of dimensions as one row of elements.</summary>
internal static class FlatArray
{
    /// <summary>The elements, row by row.</summary>
    public static Span<T> Of<T>(Array array) => MemoryMarshal.CreateSpan(ref Unsafe.As<byte, T>(ref MemoryMarshal.GetArrayDataReference(array)), array.Length);

    /// <summary>The elements' bytes.</summary>
    public static ReadOnlySpan<byte> Bytes(Array array) => array.GetType().GetElementType() switch
    {
        { } type when type == typeof(double) => MemoryMarshal.AsBytes(Of<double>(array)),
        { } type when type == typeof(long) => MemoryMarshal.AsBytes(Of<long>(array)),
        _ => MemoryMarshal.AsBytes(Of<bool>(array)),
    };

    /// <summary>An array of a shape.</summary>
    public static Array Create<T>(int[] shape) => Array.CreateInstance(typeof(T), shape);

    /// <summary>An array of a shape, filled.</summary>
    public static Array Create<T>(int[] shape, ReadOnlySpan<byte> bytes)
        where T : struct
    {
        var array = Create<T>(shape);
        bytes.CopyTo(MemoryMarshal.AsBytes(Of<T>(array)));
        return array;
    }

    /// <summary>An array of the same shape.</summary>
    public static Array Convert<TFrom, TTo>(Array from, Func<TFrom, TTo> convert)
    {
        var to = Create<TTo>([.. Enumerable.Range(0, from.Rank).Select(from.GetLength)]);
        var source = Of<TFrom>(from);
        var target = Of<TTo>(to);
        for (var index = 0; index < source.Length; index++)
            target[index] = convert(source[index]);

        return to;
    }
}
