using System.Text;

namespace ICAE.Lab.Data;

/// <summary>Plain text files in UTF-8, a paragraph a line.</summary>
public static class PlainText
{
    /// <summary>Reads the paragraphs one by one, without holding the file; lines of nothing but white space are left out.</summary>
    /// <param name="path">The file.</param>
    /// <returns>The paragraphs, without line ends.</returns>
    /// <exception cref="IcaeException">The file cannot be opened.</exception>
    /// <exception cref="MalformedFileException">A line is not UTF-8, or longer than 16 MiB.</exception>
    public static IEnumerable<string> ReadParagraphs(string path) => LineReader.Read(path)
        .Select(line => Encoding.UTF8.GetString(line.Utf8.Span))
        .Where(paragraph => !string.IsNullOrWhiteSpace(paragraph));

    /// <summary>Reads a whole file as one document.</summary>
    /// <param name="path">The file.</param>
    /// <param name="name">The document's name; the file's name without extension if not given.</param>
    /// <returns>The document; its paragraphs are joined by line feeds.</returns>
    /// <exception cref="IcaeException">The file cannot be opened.</exception>
    /// <exception cref="MalformedFileException">A line is not UTF-8, or longer than 16 MiB.</exception>
    public static TextDocument Read(string path, string? name = null) =>
        new(name ?? Path.GetFileNameWithoutExtension(path), string.Join('\n', ReadParagraphs(path)));

    /// <summary>Writes paragraphs, each on a line of its own, with line feeds.</summary>
    /// <param name="destination">Where to; it stays open.</param>
    /// <param name="paragraphs">The paragraphs; a line feed in one begins another.</param>
    /// <returns>How many lines were written.</returns>
    public static long Write(Stream destination, IEnumerable<string> paragraphs)
    {
        ArgumentNullException.ThrowIfNull(destination);
        ArgumentNullException.ThrowIfNull(paragraphs);
        var lines = 0L;
        foreach (var paragraph in paragraphs)
        {
            destination.Write(Encoding.UTF8.GetBytes(paragraph));
            destination.WriteByte((byte)'\n');
            lines += 1 + paragraph.AsSpan().Count('\n');
        }

        return lines;
    }
}
