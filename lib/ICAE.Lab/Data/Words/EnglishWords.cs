using System.Collections.Frozen;
using System.Text.RegularExpressions;

namespace ICAE.Lab.Data.Words;

/// <summary>The words of an English text. Kinds are told by rules, without a dictionary: a name at the start of a sentence, or of a speech, counts as a word of the subject.</summary>
public static partial class EnglishWords
{
    private static readonly FrozenSet<string> Function = Set(
        """
        a an the this that these those each every either neither some any no none all both half such other another same own
        i me my mine myself we us our ours ourselves you your yours yourself yourselves thou thee thy thine he him his himself she her hers herself
        it its itself they them their theirs themselves one ones oneself who whom whose which what whoever whatever whichever
        am is are was were be been being have has had having do does did doing done shall should will would can could may might must ought need dare
        and or but nor so yet for if unless until till while when whenever where wherever whether because since although though as than that lest
        of in on at by to from with without within into onto upon over under above below between among amongst through throughout during before after
        against about around across along behind beside besides beyond down up off out near towards toward inside outside like per via
        not never ever only just even also too very much more most less least quite rather almost always often again then there here now how why
        yes no oh ah well
        i'm i've i'll i'd you're you've you'll you'd he's he'll he'd she's she'll she'd it's it'll we're we've we'll we'd they're they've they'll they'd
        isn't aren't wasn't weren't don't doesn't didn't haven't hasn't hadn't won't wouldn't can't cannot couldn't shouldn't mustn't shan't
        that's there's here's what's who's let's
        """);

    private static readonly FrozenSet<string> Titles = Set("Mr Mrs Ms Messrs Dr St Prof Rev Hon Capt Col Gen Lieut Sergt Sir Esq");

    private static readonly FrozenSet<string> Numbers = Set(
        """
        two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen twenty thirty forty fifty
        sixty seventy eighty ninety hundred hundreds thousand thousands million millions dozen dozens score
        first second third fourth fifth sixth seventh eighth ninth tenth once twice thrice
        """);

    /// <summary>Takes a text apart.</summary>
    /// <param name="text">The text.</param>
    /// <returns>Words and marks of punctuation in their order; white space belongs to none.</returns>
    public static IReadOnlyList<Word> Of(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var words = new List<Word>();
        var beginsSentence = true;
        foreach (Match match in Pieces().Matches(text))
        {
            var kind = KindOf(match.Value, beginsSentence);
            words.Add(new Word(match.Value, match.Index, kind));

            // Quotation marks and brackets stand between a sentence's end and the next one's first word.
            // The full stop of a title or an initial ends none.
            var isTitle = match.Value == "." && words.Count > 1 && (Titles.Contains(words[^2].Text) || words[^2].Text is [>= 'A' and <= 'Z']);
            beginsSentence = kind == WordKind.Punctuation && (beginsSentence || (!isTitle && match.Value is "." or "!" or "?" or ":" or "…" or "“" or "\"" or "‘"));
        }

        return words;
    }

    private static WordKind KindOf(string word, bool beginsSentence)
    {
        if (!char.IsLetterOrDigit(word[0]))
            return WordKind.Punctuation;

        var lower = word.ToLowerInvariant().Replace('’', '\'');
        if (char.IsDigit(word[0]) || Numbers.Contains(lower))
            return WordKind.Number;

        if (Function.Contains(lower))
            return WordKind.Function;

        return char.IsUpper(word[0]) && !beginsSentence ? WordKind.Name : WordKind.Content;
    }

    private static FrozenSet<string> Set(string words) => words.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).ToFrozenSet(StringComparer.Ordinal);

    /// <summary>Letters and digits with apostrophes inside, else one mark.</summary>
    [GeneratedRegex(@"[\p{L}\p{Nd}][\p{L}\p{M}\p{Nd}]*(?:['’][\p{L}]+)*|[\uD800-\uDBFF][\uDC00-\uDFFF]|[^\s]")]
    private static partial Regex Pieces();
}
