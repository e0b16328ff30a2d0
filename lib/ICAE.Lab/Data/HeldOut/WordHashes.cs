using System.Globalization;
using System.Text;
using ICAE.Lab.Tokens;

namespace ICAE.Lab.Data.HeldOut;

/// <summary>
/// The words of a text as 64-bit hashes. A word is a run of letters, digits and combining marks in lower case, an accent composed with its letter; an apostrophe or a character that
/// only steers joining and line breaks (a soft hyphen, say) is passed over within it, anything else ends it, so that neither punctuation nor typography tells two passages apart.
/// </summary>
internal static class WordHashes
{
    private const ulong Offset = 14695981039346656037;
    private const ulong Prime = 1099511628211;
    private const char FirstDiacritic = '\u0300';
    private const char LastDiacritic = '\u036F';
    private static readonly CanonicalNormalizer Composition = new();

    /// <summary>Finds the words.</summary>
    /// <param name="text">The text.</param>
    /// <param name="words">Takes them, in order.</param>
    public static void Find(ReadOnlySpan<char> text, List<ulong> words)
    {
        words.Clear();
        if (text.ContainsAnyInRange(FirstDiacritic, LastDiacritic))
            text = Composition.Normalize(text.ToString());

        var (hash, isInside) = (Offset, false);
        foreach (var rune in text.EnumerateRunes())
        {
            if (IsPartOfWord(rune))
            {
                hash = (hash ^ (uint)Rune.ToLowerInvariant(rune).Value) * Prime;
                isInside = true;
            }
            else if (isInside && !IsPassedOver(rune))
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

    private static bool IsPassedOver(Rune rune) => rune.Value is '\'' or '’' or 'ʼ' || Rune.GetUnicodeCategory(rune) == UnicodeCategory.Format;
}
