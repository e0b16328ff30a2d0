using System.Numerics;

namespace ICAE.Lab.Kernel.Polyglot;

/// <summary>Makes values of .NET, of the narrowest type that holds all that is there.</summary>
internal static class ClrBuilder
{
    /// <summary>
    /// Makes a value: a list becomes an array of its elements' type, of <see cref="object"/> if they have several; a map a dictionary; a table
    /// a dictionary of its columns.
    /// </summary>
    public static object? Build(SharedValue value) => value switch
    {
        SharedScalar scalar => scalar.Value,
        SharedArray array => array.Values,
        SharedList list => List([.. list.Items.Select(Build)]),
        SharedMap map => Map(map),
        SharedTable table => Table(table),
        _ => throw new InvalidOperationException($"{value.GetType()} is not known."),
    };

    /// <summary>The values of a column: nullable if one is missing.</summary>
    public static Array Column(SharedColumn column) => column.Missing is null ? column.Values : column.Values switch
    {
        double[] values => Nullable(values, column),
        long[] values => Nullable(values, column),
        bool[] values => Nullable(values, column),
        DateTime[] values => Nullable(values, column),
        _ => column.Values,
    };

    private static T?[] Nullable<T>(T[] values, SharedColumn column)
        where T : struct => [.. values.Select((value, row) => column.IsMissing(row) ? default(T?) : value)];

    private static Dictionary<string, Array> Table(SharedTable table) => table.Columns.ToDictionary(column => column.Name, Column);

    private static Array List(object?[] items)
    {
        var type = CommonType(items);
        var array = Array.CreateInstance(type, items.Length);
        for (var index = 0; index < items.Length; index++)
            array.SetValue(Fit(items[index], type), index);

        return array;
    }

    private static object Map(SharedMap map)
    {
        object?[] values = [.. map.Entries.Select(entry => Build(entry.Value))];
        var type = CommonType(values);
        var built = (System.Collections.IDictionary)Activator.CreateInstance(typeof(Dictionary<,>).MakeGenericType(typeof(string), type))!;
        for (var index = 0; index < values.Length; index++)
            built[map.Entries[index].Key] = Fit(values[index], type);

        return built;
    }

    /// <summary>The type of all values; whole numbers among others are numbers.</summary>
    private static Type CommonType(object?[] values)
    {
        var types = values.OfType<object>().Select(value => value.GetType()).Distinct().ToList();
        var type = types switch
        {
            [var single] when !(single.IsArray && single.GetArrayRank() > 1) => single,
            [_, _] when types.Contains(typeof(long)) && types.Contains(typeof(double)) => typeof(double),
            [_, _] when types.Contains(typeof(long)) && types.Contains(typeof(BigInteger)) => typeof(BigInteger),
            _ => typeof(object),
        };
        return type.IsValueType && values.Contains(null) ? typeof(Nullable<>).MakeGenericType(type) : type;
    }

    private static object? Fit(object? value, Type type) => value switch
    {
        long number when type == typeof(double) || type == typeof(double?) => (double)number,
        long number when type == typeof(BigInteger) || type == typeof(BigInteger?) => (BigInteger)number,
        _ => value,
    };
}
