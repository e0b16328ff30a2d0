using System.Collections;
using System.Numerics;
using System.Runtime.CompilerServices;
using ICAE.Lab.Kernel.Language;

namespace ICAE.Lab.Kernel.Polyglot;

/// <summary>Reads values of .NET. Runs code of the values' types: to be called as the cell's code.</summary>
internal sealed class ClrReader
{
    private readonly HashSet<object> _open = new(ReferenceEqualityComparer.Instance);

    /// <summary>Reads a value.</summary>
    /// <exception cref="NotShareableException">It has no form in other languages.</exception>
    public static SharedValue Read(object? value) => new ClrReader().Convert(value);

    /// <summary>A scalar in its shared form.</summary>
    /// <param name="value">A value.</param>
    /// <returns><see langword="null"/> if it is none.</returns>
    /// <exception cref="NotShareableException">It is a text that is no sound Unicode.</exception>
    public static SharedScalar? Scalar(object? value) => value switch
    {
        null or bool or long or double or decimal or DateTime or DateTimeOffset or DateOnly => new SharedScalar(value),
        Enum => null,
        string text => new SharedScalar(Sound(text)),
        char character => new SharedScalar(Sound(character.ToString())),
        sbyte or byte or short or ushort or int or uint => new SharedScalar(System.Convert.ToInt64(value, null)),
        ulong number => Whole(number),
        BigInteger number => Whole(number),
        float number => new SharedScalar((double)number),
        Half number => new SharedScalar((double)number),
        _ => null,
    };

    /// <summary>A whole number in the smallest form that holds it.</summary>
    public static SharedScalar Whole(BigInteger number) => new(number >= long.MinValue && number <= long.MaxValue ? (long)number : number);

    private SharedValue Convert(object? value)
    {
        if (Scalar(value) is { } scalar)
            return scalar;

        if (value is Array { Rank: > 2 } array)
            throw new NotShareableException($"it is an array of {array.Rank} dimensions, a {TypeNames.Short(array.GetType())}; at most two can be shared");

        if (value is Array block && TypedArrays.TryRead(block) is { } typed)
            return typed;

        if (FrameReader.IsFrame(value!))
            return FrameReader.Read(value!);

        return Nested(value!);
    }

    private SharedValue Nested(object value)
    {
        if (_open.Count >= SharedValue.MaxDepth)
            throw new NotShareableException($"it is nested more than {SharedValue.MaxDepth} deep");

        if (!_open.Add(value))
            throw new NotShareableException($"it contains itself, by a {TypeNames.Short(value.GetType())}");

        try
        {
            return value switch
            {
                IDictionary map => Map(map),
                Array { Rank: 2 } rows => Rows(rows),
                ITuple tuple => new SharedList([.. Enumerable.Range(0, tuple.Length).Select(index => Convert(tuple[index]))]),
                IEnumerable items when IsCollection(value.GetType()) => new SharedList([.. items.Cast<object?>().Select(Convert)]),
                IEnumerable => throw new NotShareableException($"it is a {TypeNames.Short(value.GetType())}, computed as it is read; share its ToArray()"),
                _ => throw new NotShareableException($"it is a {TypeNames.Short(value.GetType())}, for which other languages have no form"),
            };
        }
        finally
        {
            _open.Remove(value);
        }
    }

    private SharedMap Map(IDictionary map)
    {
        var entries = new List<KeyValuePair<string, SharedValue>>(map.Count);
        foreach (DictionaryEntry entry in map)
        {
            var key = entry.Key as string ?? throw new NotShareableException($"it is a dictionary whose keys are not texts, but {TypeNames.Short(entry.Key.GetType())}");
            entries.Add(new(Sound(key), Convert(entry.Value)));
        }

        return new SharedMap(entries);
    }

    private SharedList Rows(Array rows) => new([.. Enumerable.Range(0, rows.GetLength(0)).Select(row =>
        new SharedList([.. Enumerable.Range(0, rows.GetLength(1)).Select(column => Convert(rows.GetValue(row + rows.GetLowerBound(0), column + rows.GetLowerBound(1))))]))]);

    private static bool IsCollection(Type type) => typeof(ICollection).IsAssignableFrom(type)
        || type.GetInterfaces().Any(found => found.IsGenericType && found.GetGenericTypeDefinition() is { } open && (open == typeof(IReadOnlyCollection<>) || open == typeof(ICollection<>)));

    private static string Sound(string text)
    {
        for (var index = 0; index < text.Length; index++)
        {
            if (!char.IsSurrogate(text[index]))
                continue;

            if (!char.IsSurrogatePair(text, index))
                throw new NotShareableException("it has a text with half a surrogate pair");

            index++;
        }

        return text;
    }
}
