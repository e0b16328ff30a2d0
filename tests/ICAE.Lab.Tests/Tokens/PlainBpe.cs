using System.Text;
using System.Text.RegularExpressions;

namespace ICAE.Lab.Tests.Tokens;

/// <summary>Byte-pair encoding in the plainest way: everything counted anew for each merge. GPT-2's pattern is the regular expression.</summary>
internal static partial class PlainBpe
{
    public static List<(string Left, string Right)> Train(IEnumerable<string> texts, int merges, int minimum)
    {
        var pieces = texts.SelectMany(text => Gpt2Pattern().Matches(text).Select(match => match.Value))
            .GroupBy(piece => piece)
            .Select(group => (Symbols: Symbols(group.Key), Count: group.Count()))
            .ToList();
        var order = Enumerable.Range(0, 256).Select(value => Symbol((byte)value)).OrderBy(symbol => symbol[0]).ToList();
        List<(string, string)> found = [];
        while (found.Count < merges)
        {
            var counts = new Dictionary<(string, string), int>();
            foreach (var (symbols, count) in pieces)
            {
                for (var index = 0; index + 1 < symbols.Count; index++)
                {
                    counts[(symbols[index], symbols[index + 1])] = counts.GetValueOrDefault((symbols[index], symbols[index + 1])) + count;
                }
            }

            if (counts.Count == 0)
                break;
            var (pair, most) = counts.OrderByDescending(item => item.Value)
                .ThenBy(item => order.IndexOf(item.Key.Item1)).ThenBy(item => order.IndexOf(item.Key.Item2)).First();
            if (most < minimum)
                break;
            found.Add(pair);
            order.Add(pair.Item1 + pair.Item2);
            foreach (var (symbols, _) in pieces)
            {
                Merge(symbols, pair);
            }
        }

        return found;
    }

    /// <summary>Merges a pair wherever it stands, from the left.</summary>
    public static void Merge(List<string> symbols, (string Left, string Right) pair)
    {
        for (var index = 0; index + 1 < symbols.Count; index++)
        {
            if (symbols[index] != pair.Left || symbols[index + 1] != pair.Right)
                continue;
            symbols[index] += symbols[index + 1];
            symbols.RemoveAt(index + 1);
        }
    }

    /// <summary>The 256 byte symbols.</summary>
    public static IEnumerable<string> ByteSymbols => Enumerable.Range(0, 256).Select(value => Symbol((byte)value));

    /// <summary>A text in byte symbols.</summary>
    public static string ToSymbols(string text) => string.Concat(Symbols(text));

    /// <summary>
    /// Encodes symbols in the plainest way: of all pairs that may merge the one of the lowest rank, the leftmost of equals, one at a time.
    /// </summary>
    public static List<string> Encode(IEnumerable<string> text, Func<string, string, double?> rank)
    {
        var symbols = text.ToList();
        while (true)
        {
            var best = Enumerable.Range(0, Math.Max(symbols.Count - 1, 0))
                .Select(index => (Rank: rank(symbols[index], symbols[index + 1]), Index: index))
                .Where(pair => pair.Rank is not null)
                .OrderBy(pair => pair.Rank).ThenBy(pair => pair.Index)
                .Select(pair => (int?)pair.Index).FirstOrDefault();
            if (best is not { } at)
                return symbols;
            symbols[at] += symbols[at + 1];
            symbols.RemoveAt(at + 1);
        }
    }

    private static List<string> Symbols(string piece) => [.. Encoding.UTF8.GetBytes(piece).Select(Symbol)];

    private static string Symbol(byte value)
    {
        var printable = Enumerable.Range(0, 256).Where(unit => unit is (>= 33 and <= 126) or (>= 161 and <= 172) or >= 174).ToList();
        return printable.Contains(value)
            ? ((char)value).ToString()
            : ((char)(256 + Enumerable.Range(0, value).Count(unit => !printable.Contains(unit)))).ToString();
    }

    [GeneratedRegex(@"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+")]
    private static partial Regex Gpt2Pattern();
}
