using System.Text;
using ICAE.Lab.Formats;

namespace ICAE.Lab.Data.Corpora;

/// <summary>The lines of a text that is being made: a paragraph each.</summary>
/// <param name="longest">The most characters that are taken.</param>
/// <param name="name">The text, for messages.</param>
internal sealed class CorpusLines(long longest, string name)
{
    private readonly StringBuilder _text = new();
    private long _runes;

    /// <summary>Lines so far.</summary>
    public int Count { get; private set; }

    /// <summary>Adds paragraphs.</summary>
    /// <exception cref="MalformedFileException">The text becomes too long.</exception>
    public void Add(IEnumerable<string> paragraphs)
    {
        foreach (var paragraph in paragraphs)
        {
            if (_text.Length + paragraph.Length > longest)
                throw new MalformedFileException(name, "", $"the text is longer than {longest} characters");

            _text.Append(paragraph).Append('\n');
            _runes += paragraph.Length - paragraph.Count(char.IsLowSurrogate);
            Count++;
        }
    }

    /// <summary>Writes the text.</summary>
    /// <param name="path">Where to.</param>
    /// <param name="text">What is known of it.</param>
    /// <returns>The same with its length.</returns>
    public CorpusText Write(string path, CorpusText text)
    {
        AtomicFile.WriteText(path, _text.ToString());
        return text with { Characters = _runes + Count, Paragraphs = Count };
    }
}
