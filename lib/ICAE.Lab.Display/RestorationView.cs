using System.Globalization;
using ICAE.Lab.Autoencoder;
using ICAE.Lab.Charts;
using ICAE.Lab.Evaluation;
using ICAE.Lab.Experiments.RestorationEvaluation;

namespace ICAE.Lab.Display;

/// <summary>What a notebook shows of a restoration: it and its original side by side, with what became of each token.</summary>
/// <param name="Restoration">The restoration.</param>
/// <param name="Marked">Both sides aligned; <see langword="null"/> where the original is not known.</param>
/// <param name="Bleu">BLEU-4 on ids, 0 to 1; NaN where the original is not known.</param>
/// <param name="Accuracy">The share of the original's tokens that stand in their own place; NaN where the original is not known.</param>
public sealed record RestorationView(Restoration Restoration, MarkedRestoration? Marked, double Bleu, double Accuracy)
{
    /// <summary>Aligns a restoration with its original.</summary>
    /// <param name="restoration">The restoration.</param>
    /// <returns>The view.</returns>
    public static RestorationView Of(Restoration restoration)
    {
        ArgumentNullException.ThrowIfNull(restoration);
        if (restoration.OriginalIds is not { } original || restoration.OriginalTokens is not { } tokens || restoration.Tokens.Count != restoration.Ids.Count)
            return new RestorationView(restoration, null, double.NaN, double.NaN);

        return new RestorationView(
            restoration,
            MarkedRestoration.Of(original, tokens, restoration.Ids, restoration.Tokens),
            TokenBleu.Sentence(restoration.Ids, original),
            TokenAccuracy.Of(restoration.Ids, original));
    }

    /// <summary>The view as an HTML fragment.</summary>
    /// <returns>HTML without scripts; what differs says on hover what became of it.</returns>
    public string ToHtml()
    {
        if (Marked is null)
            return $"<div class=\"icae\"><div class=\"faint\">{HtmlText.Escape(Facts())}</div><p>{HtmlText.Escape(Restoration.Text)}</p></div>";

        var divides = !Restoration.IsRunningText;
        var legend = Marked.IsExact
            ? ""
            : "<div class=\"faint\"><del class=\"replaced\">replaced</del> by <ins class=\"replaced\">others</ins>, <del>left out</del>, <ins>added</ins>, <mark>moved</mark>; point at one to see more</div>";
        return $"<div class=\"icae\"><div><b>{HtmlText.Escape(Facts())}</b></div>{legend}<div class=\"sides\">"
            + $"<div><div class=\"faint\">original</div><p>{MarkedHtml.Side(Marked.Original, isOriginal: true, divides)}</p></div>"
            + $"<div><div class=\"faint\">restored</div><p>{MarkedHtml.Side(Marked.Restored, isOriginal: false, divides)}</p></div></div></div>";
    }

    /// <summary>The view as lines of text.</summary>
    public override string ToString() => Marked is null
        ? $"{Facts()}\n{Restoration.Text}"
        : $"{Facts()}\noriginal: {Joined(Restoration.OriginalTokens!)}\nrestored: {Joined(Restoration.Tokens)}";

    private string Facts()
    {
        var end = Restoration.End == GenerationEnd.EndOfText ? "" : ", cut off at the largest length";
        if (Marked is not { Alignment: var alignment })
            return string.Create(CultureInfo.InvariantCulture, $"{Restoration.Ids.Count} tokens restored{end}; the original is not known");

        var errors = Marked.IsExact
            ? "without any error"
            : string.Join(", ", new (int Count, string What)[]
            {
                (alignment.Substitutions, "replaced"), (alignment.Omissions, "left out"), (alignment.Insertions, "added"), (alignment.Moved, "moved"),
            }.Where(error => error.Count > 0).Select(error => string.Create(CultureInfo.InvariantCulture, $"{error.Count} {error.What}")));
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{alignment.OriginalLength} tokens, {alignment.RestoredLength} restored{end}: {errors}. BLEU {Bleu:0.000}, {Accuracy:P0} of the tokens in their place (free-running)");
    }

    private string Joined(IReadOnlyList<string> tokens) => VisibleText.Of(string.Join(Restoration.IsRunningText ? "" : "·", tokens));
}
