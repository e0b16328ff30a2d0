using System.Globalization;
using System.Text;

namespace ICAE.Lab.Data.HeldOut;

/// <summary>
/// The words of a text as 64-bit hashes. A word is a run of letters, digits and combining marks in lower case; an apostrophe within it is passed over, anything else
/// ends it, so that neither punctuation nor typography tells two passages apart.
/// </summary>
internal static class WordHashes
{
    private const ulong Offset = 14695981039346656037;
    private const ulong Prime = 1099511628211;

    /// <summary>Finds the words.</summary>
    /// <param name="text">The text.</param>
    /// <param name="words">Takes them, in order.</param>
    public static void Find(ReadOnlySpan<char> text, List<ulong> words)
    {
        words.Clear();
        var (hash, isInside) = (Offset, false);
        foreach (var rune in text.EnumerateRunes())
        {
            if (IsPartOfWord(rune))
            {
                hash = (hash ^ (uint)Rune.ToLowerInvariant(rune).Value) * Prime;
                isInside = true;
            }
            else if (isInside && !IsApostrophe(rune))
            {
                words.Add(hash);
                (hash, isInside) = (Offset, false);
            }
        }

        if (isInside)
            words.Add(hash);
    }

    /// <summary>The hash of words one after the other.</summary>
    /// <param name="words">A ring of words.</param>
    /// <param name="first">Where the first one stands in it.</param>
    public static ulong Combine(ulong[] words, int first)
    {
        var hash = Offset;
        for (var i = 0; i < words.Length; i++)
        {
            hash = (hash ^ words[(first + i) % words.Length]) * 0x9E3779B97F4A7C15;
            hash ^= hash >> 29;
        }

        return hash;
    }

    private static bool IsPartOfWord(Rune rune) => Rune.IsLetterOrDigit(rune) || Rune.GetUnicodeCategory(rune) is UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark;

    private static bool IsApostrophe(Rune rune) => rune.Value is '\'' or '’' or 'ʼ';
}
