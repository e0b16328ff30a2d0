namespace ICAE.Lab.Tokens;

/// <summary>
/// Cuts a text as one of the known patterns does, in one pass over whole code points: linear in the length whatever the text is.
/// </summary>
/// <param name="pattern">The pattern.</param>
/// <param name="addPrefixSpace">Whether a stretch that does not begin with a space is given one.</param>
internal sealed class PatternSplitter(SplitPattern pattern, bool addPrefixSpace = false) : IPreTokenizer
{
    /// <summary>The pattern of Llama 3, as its tokenizer.json spells it.</summary>
    public const string Llama3Source =
        @"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+";

    /// <summary>The pattern of Qwen2 and Qwen3, as their tokenizer.json spells it.</summary>
    public const string Qwen2Source =
        @"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+";

    /// <summary>The pattern of GPT-2, as files that do not leave it to the byte-level step spell it.</summary>
    public const string Gpt2Source = @"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+";

    private const char LongS = '\u017F';

    public string Rule => $"pattern {pattern}{(addPrefixSpace ? " with prefix space" : "")}";

    public bool EndsPieceBehindLineFeed => !addPrefixSpace;

    /// <summary>The known pattern that a file spells out.</summary>
    public static bool TryRecognise(string source, out SplitPattern pattern)
    {
        pattern = source switch
        {
            Llama3Source => SplitPattern.Llama3,
            Qwen2Source => SplitPattern.Qwen2,
            _ => SplitPattern.Gpt2,
        };
        return pattern != SplitPattern.Gpt2 || source == Gpt2Source;
    }

    public void Split(TextSegment segment, bool opensText, List<TextSegment> pieces)
    {
        if (addPrefixSpace && segment.Length > 0 && segment.Span[0] != ' ')
            segment = new TextSegment($" {segment.Span}", 0, segment.Length + 1);
        for (var start = 0; start < segment.Length;)
        {
            var end = EndOfPiece(segment.Span, start, pattern);
            pieces.Add(segment.Slice(start, end - start));
            start = end;
        }
    }

    /// <summary>Index behind the piece that begins at <paramref name="start"/>.</summary>
    public static int EndOfPiece(ReadOnlySpan<char> text, int start, SplitPattern pattern) =>
        pattern == SplitPattern.Gpt2 ? EndOfGpt2Piece(text, start) : EndOfLlama3Piece(text, start, pattern == SplitPattern.Llama3 ? 3 : 1);

    private static int EndOfGpt2Piece(ReadOnlySpan<char> text, int start)
    {
        var contraction = ContractionLength(text, start, eitherCase: false);
        if (contraction > 0)
            return start + contraction;
        var first = start;
        var found = CharacterClasses.At(text, first, out _);
        if (text[first] == ' ' && first + 1 < text.Length)
        {
            var behindSpace = CharacterClasses.At(text, first + 1, out _);
            if (behindSpace != CharacterClass.Space)
            {
                first++;
                found = behindSpace;
            }
        }

        return found == CharacterClass.Space ? EndOfSpaces(text, start) : CharacterClasses.EndOfRun(text, first, found);
    }

    private static int EndOfLlama3Piece(ReadOnlySpan<char> text, int start, int numbersTogether)
    {
        var contraction = ContractionLength(text, start, eitherCase: true);
        if (contraction > 0)
            return start + contraction;
        var first = CharacterClasses.At(text, start, out var length);
        if (first == CharacterClass.Letter)
            return CharacterClasses.EndOfRun(text, start, CharacterClass.Letter);
        if (first == CharacterClass.Number)
            return EndOfNumber(text, start, numbersTogether);
        var next = start + length;
        var second = next < text.Length ? CharacterClasses.At(text, next, out _) : CharacterClass.Space;
        if (second == CharacterClass.Letter && text[start] is not ('\r' or '\n'))
            return CharacterClasses.EndOfRun(text, next, CharacterClass.Letter);
        if (first == CharacterClass.Other || (text[start] == ' ' && second == CharacterClass.Other))
            return EndOfLineBreaks(text, CharacterClasses.EndOfRun(text, first == CharacterClass.Other ? start : next, CharacterClass.Other));
        var run = text[start..CharacterClasses.EndOfRun(text, start, CharacterClass.Space)];
        var lastBreak = run.LastIndexOfAny('\r', '\n');
        return lastBreak >= 0 ? start + lastBreak + 1 : EndOfSpaces(text, start);
    }

    private static int EndOfNumber(ReadOnlySpan<char> text, int start, int most)
    {
        var end = start;
        for (var count = 0; count < most && end < text.Length; count++)
        {
            if (CharacterClasses.At(text, end, out var length) != CharacterClass.Number)
                break;
            end += length;
        }

        return end;
    }

    private static int EndOfLineBreaks(ReadOnlySpan<char> text, int index)
    {
        while (index < text.Length && text[index] is '\r' or '\n')
        {
            index++;
        }

        return index;
    }

    // The last of several white-space characters before a word belongs to what follows.
    private static int EndOfSpaces(ReadOnlySpan<char> text, int start)
    {
        var end = CharacterClasses.EndOfRun(text, start, CharacterClass.Space);
        return end == text.Length || end - start == 1 ? end : end - 1;
    }

    private static int ContractionLength(ReadOnlySpan<char> text, int start, bool eitherCase)
    {
        if (text[start] != '\'' || start + 1 >= text.Length)
            return 0;
        var second = Fold(text[start + 1], eitherCase);
        if (second is 's' or 't' or 'm' or 'd')
            return 2;
        if (start + 2 >= text.Length)
            return 0;
        var third = Fold(text[start + 2], eitherCase);
        return (second, third) is ('r', 'e') or ('v', 'e') or ('l', 'l') ? 3 : 0;
    }

    private static char Fold(char unit, bool eitherCase)
    {
        if (!eitherCase)
            return unit;
        return unit == LongS ? 's' : unit is >= 'A' and <= 'Z' ? (char)(unit | 0x20) : unit;
    }
}
