namespace ICAE.Lab.Tokens;

/// <summary>Pre-tokenizers one after another, each cutting the pieces of the one before it.</summary>
internal sealed class PreTokenizerSequence(IReadOnlyList<IPreTokenizer> steps) : IPreTokenizer
{
    public string Rule => string.Join(" > ", steps.Select(step => step.Rule));

    // A step cuts only within the pieces of the one before; all must leave the sides alone.
    public bool EndsPieceBehindLineFeed => steps.Any(step => step.EndsPieceBehindLineFeed) && steps.All(step => step is DigitSplitter || step.EndsPieceBehindLineFeed);

    public void Split(TextSegment segment, bool opensText, List<TextSegment> pieces)
    {
        List<TextSegment> current = [segment];
        foreach (var step in steps)
        {
            List<TextSegment> next = [];
            for (var index = 0; index < current.Count; index++)
            {
                step.Split(current[index], opensText && index == 0, next);
            }

            current = next;
        }

        pieces.AddRange(current);
    }
}
