using System.Collections.Concurrent;

namespace ICAE.Lab.Data.Stories;

/// <summary>The forms of a verb.</summary>
/// <param name="Infinitive">give</param>
/// <param name="Past">gave</param>
/// <param name="Participle">given</param>
/// <param name="Gerund">giving</param>
internal sealed record VerbForms(string Infinitive, string Past, string Participle, string Gerund)
{
    private static readonly ConcurrentDictionary<string, VerbForms> Known = new(
        Lexicon.Section("verbs").All.Select(entry => entry.Text.Split(' ')).Select(forms =>
            new KeyValuePair<string, VerbForms>(forms[0], new VerbForms(forms[0], forms[1], forms[2], forms.Length > 3 ? forms[3] : GerundOf(forms[0])))),
        StringComparer.Ordinal);

    /// <summary>The forms of a verb: from the list of irregular ones, or by rule.</summary>
    public static VerbForms Of(string infinitive) => Known.GetOrAdd(infinitive, verb =>
    {
        var past = PastOf(verb);
        return new VerbForms(verb, past, past, GerundOf(verb));
    });

    private static string PastOf(string verb)
    {
        if (verb[^1] == 'e')
            return verb + "d";
        return verb[^1] == 'y' && !English.IsVowel(verb[^2]) ? verb[..^1] + "ied" : verb + "ed";
    }

    private static string GerundOf(string verb)
    {
        if (verb.EndsWith("ie", StringComparison.Ordinal))
            return verb[..^2] + "ying";
        return verb[^1] == 'e' && verb[^2] is not ('e' or 'y' or 'o') ? verb[..^1] + "ing" : verb + "ing";
    }
}
