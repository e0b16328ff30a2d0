using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace ICAE.Lab.Formats;

/// <summary>
/// A GGUF file's metadata in the file's order. Values are numbers of the stored width, <see langword="bool"/>,
/// <see langword="string"/> or <see cref="GgufArray"/>; the typed readers accept any width and name the key when the kind is wrong.
/// </summary>
public sealed class GgufMetadata
{
    private readonly string _path;
    private readonly Dictionary<string, object> _values = new(StringComparer.Ordinal);
    private readonly List<KeyValuePair<string, object>> _entries = [];

    internal GgufMetadata(string path) => _path = path;

    /// <summary>Every key and value, in the file's order.</summary>
    public IReadOnlyList<KeyValuePair<string, object>> Entries => _entries;

    /// <summary>A text.</summary>
    /// <param name="key">The key.</param>
    /// <returns>Its value, or <see langword="null"/> where there is none.</returns>
    /// <exception cref="MalformedFileException">The value is no text.</exception>
    public string? Text(string key) => _values.GetValueOrDefault(key) switch
    {
        null => null,
        string text => text,
        var other => throw Wrong(key, other, "a text"),
    };

    /// <summary>A whole number.</summary>
    /// <param name="key">The key.</param>
    /// <returns>Its value, or <see langword="null"/> where there is none.</returns>
    /// <exception cref="MalformedFileException">The value is no whole number, or above 2^63 - 1.</exception>
    public long? Whole(string key) => _values.GetValueOrDefault(key) switch
    {
        null => null,
        byte value => value,
        sbyte value => value,
        ushort value => value,
        short value => value,
        uint value => value,
        int value => value,
        long value => value,
        ulong value and <= long.MaxValue => (long)value,
        var other => throw Wrong(key, other, "a whole number below 2^63"),
    };

    /// <summary>A number, whole or not. A 32-bit float is given as the shortest decimal number that it stands for: 1e-05, not 9.99999974e-06.</summary>
    /// <param name="key">The key.</param>
    /// <returns>Its value, or <see langword="null"/> where there is none.</returns>
    /// <exception cref="MalformedFileException">The value is no finite number.</exception>
    public double? Number(string key) => _values.GetValueOrDefault(key) switch
    {
        null => null,
        float value when float.IsFinite(value) => Widen(value),
        double value when double.IsFinite(value) => value,
        float or double or bool or string or GgufArray => throw Wrong(key, _values[key], "a finite number"),
        _ => Whole(key),
    };

    /// <summary>A truth value.</summary>
    /// <param name="key">The key.</param>
    /// <returns>Its value, or <see langword="null"/> where there is none.</returns>
    /// <exception cref="MalformedFileException">The value is neither true nor false.</exception>
    public bool? Flag(string key) => _values.GetValueOrDefault(key) switch
    {
        null => null,
        bool value => value,
        var other => throw Wrong(key, other, "true or false"),
    };

    /// <summary>An array.</summary>
    /// <param name="key">The key.</param>
    /// <returns>The array, or <see langword="null"/> where there is none.</returns>
    /// <exception cref="MalformedFileException">The value is no array.</exception>
    public GgufArray? Array(string key) => _values.GetValueOrDefault(key) switch
    {
        null => null,
        GgufArray array => array,
        var other => throw Wrong(key, other, "an array"),
    };

    /// <summary>Whether there is a value.</summary>
    /// <param name="key">The key.</param>
    /// <returns>Whether there is one, of whatever kind.</returns>
    public bool ContainsKey(string key) => _values.ContainsKey(key);

    /// <summary>A value of whatever kind.</summary>
    /// <param name="key">The key.</param>
    /// <param name="value">The value.</param>
    /// <returns>Whether there is one.</returns>
    public bool TryGetValue(string key, [NotNullWhen(true)] out object? value) => _values.TryGetValue(key, out value);

    internal static double Widen(float value) =>
        double.Parse(value.ToString("R", CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);

    internal bool TryAdd(string key, object value)
    {
        if (!_values.TryAdd(key, value))
            return false;

        _entries.Add(new(key, value));
        return true;
    }

    /// <summary>The error for a value that is missing or wrong.</summary>
    internal MalformedFileException Bad(string key, string cause) => new(_path, $"metadata {FileChecks.Quote(key)}", cause);

    private MalformedFileException Wrong(string key, object value, string wanted)
    {
        var shown = value is string ? "a text" : string.Create(CultureInfo.InvariantCulture, $"{value}");
        return Bad(key, $"it is {shown}, not {wanted}");
    }
}
