using System.Globalization;

namespace ICAE.Lab.Jupyter;

/// <summary>Half surrogate pairs, which JSON can write as escapes though no text can hold them.</summary>
internal static class LoneSurrogates
{
    private const int EscapeLength = 6;

    /// <summary>The same JSON with the escape of U+FFFD in place of each half pair.</summary>
    public static ReadOnlyMemory<byte> Replace(ReadOnlyMemory<byte> json)
    {
        byte[]? changed = null;
        var bytes = json.Span;
        for (var at = 0; at < bytes.Length; at++)
        {
            var next = bytes[at..].IndexOf((byte)'\\');
            if (next < 0)
                break;

            at += next;
            var unit = Unit(bytes, at);
            if (unit < 0 || !char.IsSurrogate((char)unit))
            {
                // The character behind the backslash belongs to it, be it a backslash itself.
                at++;
                continue;
            }

            if (char.IsHighSurrogate((char)unit) && Unit(bytes, at + EscapeLength) is >= 0xDC00 and <= 0xDFFF)
            {
                at += (2 * EscapeLength) - 1;
                continue;
            }

            changed ??= json.ToArray();
            "\\ufffd"u8.CopyTo(changed.AsSpan(at));
            at += EscapeLength - 1;
        }

        return changed ?? json;
    }

    /// <summary>The UTF-16 unit of the escape at a place, or -1 if there is no whole one.</summary>
    private static int Unit(ReadOnlySpan<byte> bytes, int at)
    {
        if (at + EscapeLength > bytes.Length || bytes[at] != '\\' || bytes[at + 1] != 'u')
            return -1;

        return int.TryParse(bytes.Slice(at + 2, 4), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var unit) ? unit : -1;
    }
}
