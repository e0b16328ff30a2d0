namespace ICAE.Lab.Data.HeldOut;

/// <summary>The last words of a text, each with its sentence; marks the sentences of a run that is held out.</summary>
/// <param name="length">The words of a run.</param>
/// <param name="runs">The runs that are held out, each with its text.</param>
internal sealed class SentenceWindow(int length, IReadOnlyDictionary<ulong, int> runs)
{
    private readonly ulong[] _words = new ulong[length];
    private readonly WindowSentence[] _sentences = new WindowSentence[length];
    private readonly List<ulong> _found = [];

    /// <summary>Words so far.</summary>
    public long Count { get; private set; }

    /// <summary>Adds a paragraph; sentences of earlier ones may be marked by it.</summary>
    public WindowParagraph Add(string paragraph)
    {
        var sentences = new List<WindowSentence>();
        foreach (var (start, count) in Data.Sentences.Find(paragraph))
        {
            WordHashes.Find(paragraph.AsSpan(start, count), _found);
            var sentence = new WindowSentence(start, count, _found.Count);
            sentences.Add(sentence);
            foreach (var word in _found)
                Add(word, sentence);
        }

        return new WindowParagraph(paragraph, sentences, Count);
    }

    private void Add(ulong word, WindowSentence sentence)
    {
        var at = (int)(Count++ % length);
        (_words[at], _sentences[at]) = (word, sentence);
        if (Count < length || !runs.TryGetValue(WordHashes.Combine(_words, (int)(Count % length)), out var shared))
            return;

        foreach (var touched in _sentences)
        {
            if (touched.SharedWith < 0)
                touched.SharedWith = shared;
        }
    }
}
