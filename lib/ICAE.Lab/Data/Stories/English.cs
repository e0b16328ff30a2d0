using System.Globalization;

namespace ICAE.Lab.Data.Stories;

/// <summary>Small rules of English spelling.</summary>
internal static class English
{
    private static readonly string[] Units =
    [
        "nought", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve", "thirteen", "fourteen", "fifteen",
        "sixteen", "seventeen", "eighteen", "nineteen",
    ];

    private static readonly string[] Tens = ["", "", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"];
    private static readonly string[] SoundConsonant = ["one", "once", "uni", "use", "usu", "eu", "ewe"];
    private static readonly string[] SoundVowel = ["hour", "honest", "honour", "heir"];

    public static bool IsVowel(char c) => c is 'a' or 'e' or 'i' or 'o' or 'u';

    /// <summary>"a" or "an", as the next word wants it.</summary>
    public static string Article(string next)
    {
        foreach (var start in SoundConsonant)
        {
            if (next.StartsWith(start, StringComparison.OrdinalIgnoreCase))
                return "a";
        }
        foreach (var start in SoundVowel)
        {
            if (next.StartsWith(start, StringComparison.OrdinalIgnoreCase))
                return "an";
        }
        return next.Length > 0 && IsVowel(char.ToLowerInvariant(next[0])) ? "an" : "a";
    }

    /// <summary>A number from 0 to 99 in words.</summary>
    public static string InWords(int number)
    {
        if (number is < 0 or > 99)
            return number.ToString(CultureInfo.InvariantCulture);
        if (number < 20)
            return Units[number];
        return number % 10 == 0 ? Tens[number / 10] : $"{Tens[number / 10]}-{Units[number % 10]}";
    }

    /// <summary>A day of a month: 1st, 22nd, 14th.</summary>
    public static string Ordinal(int day)
    {
        var ending = (day % 10, day / 10) switch
        {
            (1, not 1) => "st",
            (2, not 1) => "nd",
            (3, not 1) => "rd",
            _ => "th",
        };
        return day.ToString(CultureInfo.InvariantCulture) + ending;
    }

    public static string Possessive(string name) => name + "’s";

    public static string Capital(string text) => text.Length == 0 || char.IsUpper(text[0]) ? text : char.ToUpperInvariant(text[0]) + text[1..];
}
