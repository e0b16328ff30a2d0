using ICAE.Lab.Data;
using ICAE.Lab.Evaluation;
using ICAE.Lab.Tokens;

namespace ICAE.Lab.Experiments.RestorationEvaluation;

/// <summary>A restoration beside its original, cut into the stretches of their alignment.</summary>
/// <param name="Original">The original's stretches.</param>
/// <param name="Restored">The restoration's stretches.</param>
/// <param name="Alignment">How many tokens match, were replaced, left out, added and moved.</param>
public sealed record MarkedRestoration(IReadOnlyList<MarkedPiece> Original, IReadOnlyList<MarkedPiece> Restored, Alignment Alignment)
{
    /// <summary>Whether nothing differs.</summary>
    public bool IsExact => Alignment.EditDistance == 0;

    /// <summary>Aligns a restored text with its original.</summary>
    /// <param name="text">The restored text.</param>
    /// <param name="tokenizer">The tokenizer of its ids.</param>
    /// <returns>Both sides.</returns>
    public static MarkedRestoration Of(RestoredText text, ITextTokenizer tokenizer)
    {
        ArgumentNullException.ThrowIfNull(text);
        ArgumentNullException.ThrowIfNull(tokenizer);
        var (original, restored) = (TokenTexts(text.Original.Ids, text.Original.Kind, tokenizer), TokenTexts(text.Ids, text.Original.Kind, tokenizer));
        var alignment = Alignment.Align(text.Original.Ids, text.Ids);
        return new MarkedRestoration(
            [.. alignment.Segments.Where(s => s.OriginalLength > 0).Select(s => new MarkedPiece(s.Kind, original[s.OriginalStart..(s.OriginalStart + s.OriginalLength)]))],
            [.. alignment.Segments.Where(s => s.RestoredLength > 0).Select(s => new MarkedPiece(s.Kind, restored[s.RestoredStart..(s.RestoredStart + s.RestoredLength)]))],
            alignment);
    }

    /// <summary>
    /// What each token shows. Of running text it is what the token adds, so that joined they are the text; a character that several tokens make up
    /// is shown with the last of them. Shifted and random ids are no running text: each token is shown by itself.
    /// </summary>
    private static string[] TokenTexts(IReadOnlyList<int> ids, string kind, ITextTokenizer tokenizer)
    {
        if (kind == TextKind.Patterned.Name() || kind == TextKind.Random.Name())
            return [.. ids.Select(tokenizer.TokenText)];

        var decoder = new IncrementalDecoder(tokenizer);
        var texts = ids.Select(decoder.Append).ToArray();
        if (texts.Length > 0)
            texts[^1] += decoder.Finish();

        return texts;
    }
}
