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
        var isRunningText = text.Original.Kind != TextKind.Patterned.Name() && text.Original.Kind != TextKind.Random.Name();
        Func<ITextTokenizer, IReadOnlyList<int>, string[]> tokens = isRunningText ? TokenTexts.OfRunningText : TokenTexts.OfSingleTokens;
        return Of(text.Original.Ids, tokens(tokenizer, text.Original.Ids), text.Ids, tokens(tokenizer, text.Ids));
    }

    /// <summary>Aligns ids with ids.</summary>
    /// <param name="original">The original's ids.</param>
    /// <param name="originalTokens">What each of them shows.</param>
    /// <param name="restored">The restoration's ids.</param>
    /// <param name="restoredTokens">What each of them shows.</param>
    /// <returns>Both sides.</returns>
    /// <exception cref="ArgumentException">There are not as many texts as ids, or the texts are too long to be aligned.</exception>
    public static MarkedRestoration Of(
        IReadOnlyList<int> original, IReadOnlyList<string> originalTokens, IReadOnlyList<int> restored, IReadOnlyList<string> restoredTokens)
    {
        ArgumentNullException.ThrowIfNull(original);
        ArgumentNullException.ThrowIfNull(originalTokens);
        ArgumentNullException.ThrowIfNull(restored);
        ArgumentNullException.ThrowIfNull(restoredTokens);
        if (original.Count != originalTokens.Count || restored.Count != restoredTokens.Count)
            throw new ArgumentException("Each id needs its text.", nameof(originalTokens));

        var alignment = Alignment.Align(original, restored);
        string[] Original(AlignmentSegment segment) => [.. originalTokens.Skip(segment.OriginalStart).Take(segment.OriginalLength)];
        string[] Restored(AlignmentSegment segment) => [.. restoredTokens.Skip(segment.RestoredStart).Take(segment.RestoredLength)];
        return new MarkedRestoration(
            [.. alignment.Segments.Where(segment => segment.OriginalLength > 0).Select(segment => Piece(segment, Original(segment), Restored(segment)))],
            [.. alignment.Segments.Where(segment => segment.RestoredLength > 0).Select(segment => Piece(segment, Restored(segment), Original(segment)))],
            alignment);
    }

    private static MarkedPiece Piece(AlignmentSegment segment, string[] own, string[] other) => new(segment.Kind, own)
    {
        Counterpart = segment.Kind == AlignmentKind.Substitution ? other : [],
        MovedTo = segment.Counterpart,
    };
}
