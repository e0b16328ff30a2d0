using System.Text.RegularExpressions;

namespace ICAE.Lab.Evaluation;

/// <summary>
/// The tokenizer "13a" of sacreBLEU, which follows NIST's mteval-v13a.pl: entities are resolved, symbols stand alone, full stops and commas do
/// unless they are between digits, and hyphens do behind a digit.
/// </summary>
public static partial class Tokenizer13a
{
    /// <summary>Splits a text into words and symbols.</summary>
    /// <param name="text">The text.</param>
    /// <returns>The words.</returns>
    public static IReadOnlyList<string> Split(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var end = text.Length;
        while (end > 0 && WhiteSpace.Is(text[end - 1]))
            end--;
        var line = text[..end]
            .Replace("<skipped>", "", StringComparison.Ordinal)
            .Replace("-\n", "", StringComparison.Ordinal)
            .Replace('\n', ' ')
            .Replace("&quot;", "\"", StringComparison.Ordinal)
            .Replace("&amp;", "&", StringComparison.Ordinal)
            .Replace("&lt;", "<", StringComparison.Ordinal)
            .Replace("&gt;", ">", StringComparison.Ordinal);
        line = Symbols().Replace($" {line} ", " $1 ");
        line = StopBehindNonDigit().Replace(line, "$1 $2 ");
        line = StopBeforeNonDigit().Replace(line, " $1 $2");
        return WhiteSpace.Split(HyphenBehindDigit().Replace(line, "$1 $2 "));
    }

    [GeneratedRegex("([{-~\\[-` -&(-+:-@/])", RegexOptions.CultureInvariant)]
    private static partial Regex Symbols();

    [GeneratedRegex("([^0-9])([.,])", RegexOptions.CultureInvariant)]
    private static partial Regex StopBehindNonDigit();

    [GeneratedRegex("([.,])([^0-9])", RegexOptions.CultureInvariant)]
    private static partial Regex StopBeforeNonDigit();

    [GeneratedRegex("([0-9])(-)", RegexOptions.CultureInvariant)]
    private static partial Regex HyphenBehindDigit();
}
