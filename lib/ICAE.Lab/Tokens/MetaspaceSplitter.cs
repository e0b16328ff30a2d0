namespace ICAE.Lab.Tokens;

/// <summary>Turns spaces into a mark, puts one before the text, and cuts before each mark.</summary>
/// <param name="mark">The mark.</param>
/// <param name="scheme">Where a mark is put before a stretch that does not begin with one.</param>
/// <param name="split">Whether to cut.</param>
internal sealed class MetaspaceSplitter(char mark, MetaspaceScheme scheme, bool split) : IPreTokenizer
{
    public string Rule => $"marks {mark} {scheme}{(split ? ", cut before each" : "")}";

    public bool EndsPieceBehindLineFeed => false;

    public void Split(TextSegment segment, bool opensText, List<TextSegment> pieces)
    {
        var text = segment.Span.ToString().Replace(' ', mark);
        if (text[0] != mark && (scheme == MetaspaceScheme.Always || (scheme == MetaspaceScheme.First && opensText)))
            text = mark + text;
        var start = 0;
        for (var index = 1; split && index < text.Length; index++)
        {
            if (text[index] != mark)
                continue;
            pieces.Add(new TextSegment(text, start, index - start));
            start = index;
        }

        pieces.Add(new TextSegment(text, start, text.Length - start));
    }
}
