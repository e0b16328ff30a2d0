using System.Text.Encodings.Web;
using System.Text.Json;

namespace ICAE.Lab.Data;

/// <summary>
/// Passages in JSON-lines files: an object a line with "text" or "ids", and, as far as known, "id", "kind", "book", "chapter", "author", "source" and
/// "licence". Other keys are ignored; blank lines are left out.
/// </summary>
public static class JsonLines
{
    private static readonly JsonWriterOptions WriterOptions = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Reads passages one by one, without holding the file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="vocabularySize">If given, ids must be smaller than this.</param>
    /// <param name="longestLine">The longest line in bytes that is read.</param>
    /// <returns>The passages in the file's order.</returns>
    /// <exception cref="IcaeException">The file cannot be opened.</exception>
    /// <exception cref="MalformedFileException">A line is no such object, not UTF-8, or too long; the message names the line.</exception>
    public static IEnumerable<Passage> Read(string path, int? vocabularySize = null, int longestLine = LineReader.DefaultLongestLine)
    {
        foreach (var line in JsonLine.ReadAll(path, longestLine))
        {
            var text = line.Text("text");
            var ids = line.Ids("ids", vocabularySize);
            if ((text is null) == (ids is null))
                throw line.Wrong(text is null ? "neither \"text\" nor \"ids\" is there" : "both \"text\" and \"ids\" are there: one says it");
            yield return new Passage
            {
                Id = line.Text("id") ?? line.Number.ToString(System.Globalization.CultureInfo.InvariantCulture),
                Kind = line.Text("kind") ?? TextKind.Ordinary.Name(),
                Text = text,
                Ids = ids,
                Book = line.Text("book"),
                Chapter = line.Integer("chapter"),
                Author = line.Text("author"),
                Source = line.Text("source"),
                Licence = line.Text("licence"),
            };
        }
    }

    /// <summary>Writes passages, one a line, in UTF-8 with line feeds: the same passages give the same bytes everywhere.</summary>
    /// <param name="destination">Where to; it stays open.</param>
    /// <param name="passages">The passages.</param>
    public static void Write(Stream destination, IEnumerable<Passage> passages)
    {
        ArgumentNullException.ThrowIfNull(destination);
        ArgumentNullException.ThrowIfNull(passages);
        using var writer = new Utf8JsonWriter(destination, WriterOptions);
        foreach (var passage in passages)
        {
            writer.WriteStartObject();
            writer.WriteString("id", passage.Id);
            writer.WriteString("kind", passage.Kind);
            WriteIfAny(writer, "text", passage.Text);
            if (passage.Ids is { } ids)
            {
                writer.WriteStartArray("ids");
                foreach (var id in ids)
                    writer.WriteNumberValue(id);
                writer.WriteEndArray();
            }
            WriteIfAny(writer, "book", passage.Book);
            if (passage.Chapter is { } chapter)
                writer.WriteNumber("chapter", chapter);
            WriteIfAny(writer, "author", passage.Author);
            WriteIfAny(writer, "source", passage.Source);
            WriteIfAny(writer, "licence", passage.Licence);
            writer.WriteEndObject();
            writer.Flush();
            destination.WriteByte((byte)'\n');
            writer.Reset();
        }
    }

    private static void WriteIfAny(Utf8JsonWriter writer, string key, string? value)
    {
        if (value is not null)
            writer.WriteString(key, value);
    }
}
