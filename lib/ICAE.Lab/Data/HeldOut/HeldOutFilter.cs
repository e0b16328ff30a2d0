using System.Text;

namespace ICAE.Lab.Data.HeldOut;

/// <summary>
/// Cuts out of training texts what validation or test texts have too: every sentence that touches a run of so many words that a held-out
/// text holds as well. Words are compared in lower case, as letters and digits alone; runs go over sentences and paragraphs. The same texts give the same
/// result; memory is that of the held-out side, some 40 bytes a word, whatever the length of the training side.
/// </summary>
/// <remarks>
/// Runs are compared by 64-bit hashes: with a million held-out and a billion training words, the chance that any sentence is cut out wrongly is about one in
/// 20,000. A held-out text of fewer words than a run has none, and cannot be found.
/// </remarks>
public sealed class HeldOutFilter
{
    /// <summary>The usual length of a run, in words.</summary>
    public const int DefaultWords = 13;

    private const int MostWords = 100;

    private readonly Dictionary<ulong, int> _runs = [];
    private readonly List<string> _names = [];
    private readonly Dictionary<string, int> _indices = new(StringComparer.Ordinal);

    /// <summary>A filter that holds nothing out yet.</summary>
    /// <param name="words">How many words in a row make a passage shared; 2 to 100.</param>
    /// <exception cref="ConfigurationException">It is another number.</exception>
    public HeldOutFilter(int words = DefaultWords)
    {
        if (words is < 2 or > MostWords)
            throw new ConfigurationException($"A shared passage is found by 2 to {MostWords} words in a row, not {words}.");

        Words = words;
    }

    /// <summary>How many words in a row make a passage shared.</summary>
    public int Words { get; }

    /// <summary>How many different runs of words are held out.</summary>
    public int Runs => _runs.Count;

    /// <summary>Held-out texts that have fewer words than a run, and so cannot be found.</summary>
    public int TooShort { get; private set; }

    /// <summary>Holds a text out.</summary>
    /// <param name="name">Its name; several texts may share one.</param>
    /// <param name="paragraphs">Its paragraphs.</param>
    public void Add(string name, IEnumerable<string> paragraphs)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        ArgumentNullException.ThrowIfNull(paragraphs);
        if (!_indices.TryGetValue(name, out var index))
        {
            _indices.Add(name, index = _names.Count);
            _names.Add(name);
        }

        var (ring, found, count) = (new ulong[Words], new List<ulong>(), 0L);
        foreach (var paragraph in paragraphs)
        {
            WordHashes.Find(paragraph, found);
            foreach (var word in found)
            {
                ring[count++ % Words] = word;
                if (count >= Words)
                    _runs.TryAdd(WordHashes.Combine(ring, (int)(count % Words)), index);
            }
        }

        TooShort += count < Words ? 1 : 0;
    }

    /// <summary>Cuts a training text.</summary>
    /// <param name="paragraphs">Its paragraphs.</param>
    /// <param name="cut">Gathers what is cut out; complete when the last paragraph was read.</param>
    /// <param name="removed">Told of each sentence that is cut out; <see langword="null"/> for nobody.</param>
    /// <returns>The paragraphs, without the shared sentences; those of which nothing is left are left out.</returns>
    public IEnumerable<string> Clean(IEnumerable<string> paragraphs, HeldOutCut cut, Action<RemovedSentence>? removed = null)
    {
        ArgumentNullException.ThrowIfNull(paragraphs);
        ArgumentNullException.ThrowIfNull(cut);
        var window = new SentenceWindow(Words, _runs);
        var pending = new Queue<WindowParagraph>();
        foreach (var paragraph in paragraphs)
        {
            pending.Enqueue(window.Add(paragraph));

            // A paragraph's fate is known when no run that touches it can still come.
            while (pending.TryPeek(out var first) && window.Count >= first.End + Words - 1)
            {
                if (Finish(pending.Dequeue(), cut, removed) is { } kept)
                    yield return kept;
            }
        }

        while (pending.TryDequeue(out var last))
        {
            if (Finish(last, cut, removed) is { } kept)
                yield return kept;
        }
    }

    /// <summary>Cuts training texts one by one.</summary>
    /// <param name="documents">The texts.</param>
    /// <param name="cuts">Takes what is cut out of each.</param>
    /// <returns>The texts that anything is left of.</returns>
    public IEnumerable<TextDocument> Clean(IEnumerable<TextDocument> documents, ICollection<HeldOutCut> cuts)
    {
        ArgumentNullException.ThrowIfNull(documents);
        ArgumentNullException.ThrowIfNull(cuts);
        foreach (var document in documents)
        {
            var cut = new HeldOutCut(document.Name);
            var text = string.Join('\n', Clean(document.Text.Split('\n'), cut));
            cuts.Add(cut);
            if (!string.IsNullOrWhiteSpace(text))
                yield return document with { Text = text };
        }
    }

    private string? Finish(WindowParagraph paragraph, HeldOutCut cut, Action<RemovedSentence>? removed)
    {
        var kept = paragraph.Sentences.Count(sentence => sentence.SharedWith < 0);
        cut.Sentences += paragraph.Sentences.Count;
        cut.Words += paragraph.Sentences.Sum(sentence => (long)sentence.Words);
        if (kept == paragraph.Sentences.Count)
            return paragraph.Text;

        foreach (var sentence in paragraph.Sentences.Where(sentence => sentence.SharedWith >= 0))
        {
            var from = _names[sentence.SharedWith];
            cut.RemovedSentences++;
            cut.RemovedWords += sentence.Words;
            cut.ByHeldOut[from] = cut.ByHeldOut.GetValueOrDefault(from) + 1;
            removed?.Invoke(new RemovedSentence(cut.Name, from, paragraph.Text.Substring(sentence.Start, sentence.Length)));
        }

        cut.RemovedParagraphs += kept == 0 ? 1 : 0;
        return kept == 0 ? null : Join(paragraph);
    }

    /// <summary>The sentences that are kept, with the white space that was between them, or a space where one was cut out.</summary>
    private static string Join(WindowParagraph paragraph)
    {
        var (text, last) = (new StringBuilder(), -1);
        for (var i = 0; i < paragraph.Sentences.Count; i++)
        {
            var sentence = paragraph.Sentences[i];
            if (sentence.SharedWith >= 0)
                continue;

            if (last >= 0)
            {
                var end = paragraph.Sentences[last].Start + paragraph.Sentences[last].Length;
                text.Append(last == i - 1 ? paragraph.Text.AsSpan(end, sentence.Start - end) : " ");
            }

            text.Append(paragraph.Text, sentence.Start, sentence.Length);
            last = i;
        }

        return text.ToString();
    }
}
