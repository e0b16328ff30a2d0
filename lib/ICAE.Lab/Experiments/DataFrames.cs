using System.Reflection;
using Microsoft.Data.Analysis;

namespace ICAE.Lab.Experiments;

/// <summary>Typed rows as tables.</summary>
public static class DataFrames
{
    /// <summary>Makes a table of rows: a column for each public property that holds a text, a number, a truth value or a choice.</summary>
    /// <typeparam name="T">The type of the rows.</typeparam>
    /// <param name="rows">The rows.</param>
    /// <returns>The table; choices are texts, and numbers keep their width.</returns>
    /// <exception cref="ArgumentException">The type has no such property.</exception>
    public static DataFrame ToDataFrame<T>(this IEnumerable<T> rows)
    {
        ArgumentNullException.ThrowIfNull(rows);
        var all = rows.ToArray();
        var columns = typeof(T).GetProperties(BindingFlags.Public | BindingFlags.Instance)
            .Where(property => property.GetIndexParameters().Length == 0)
            .Select(property => Column(property, [.. all.Select(row => property.GetValue(row))]))
            .OfType<DataFrameColumn>()
            .ToArray();
        return columns.Length > 0
            ? new DataFrame(columns)
            : throw new ArgumentException($"{typeof(T).Name} has no property that a table could show.", nameof(rows));
    }

    private static DataFrameColumn? Column(PropertyInfo property, object?[] values)
    {
        var type = Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType;
        if (type == typeof(string) || type.IsEnum)
            return new StringDataFrameColumn(property.Name, values.Select(value => value?.ToString()));

        if (type == typeof(bool))
            return new BooleanDataFrameColumn(property.Name, values.Cast<bool?>());

        if (type == typeof(int))
            return new Int32DataFrameColumn(property.Name, values.Cast<int?>());

        if (type == typeof(long))
            return new Int64DataFrameColumn(property.Name, values.Cast<long?>());

        if (type == typeof(float))
            return new SingleDataFrameColumn(property.Name, values.Cast<float?>());

        return type == typeof(double) ? new DoubleDataFrameColumn(property.Name, values.Cast<double?>()) : null;
    }
}
