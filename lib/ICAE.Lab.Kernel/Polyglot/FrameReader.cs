using System.Collections;
using System.Globalization;
using ICAE.Lab.Kernel.Language;

namespace ICAE.Lab.Kernel.Polyglot;

/// <summary>
/// Reads a <c>Microsoft.Data.Analysis.DataFrame</c> by its members' names: the kernel has no reference to that library, since its own version
/// would win over the notebook's.
/// </summary>
internal static class FrameReader
{
    /// <summary>The simple name of the assembly, and the namespace.</summary>
    public const string Library = "Microsoft.Data.Analysis";

    private static readonly Type[] WholeNumbers = [typeof(long), typeof(int), typeof(short), typeof(sbyte), typeof(byte), typeof(ushort), typeof(uint), typeof(ulong)];
    private static readonly Type[] Numbers = [typeof(double), typeof(float), typeof(decimal), typeof(Half)];

    /// <summary>Whether a value is a data frame.</summary>
    public static bool IsFrame(object value)
    {
        for (var type = value.GetType(); type is not null; type = type.BaseType)
        {
            if (type.FullName == Library + ".DataFrame")
                return true;
        }

        return false;
    }

    /// <summary>Reads a data frame.</summary>
    /// <exception cref="NotShareableException">A column's values have no form in other languages.</exception>
    public static SharedTable Read(object frame) => new([.. ((IEnumerable)Get(frame, "Columns")).Cast<object>().Select(Column)]);

    private static SharedColumn Column(object column)
    {
        var name = (string)Get(column, "Name");
        var values = ((IEnumerable)column).Cast<object?>().ToList();
        var missing = values.Contains(null) ? values.Select(value => value is null).ToArray() : null;
        return new SharedColumn(name, Values(name, (Type)Get(column, "DataType"), values), missing);
    }

    private static Array Values(string name, Type type, List<object?> values)
    {
        if (Numbers.Contains(type))
            return Convert(values, value => value is Half half ? (double)half : System.Convert.ToDouble(value, CultureInfo.InvariantCulture));

        if (WholeNumbers.Contains(type))
            return Convert(values, value => Whole(name, value));

        if (type == typeof(bool))
            return Convert(values, value => (bool)value);

        if (type == typeof(DateTime))
            return Convert(values, value => (DateTime)value);

        if (type == typeof(string) || type == typeof(char))
            return Convert<string?>(values, value => (string)ClrReader.Scalar(value)!.Value!);

        throw new NotShareableException($"its column \"{name}\" holds {TypeNames.Short(type)}, for which other languages have no form");
    }

    private static long Whole(string name, object value) => value is ulong and > long.MaxValue
        ? throw new NotShareableException($"its column \"{name}\" holds a whole number that needs more than 63 bits")
        : System.Convert.ToInt64(value, CultureInfo.InvariantCulture);

    private static T[] Convert<T>(List<object?> values, Func<object, T> convert) => [.. values.Select(value => value is null ? default! : convert(value))];

    private static object Get(object owner, string property) => owner.GetType().GetProperties().First(found => found.Name == property && found.GetIndexParameters().Length == 0).GetValue(owner)
        ?? throw new NotShareableException($"its property {property} is null");
}
