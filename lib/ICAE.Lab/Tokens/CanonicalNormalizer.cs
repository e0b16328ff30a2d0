using System.Globalization;
using System.Text;

namespace ICAE.Lab.Tokens;

/// <summary>
/// Unicode normalization form C. <see cref="string.Normalize()"/> leaves every text as it is where .NET runs without its culture data
/// (the invariant mode), and what it does elsewhere depends on the system's libraries.
/// </summary>
internal sealed class CanonicalNormalizer : ITextNormalizer
{
    private const int HangulFirst = 0xAC00;
    private const int HangulCount = 11172;
    private const int LeadFirst = 0x1100;
    private const int VowelFirst = 0x1161;
    private const int TailBefore = 0x11A7;
    private const int LeadCount = 19;
    private const int VowelCount = 21;
    private const int TailCount = 28;

    private static readonly Lazy<Tables> Data = new(() => new Tables());

    public string Rule => "NFC";

    public string Normalize(string text)
    {
        // Below U+0300 nothing composes with what precedes it, and what is precomposed stays.
        if (!text.AsSpan().ContainsAnyExceptInRange('\0', '\u02FF'))
            return text;
        var tables = Data.Value;
        var points = Decompose(text, tables);
        Order(points, tables);
        Compose(points, tables);
        var result = new StringBuilder(text.Length);
        Span<char> units = stackalloc char[2];
        foreach (var point in points)
        {
            result.Append(units[..new Rune(point).EncodeToUtf16(units)]);
        }

        return result.ToString();
    }

    private static List<int> Decompose(string text, Tables tables)
    {
        var points = new List<int>(text.Length);
        foreach (var rune in text.EnumerateRunes())
        {
            var syllable = rune.Value - HangulFirst;
            if ((uint)syllable < HangulCount)
            {
                points.Add(LeadFirst + (syllable / (VowelCount * TailCount)));
                points.Add(VowelFirst + (syllable % (VowelCount * TailCount) / TailCount));
                if (syllable % TailCount > 0)
                    points.Add(TailBefore + (syllable % TailCount));
            }
            else if (tables.Decompositions.TryGetValue(rune.Value, out var parts))
            {
                points.AddRange(parts);
            }
            else
            {
                points.Add(rune.Value);
            }
        }

        return points;
    }

    // Marks between two starters are put in the order of their classes; equal classes keep their order.
    private static void Order(List<int> points, Tables tables)
    {
        for (var start = 0; start < points.Count; start++)
        {
            if (tables.ClassOf(points[start]) == 0)
                continue;
            var end = start + 1;
            while (end < points.Count && tables.ClassOf(points[end]) != 0)
            {
                end++;
            }

            var sorted = points[start..end].OrderBy(tables.ClassOf).ToList();
            for (var index = 0; index < sorted.Count; index++)
            {
                points[start + index] = sorted[index];
            }

            start = end;
        }
    }

    private static void Compose(List<int> points, Tables tables)
    {
        var starter = -1;
        var lastClass = 0;
        var kept = 0;
        for (var index = 0; index < points.Count; index++)
        {
            var point = points[index];
            var combining = tables.ClassOf(point);
            var blocked = starter < 0 || (kept - 1 > starter && (lastClass == 0 || lastClass >= combining));
            if (!blocked && ComposePair(points[starter], point, tables) is { } composed)
            {
                points[starter] = composed;
                continue;
            }

            if (combining == 0)
                starter = kept;
            lastClass = combining;
            points[kept++] = point;
        }

        points.RemoveRange(kept, points.Count - kept);
    }

    private static int? ComposePair(int first, int second, Tables tables)
    {
        var (lead, vowel, tail) = (first - LeadFirst, second - VowelFirst, second - TailBefore);
        if ((uint)lead < LeadCount && (uint)vowel < VowelCount)
            return HangulFirst + (((lead * VowelCount) + vowel) * TailCount);
        var syllable = first - HangulFirst;
        if ((uint)syllable < HangulCount && syllable % TailCount == 0 && tail is > 0 and < TailCount)
            return first + tail;
        return tables.Compositions.TryGetValue((first, second), out var composed) ? composed : null;
    }

    private sealed class Tables
    {
        private static readonly char[] Separators = [';', '\n', '\r'];
        private readonly Dictionary<int, byte> _classes = [];

        public Tables()
        {
            var direct = new Dictionary<int, int[]>();
            foreach (var entry in Entries(CanonicalData.Decompositions))
            {
                var sign = entry.IndexOfAny(['+', '=']);
                var point = Hex(entry[..sign]);
                int[] parts = [.. entry[(sign + 1)..].Split(' ').Select(Hex)];
                if (entry[sign] == '+')
                    Compositions.Add((parts[0], parts[1]), point);
                direct.Add(point, parts);
            }

            Decompositions = direct.Keys.ToDictionary(point => point, point => Expand(point).ToArray());

            foreach (var entry in Entries(CanonicalData.Classes))
            {
                var colon = entry.IndexOf(':', StringComparison.Ordinal);
                var value = byte.Parse(entry[(colon + 1)..], CultureInfo.InvariantCulture);
                var ends = entry[..colon].Split('-');
                for (var point = Hex(ends[0]); point <= Hex(ends[^1]); point++)
                {
                    _classes.Add(point, value);
                }
            }

            IEnumerable<int> Expand(int point) => direct.TryGetValue(point, out var parts) ? parts.SelectMany(Expand) : [point];
        }

        public Dictionary<int, int[]> Decompositions { get; }

        public Dictionary<(int First, int Second), int> Compositions { get; } = [];

        public int ClassOf(int point) => _classes.GetValueOrDefault(point);

        private static string[] Entries(string data) =>
            data.Split(Separators, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

        private static int Hex(string text) => int.Parse(text, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
    }
}
