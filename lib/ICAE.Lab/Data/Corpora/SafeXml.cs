using System.Text;
using System.Xml;
using ICAE.Lab.Formats;

namespace ICAE.Lab.Data.Corpora;

/// <summary>Reads XML from files that nobody vouches for: nothing is loaded from elsewhere, no entity is expanded, and depth and length are limited.</summary>
internal static class SafeXml
{
    private const int MaxDepth = 200;
    private const long MaxCharacters = 1 << 25;

    /// <summary>Visits the nodes of a file in their order.</summary>
    /// <param name="path">The file.</param>
    /// <param name="source">Where it comes from, for messages.</param>
    /// <param name="visit">Told of each node; it may read attributes, and does not move the reader.</param>
    /// <exception cref="MalformedFileException">It is no sound XML, asks for entities, or is too deep.</exception>
    public static void Read(string path, string source, Action<XmlReader> visit)
    {
        // A document type is passed over, so that its entities are unknown where the text uses them, which is an error.
        var settings = new XmlReaderSettings
        {
            DtdProcessing = DtdProcessing.Ignore,
            XmlResolver = null,
            MaxCharactersInDocument = MaxCharacters,
            IgnoreComments = true,
            IgnoreProcessingInstructions = true,
        };
        try
        {
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read);
            using var reader = XmlReader.Create(file, settings);
            while (reader.Read())
            {
                if (reader.Depth > MaxDepth)
                    throw new MalformedFileException(source, Place(reader), $"elements are nested deeper than {MaxDepth} levels");

                visit(reader);
            }
        }
        catch (XmlException error)
        {
            throw new MalformedFileException(source, $"line {error.LineNumber}, character {error.LinePosition}", $"not sound XML: {Cause(error)}", error);
        }
        catch (Exception error) when (error is DecoderFallbackException or ArgumentException or NotSupportedException)
        {
            throw new MalformedFileException(source, "", $"it cannot be decoded: {error.Message}", error);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new IcaeException($"{path}: the file cannot be read: {error.Message}", error);
        }
    }

    private static string Place(XmlReader reader) => reader is IXmlLineInfo info ? $"line {info.LineNumber}, character {info.LinePosition}" : "";

    private static string Cause(XmlException error)
    {
        const int Longest = 200;
        var text = FileChecks.ReplaceControls(error.Message, ' ');
        return text.Length > Longest ? text[..Longest] + "…" : text;
    }
}
