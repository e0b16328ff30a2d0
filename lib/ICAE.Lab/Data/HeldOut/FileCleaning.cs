using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using ICAE.Lab.Formats;

namespace ICAE.Lab.Data.HeldOut;

/// <summary>Writes files of training texts without what is held out.</summary>
/// <param name="filter">What is held out.</param>
/// <param name="removed">Told of each sentence that is cut out.</param>
/// <param name="cancellation">Stops it.</param>
internal sealed class FileCleaning(HeldOutFilter filter, Action<RemovedSentence>? removed, CancellationToken cancellation)
{
    private static readonly JsonSerializerOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
    private static readonly JsonDocumentOptions Reading = new() { MaxDepth = 16 };

    /// <summary>Writes a file.</summary>
    /// <param name="file">The file.</param>
    /// <param name="destination">Where to; its folder must exist.</param>
    /// <returns>What was cut out.</returns>
    /// <exception cref="IcaeException">It cannot be read or written, or holds no texts.</exception>
    public HeldOutCut Run(TrainingFile file, string destination)
    {
        var cut = new HeldOutCut(file.Name.Replace('\\', '/'));
        var lines = file.IsLines ? Passages(file.Path, cut) : filter.Clean(PlainText.ReadParagraphs(file.Path), cut, removed);
        AtomicFile.Write(destination, stream =>
        {
            foreach (var line in lines)
            {
                cancellation.ThrowIfCancellationRequested();
                stream.Write(Encoding.UTF8.GetBytes(line));
                stream.WriteByte((byte)'\n');
            }
        });
        return cut;
    }

    /// <summary>The lines with their texts cut; whatever else a line holds stays. Passages of which nothing is left are left out.</summary>
    private IEnumerable<string> Passages(string path, HeldOutCut cut)
    {
        using var passages = JsonLines.Read(path).GetEnumerator();
        foreach (var (_, utf8) in LineReader.Read(path).Where(line => !line.Utf8.Span.Trim(" \t"u8).IsEmpty))
        {
            // The reader checks the line before anything is built of it.
            passages.MoveNext();
            var text = passages.Current.Text ?? throw new MalformedFileException(path, $"passage {passages.Current.Id}", "it holds ids and no text, so that words cannot be compared");
            var before = cut.RemovedSentences;
            var cleaned = string.Join('\n', filter.Clean(text.Split('\n'), cut, removed));
            if (cut.RemovedSentences == before)
                yield return Encoding.UTF8.GetString(utf8.Span);
            else if (!string.IsNullOrWhiteSpace(cleaned))
                yield return Replace(path, passages.Current.Id, utf8, cleaned);
        }
    }

    private static string Replace(string path, string id, ReadOnlyMemory<byte> line, string text)
    {
        var json = JsonNode.Parse(line.Span, documentOptions: Reading)!.AsObject();
        json["text"] = text;
        try
        {
            return json.ToJsonString(Options);
        }
        catch (InvalidOperationException error)
        {
            // Read as it stands, what is beside the text may be no text at all: half a character, say.
            throw new MalformedFileException(path, $"passage {id}", $"a field beside its text cannot be written again: {error.Message}", error);
        }
    }
}
