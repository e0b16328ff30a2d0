namespace ICAE.Lab.Data;

/// <summary>
/// Chooses passages of books to be remembered: whole sentences, whole paragraphs where these fit, never across a heading, spread evenly over the
/// book and never overlapping. The same book, settings and seed give the same passages.
/// </summary>
/// <param name="MinimumLength">The shortest passage, in UTF-16 code units.</param>
/// <param name="MaximumLength">The longest passage, in UTF-16 code units.</param>
/// <param name="Seed">The seed of where in each part of the book the search for a passage starts.</param>
public sealed record PassageSelection(int MinimumLength = 1000, int MaximumLength = 1400, ulong Seed = 0)
{
    private const int LongestHeading = 80;
    private const string ParagraphEnds = ".!?…:;,—-”’\"')]";
    private static readonly uint Stream = CounterRandom.StreamOf("passages");

    /// <summary>Chooses passages of a book.</summary>
    /// <param name="book">The book.</param>
    /// <param name="text">Its text, a paragraph a line.</param>
    /// <param name="count">Into how many equal parts the book is cut; each gives a passage unless it has none of that length.</param>
    /// <param name="licence">The licence that each passage names.</param>
    /// <returns>The passages in the book's order.</returns>
    /// <exception cref="ConfigurationException">The lengths contradict each other.</exception>
    public IReadOnlyList<Passage> Select(CorpusBook book, string text, int count, string licence)
    {
        ArgumentNullException.ThrowIfNull(book);
        ArgumentNullException.ThrowIfNull(text);
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        if (MinimumLength < 1 || MaximumLength < MinimumLength)
            throw new ConfigurationException($"A passage of at least {MinimumLength} and at most {MaximumLength} characters cannot be.");
        var sentences = FindSentences(text);
        var passages = new List<Passage>();
        for (var part = 0; part < count; part++)
        {
            var random = new CounterRandom(Seed, Stream, (ulong)part);
            var (from, to) = ((int)((long)text.Length * part / count), (int)((long)text.Length * (part + 1) / count));
            if (Choose(sentences, from, to, random) is not var (first, last))
                continue;
            var (start, end) = (sentences[first].Start, sentences[last].End);
            passages.Add(new Passage
            {
                Id = $"{book.ShortName}-{part + 1:000}",
                Kind = TextKind.Ordinary.Name(),
                Text = text[start..end],
                Book = book.Title,
                Chapter = sentences[first].Chapter,
                Author = book.Author,
                Source = book.Source,
                Licence = licence,
            });
        }
        return passages;
    }

    /// <summary>Whole paragraphs if there are any of the length, else paragraphs cut at a sentence's end, else sentences from within a paragraph.</summary>
    private (int First, int Last)? Choose(List<Sentence> sentences, int from, int to, CounterRandom random)
    {
        var inside = Enumerable.Range(0, sentences.Count).Where(s => sentences[s].Start >= from && sentences[s].End <= to).ToArray();
        var openings = inside.Where(s => sentences[s].OpensParagraph).ToArray();
        var opening = openings.Length == 0 ? 0 : random.NextInt(openings.Length);
        var anywhere = inside.Length == 0 ? 0 : random.NextInt(inside.Length);
        return Search(openings, opening, wholeParagraphs: true)
            ?? Search(openings, opening, wholeParagraphs: false)
            ?? Search(inside, anywhere, wholeParagraphs: false);

        (int, int)? Search(int[] starts, int begin, bool wholeParagraphs)
        {
            for (var i = 0; i < starts.Length; i++)
            {
                var first = starts[(begin + i) % starts.Length];
                if (LastSentence(sentences, first, to, wholeParagraphs) is { } last)
                    return (first, last);
            }
            return null;
        }
    }

    /// <summary>The last sentence of the longest passage from a sentence on that keeps to the lengths, or null.</summary>
    private int? LastSentence(List<Sentence> sentences, int first, int to, bool wholeParagraphs)
    {
        int? last = null;
        for (var s = first; s < sentences.Count && sentences[s].Section == sentences[first].Section && sentences[s].End <= to; s++)
        {
            var length = sentences[s].End - sentences[first].Start;
            if (length > MaximumLength)
                break;
            if (length >= MinimumLength && (sentences[s].ClosesParagraph || !wholeParagraphs))
                last = s;
        }
        return last;
    }

    private static List<Sentence> FindSentences(string text)
    {
        var sentences = new List<Sentence>();
        var (section, chapter) = (0, 0);
        for (var start = 0; start < text.Length;)
        {
            var feed = text.IndexOf('\n', start);
            var end = feed < 0 ? text.Length : feed;
            var paragraph = text[start..end];
            if (IsHeading(paragraph))
            {
                section++;
                chapter += OpensChapter(paragraph) ? 1 : 0;
            }
            else
            {
                var found = Sentences.Find(paragraph);
                for (var i = 0; i < found.Count; i++)
                {
                    var at = start + found[i].Start;
                    sentences.Add(new Sentence(at, at + found[i].Length, section, Math.Max(1, chapter), i == 0, i == found.Count - 1));
                }
            }
            start = end + 1;
        }
        return sentences;
    }

    private static bool IsHeading(string paragraph)
    {
        var trimmed = paragraph.Trim();
        return trimmed.Length > 0 && trimmed.Length <= LongestHeading && !ParagraphEnds.Contains(trimmed[^1], StringComparison.Ordinal);
    }

    /// <summary>Whether a heading is a chapter's number (I, XIV, 3, Chapter 3) or the name of a part without one.</summary>
    private static bool OpensChapter(string heading)
    {
        var name = heading.Trim();
        if (name.StartsWith("Chapter ", StringComparison.OrdinalIgnoreCase))
            name = name[8..];
        return name is "Introduction" or "Preface" or "Prologue" or "Epilogue"
            || name.All(c => c is 'I' or 'V' or 'X' or 'L' or 'C')
            || name.All(char.IsAsciiDigit);
    }

    /// <summary>A sentence in a book; sections are what lies between headings.</summary>
    private readonly record struct Sentence(int Start, int End, int Section, int Chapter, bool OpensParagraph, bool ClosesParagraph);
}
