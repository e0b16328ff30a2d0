using System.Collections.Concurrent;
using System.ComponentModel;

namespace ICAE.Lab.Kernel.Polyglot;

/// <summary>Values on their way into the C# cells. Not for use by hand: <c>#!share</c> and <c>#!set</c> compile lines that take them.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public static class SharedValues
{
    private static readonly ConcurrentDictionary<string, object?> Waiting = new(StringComparer.Ordinal);

    /// <summary>Takes a value, once.</summary>
    /// <typeparam name="T">Its type.</typeparam>
    /// <param name="key">Its key.</param>
    /// <returns>The value.</returns>
    /// <exception cref="ArgumentException">There is none of that key: it was taken before.</exception>
    public static T Take<T>(string key) =>
        Waiting.TryRemove(key, out var value) ? (T)value! : throw new ArgumentException($"There is no shared value \"{key}\": it can be taken only once.", nameof(key));

    internal static string Put(object? value)
    {
        var key = Guid.NewGuid().ToString("N");
        Waiting[key] = value;
        return key;
    }

    internal static void Remove(string key) => Waiting.TryRemove(key, out _);
}
