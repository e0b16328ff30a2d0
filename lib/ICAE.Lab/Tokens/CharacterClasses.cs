using System.Globalization;

namespace ICAE.Lab.Tokens;

/// <summary>
/// Classes of whole code points. A .NET regular expression sees UTF-16 units and takes every character above U+FFFF for a non-letter,
/// which cuts differently from the reference: hence scanners on this table instead of patterns.
/// </summary>
internal static class CharacterClasses
{
    private static readonly CharacterClass[] Basic = BuildBasic();

    /// <summary>The class of the code point that begins at <paramref name="index"/>, and its length in UTF-16 units.</summary>
    public static CharacterClass At(ReadOnlySpan<char> text, int index, out int length)
    {
        var unit = text[index];
        if (!char.IsHighSurrogate(unit) || index + 1 >= text.Length || !char.IsLowSurrogate(text[index + 1]))
        {
            length = 1;
            return Basic[unit];
        }

        length = 2;
        return FromCategory(CharUnicodeInfo.GetUnicodeCategory(char.ConvertToUtf32(unit, text[index + 1])));
    }

    /// <summary>Index behind the longest run of one class that begins at <paramref name="index"/>.</summary>
    public static int EndOfRun(ReadOnlySpan<char> text, int index, CharacterClass wanted)
    {
        while (index < text.Length && At(text, index, out var length) == wanted)
        {
            index += length;
        }

        return index;
    }

    private static CharacterClass[] BuildBasic()
    {
        var classes = new CharacterClass[char.MaxValue + 1];
        for (var unit = 0; unit < classes.Length; unit++)
        {
            classes[unit] = char.IsWhiteSpace((char)unit)
                ? CharacterClass.Space
                : FromCategory(CharUnicodeInfo.GetUnicodeCategory((char)unit));
        }

        return classes;
    }

    private static CharacterClass FromCategory(UnicodeCategory category) => category switch
    {
        <= UnicodeCategory.OtherLetter => CharacterClass.Letter,
        >= UnicodeCategory.DecimalDigitNumber and <= UnicodeCategory.OtherNumber => CharacterClass.Number,
        _ => CharacterClass.Other,
    };
}
