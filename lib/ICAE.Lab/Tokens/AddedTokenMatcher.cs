using System.Buffers;

namespace ICAE.Lab.Tokens;

/// <summary>Finds added tokens in a text, leftmost first and the longest of those that begin at one place.</summary>
internal sealed class AddedTokenMatcher
{
    private readonly Dictionary<string, AddedToken>.AlternateLookup<ReadOnlySpan<char>> _byContent;
    private readonly Dictionary<char, int[]> _lengthsByFirst;
    private readonly SearchValues<char> _firsts;

    /// <summary>Creates the matcher.</summary>
    /// <param name="tokens">What to look for, with the tokens found; no text is empty, none is there twice.</param>
    public AddedTokenMatcher(IEnumerable<KeyValuePair<string, AddedToken>> tokens)
    {
        var byContent = new Dictionary<string, AddedToken>(tokens, StringComparer.Ordinal);
        _byContent = byContent.GetAlternateLookup<ReadOnlySpan<char>>();
        _lengthsByFirst = byContent.Keys
            .GroupBy(content => content[0])
            .ToDictionary(group => group.Key, group => group.Select(content => content.Length).Distinct().OrderDescending().ToArray());
        _firsts = SearchValues.Create([.. _lengthsByFirst.Keys]);
    }

    /// <summary>Calls back for each stretch of a text in order: those that are tokens, with the token, and those between.</summary>
    public void Split(TextSegment segment, Action<TextSegment, AddedToken?> found)
    {
        if (segment.Length == 0)
            return;
        var text = segment.Span;
        var done = 0;
        for (var index = 0; index < text.Length;)
        {
            var offset = text[index..].IndexOfAny(_firsts);
            if (offset < 0)
                break;
            index += offset;
            if (LongestAt(text[index..]) is not { } token)
            {
                index++;
                continue;
            }

            var start = index;
            var end = index + token.Length;
            index = end;
            while (token.Token.TakesSpaceBefore && start > done && char.IsWhiteSpace(text[start - 1]))
            {
                start--;
            }

            while (token.Token.TakesSpaceBehind && end < text.Length && char.IsWhiteSpace(text[end]))
            {
                end++;
            }

            start = Math.Max(start, done);
            if (start > done)
                found(segment.Slice(done, start - done), null);
            found(segment.Slice(start, end - start), token.Token);
            done = end;
            index = Math.Max(index, end);
        }

        if (done < text.Length)
            found(segment.Slice(done, text.Length - done), null);
    }

    private (AddedToken Token, int Length)? LongestAt(ReadOnlySpan<char> text)
    {
        foreach (var length in _lengthsByFirst[text[0]])
        {
            if (length <= text.Length && _byContent.TryGetValue(text[..length], out var token))
                return (token, length);
        }

        return null;
    }
}
