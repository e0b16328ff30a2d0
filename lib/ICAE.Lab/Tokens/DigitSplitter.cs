namespace ICAE.Lab.Tokens;

/// <summary>Parts numbers from the rest: runs of them, or each on its own.</summary>
internal sealed class DigitSplitter(bool individual) : IPreTokenizer
{
    public string Rule => individual ? "digits one by one" : "digits in runs";

    public bool EndsPieceBehindLineFeed => false;

    public void Split(TextSegment segment, bool opensText, List<TextSegment> pieces)
    {
        var text = segment.Span;
        var start = 0;
        for (var index = 0; index < text.Length;)
        {
            if (CharacterClasses.At(text, index, out var length) != CharacterClass.Number)
            {
                index += length;
                continue;
            }

            if (index > start)
                pieces.Add(segment.Slice(start, index - start));
            var end = individual ? index + length : CharacterClasses.EndOfRun(text, index, CharacterClass.Number);
            pieces.Add(segment.Slice(index, end - index));
            start = index = end;
        }

        if (start < text.Length)
            pieces.Add(segment.Slice(start, text.Length - start));
    }
}
