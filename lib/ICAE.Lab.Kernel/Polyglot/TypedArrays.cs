namespace ICAE.Lab.Kernel.Polyglot;

/// <summary>Arrays of numbers and truth values.</summary>
internal static class TypedArrays
{
    /// <summary>Reads an array.</summary>
    /// <returns><see langword="null"/> if its elements are to be read one by one.</returns>
    public static SharedArray? TryRead(Array array) => Block(array, array.GetType().GetElementType()!) is { } block ? new SharedArray(block) : null;

    private static Array? Block(Array array, Type element)
    {
        // The elements' type itself: for the runtime, an array of an enumeration is one of its numbers too.
        if (element == typeof(double) || element == typeof(long) || element == typeof(bool))
            return array;

        if (element == typeof(float))
            return FlatArray.Convert<float, double>(array, static value => value);

        if (element == typeof(Half))
            return FlatArray.Convert<Half, double>(array, static value => (double)value);

        return Whole(array, element);
    }

    private static Array? Whole(Array array, Type element)
    {
        if (element == typeof(int))
            return FlatArray.Convert<int, long>(array, static value => value);

        if (element == typeof(uint))
            return FlatArray.Convert<uint, long>(array, static value => value);

        if (element == typeof(short))
            return FlatArray.Convert<short, long>(array, static value => value);

        if (element == typeof(ushort))
            return FlatArray.Convert<ushort, long>(array, static value => value);

        if (element == typeof(byte))
            return FlatArray.Convert<byte, long>(array, static value => value);

        if (element == typeof(sbyte))
            return FlatArray.Convert<sbyte, long>(array, static value => value);

        return element == typeof(ulong) && Fits(array) ? FlatArray.Convert<ulong, long>(array, static value => (long)value) : null;
    }

    private static bool Fits(Array array)
    {
        foreach (var value in FlatArray.Of<ulong>(array))
        {
            if (value > long.MaxValue)
                return false;
        }

        return true;
    }
}
