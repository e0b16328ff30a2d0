using System.Text;
using System.Text.RegularExpressions;
using ICAE.Lab.Formats;

namespace ICAE.Lab.Data.Corpora;

/// <summary>
/// A plain-text book of Project Gutenberg without what Project Gutenberg put around it: the text between the marks <c>*** START OF … ***</c> and
/// <c>*** END OF … ***</c>, its lines joined to paragraphs.
/// </summary>
/// <param name="Title">The title from the header, or empty.</param>
/// <param name="Author">The author from the header, or empty.</param>
/// <param name="Paragraphs">The paragraphs.</param>
internal sealed partial record GutenbergText(string Title, string Author, IReadOnlyList<string> Paragraphs)
{
    // Where credits stand in older books: within the marks, before the text.
    private const int CreditParagraphs = 3;
    private const int LongestMark = 4;

    /// <summary>Reads a book.</summary>
    /// <param name="content">The file.</param>
    /// <param name="source">Where it comes from, for messages.</param>
    /// <returns>The book.</returns>
    /// <exception cref="MalformedFileException">A mark is missing, or the characters cannot be decoded.</exception>
    public static GutenbergText Parse(ReadOnlySpan<byte> content, string source)
    {
        var lines = Decode(content, source).ReplaceLineEndings("\n").Split('\n');
        var start = Find(lines, 0, StartMark(), source, "START");
        var begin = EndOfMark(lines, start, source);
        var end = Find(lines, begin, EndMark(), source, "END");
        var header = lines.AsSpan(0, start);
        var paragraphs = Unwrap(lines.AsSpan(begin, end - begin));
        return paragraphs.Count > 0
            ? new GutenbergText(Field(header, "Title:"), Field(header, "Author:"), paragraphs)
            : throw new MalformedFileException(source, "", "there is no text between the START and END marks");
    }

    private static int Find(string[] lines, int from, Regex mark, string source, string name)
    {
        var found = Array.FindIndex(lines, from, mark.IsMatch);
        return found >= 0 ? found : throw new MalformedFileException(
            source, "", $"the line *** {name} OF THE PROJECT GUTENBERG EBOOK … *** is missing: this is no whole plain-text book of Project Gutenberg, and what is its licence and what its text cannot be told apart");
    }

    /// <summary>The line behind a mark, which may go over several lines.</summary>
    private static int EndOfMark(string[] lines, int start, string source)
    {
        for (var i = start; i < Math.Min(lines.Length, start + LongestMark); i++)
        {
            if (lines[i].TrimEnd() is { Length: > 3 } line && line.EndsWith("***", StringComparison.Ordinal))
                return i + 1;
        }

        throw new MalformedFileException(source, $"line {start + 1}", "the START mark does not end with ***");
    }

    private static List<string> Unwrap(ReadOnlySpan<string> lines)
    {
        var paragraphs = new List<string>();
        var current = new PlainParagraph();
        foreach (var line in lines)
        {
            if (!string.IsNullOrWhiteSpace(line))
            {
                current.Add(line);
                if (!line.AsSpan().TrimEnd().EndsWith("--") && !line.AsSpan().TrimEnd().EndsWith("—"))
                    current.AddSpace();

                continue;
            }

            AddTo(paragraphs, current);
        }

        AddTo(paragraphs, current);
        paragraphs.RemoveAll(paragraph => Illustration().IsMatch(paragraph));
        RemoveCredits(paragraphs);
        return paragraphs;
    }

    private static void AddTo(List<string> paragraphs, PlainParagraph current)
    {
        if (current.Take() is { Length: > 0 } text)
            paragraphs.Add(Emphasis().Replace(text, "$1"));
    }

    private static void RemoveCredits(List<string> paragraphs)
    {
        for (var i = Math.Min(CreditParagraphs, paragraphs.Count) - 1; i >= 0; i--)
        {
            if (Credit().IsMatch(paragraphs[i]))
                paragraphs.RemoveAt(i);
        }

        if (paragraphs.Count > 0 && EndCredit().IsMatch(paragraphs[^1]))
            paragraphs.RemoveAt(paragraphs.Count - 1);
    }

    private static string Field(ReadOnlySpan<string> header, string name)
    {
        foreach (var line in header)
        {
            if (line.StartsWith(name, StringComparison.OrdinalIgnoreCase))
                return string.Concat(line[name.Length..].Trim().Where(c => !char.IsControl(c)));
        }

        return "";
    }

    /// <summary>
    /// Decodes: by a byte-order mark; else as UTF-8 where it is that; else by what the header says, where it says Latin-1 or Windows-1252, which older books are in.
    /// </summary>
    private static string Decode(ReadOnlySpan<byte> content, string source)
    {
        if (content.StartsWith<byte>([0xFF, 0xFE]) || content.StartsWith<byte>([0xFE, 0xFF]))
            return Checked((content[0] == 0xFF ? new UnicodeEncoding(false, false, true) : new UnicodeEncoding(true, false, true)), content[2..], source);

        var bytes = ByteOrderMark.Skip(content);
        if (System.Text.Unicode.Utf8.IsValid(bytes))
            return Checked(new UTF8Encoding(false, true), bytes, source);

        var charset = Charset().Match(Encoding.Latin1.GetString(bytes[..Math.Min(bytes.Length, 1 << 14)])).Groups["name"].Value.Trim().ToUpperInvariant();
        return charset switch
        {
            "ISO-8859-1" or "ISO LATIN-1" or "LATIN-1" or "LATIN1" => Checked(Encoding.Latin1, bytes, source),
            "WINDOWS-1252" or "CP1252" or "CP-1252" => Checked(CodePagesEncodingProvider.Instance.GetEncoding(1252, EncoderFallback.ExceptionFallback, DecoderFallback.ExceptionFallback)!, bytes, source),
            _ => throw new MalformedFileException(source, "", $"the text is not UTF-8, and its header {(charset.Length > 0 ? $"names the character set {FileChecks.Quote(charset)}, which is not read here" : "names no character set")}"),
        };
    }

    private static string Checked(Encoding encoding, ReadOnlySpan<byte> bytes, string source)
    {
        string text;
        try
        {
            text = encoding.GetString(bytes);
        }
        catch (DecoderFallbackException error)
        {
            throw new MalformedFileException(source, $"byte {error.Index}", $"not valid in the character set {encoding.WebName}", error);
        }

        var control = text.AsSpan().IndexOfAnyInRange('\0', '\b');
        return control < 0 ? text : throw new MalformedFileException(source, $"character {control}", "a control character: this is no plain text");
    }

    [GeneratedRegex(@"^\s*\*\*\* ?START OF (THE|THIS) PROJECT GUTENBERG EBOOK\b", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex StartMark();

    [GeneratedRegex(@"^\s*\*\*\* ?END OF (THE|THIS) PROJECT GUTENBERG EBOOK\b", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex EndMark();

    [GeneratedRegex(@"^\[Illustration(:[^\]]*)?\]$", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Illustration();

    [GeneratedRegex(@"(?<![\p{L}\p{N}_])_([^_]+)_(?![\p{L}\p{N}_])", RegexOptions.CultureInvariant)]
    private static partial Regex Emphasis();

    [GeneratedRegex(@"^(Produced by|E-text prepared by|This (e-?text|ebook) was (produced|prepared) by|Transcribed (from|by))\b", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Credit();

    [GeneratedRegex(@"^End of (the |this )?Project Gutenberg('s)?\b", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex EndCredit();

    [GeneratedRegex(@"^Character set encoding:\s*(?<name>[^\r\n]*)", RegexOptions.IgnoreCase | RegexOptions.Multiline | RegexOptions.CultureInvariant)]
    private static partial Regex Charset();
}
