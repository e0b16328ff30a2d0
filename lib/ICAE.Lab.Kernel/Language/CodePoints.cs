namespace ICAE.Lab.Kernel.Language;

/// <summary>Places in a text: the protocol counts Unicode code points, strings count UTF-16 units.</summary>
internal static class CodePoints
{
    /// <summary>The index in the string of the place before a code point; the text's end for places behind it.</summary>
    public static int ToIndex(string text, int codePoints)
    {
        var index = 0;
        for (var count = 0; count < codePoints && index < text.Length; count++)
            index += IsPair(text, index) ? 2 : 1;

        return index;
    }

    /// <summary>How many code points stand before an index.</summary>
    public static int FromIndex(string text, int index)
    {
        var count = 0;
        for (var at = 0; at < index && at < text.Length; count++)
            at += IsPair(text, at) ? 2 : 1;

        return count;
    }

    private static bool IsPair(string text, int index) => index + 1 < text.Length && char.IsSurrogatePair(text[index], text[index + 1]);
}
