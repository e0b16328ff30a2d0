using System.Globalization;
using System.Text;
using ICAE.Lab.Charts;
using ICAE.Lab.Evaluation;
using ICAE.Lab.Experiments.MemorySelectivity;

namespace ICAE.Lab.Display;

/// <summary>What a notebook shows of a measurement of selectivity: the first texts and their restorations, each token marked by where it comes from, and what came back otherwise.</summary>
/// <param name="Result">What was measured.</param>
public sealed record SelectivityView(SelectivityResult Result)
{
    private const int MostTexts = 5;
    private const int MostDifferences = 12;

    /// <summary>The view as an HTML fragment.</summary>
    /// <returns>HTML without scripts; a token says on hover what became of it and its surprisal.</returns>
    public string ToHtml()
    {
        var html = new StringBuilder("<div class=\"icae\"><div><b>").Append(HtmlText.Escape(Facts())).Append("</b></div>");
        html.Append("<div class=\"faint\">plain: the base alone would have it, too; <ins>from the memory</ins>; <del>lost, or wrong</del>; <mark>lost, though the base alone had it</mark>; point at a token for more</div>");
        var restored = Result.Restored.ToLookup(token => token.TextId, StringComparer.Ordinal);
        var texts = Result.Tokens.GroupBy(token => token.TextId, StringComparer.Ordinal).ToList();
        foreach (var text in texts.Take(MostTexts))
        {
            html.Append("<div class=\"sides\"><div><div class=\"faint\">original, each token asked for behind the right ones</div><p>").AppendJoin("", text.Select(Token));
            html.Append("</p></div><div><div class=\"faint\">restored, written by the model by itself</div><p>").AppendJoin("", restored[text.Key].Select(Token)).Append("</p></div></div>");
        }

        if (texts.Count > MostTexts)
            html.Append(CultureInfo.InvariantCulture, $"<div class=\"faint\">and {texts.Count - MostTexts} more</div>");

        if (Result.Differences.Count > 0)
            html.Append(Html.Table(["place", "difference", "original", "restored"], Result.Differences.Take(MostDifferences).Select(Cells), numbers: false));

        if (Result.Differences.Count > MostDifferences)
            html.Append(CultureInfo.InvariantCulture, $"<div class=\"faint\">and {Result.Differences.Count - MostDifferences} more</div>");

        return html.Append("</div>").ToString();
    }

    /// <summary>The view as lines of text.</summary>
    public override string ToString() => $"{Facts()}\n{Html.Lines(Result.Differences.Take(MostDifferences).Select(Cells))}";

    private static string[] Cells(WordDifference difference) =>
        [(difference.Place + 1).ToString(CultureInfo.InvariantCulture), difference.Difference.ToString().ToLowerInvariant(), difference.Original, difference.Restored];

    private static string Token(TokenGain token)
    {
        var title = HtmlText.Escape(string.Create(CultureInfo.InvariantCulture, $"{token.Without:0.00} nats without memory, {token.With:0.00} with"));
        var text = HtmlText.Escape(token.Token);
        return token.Origin switch
        {
            TokenOrigin.Remembered => $"<ins title=\"{title}\">{text}</ins>",
            TokenOrigin.Lost => $"<del title=\"{title}\">{text}</del>",
            TokenOrigin.Misled => $"<mark title=\"{title}\">{text}</mark>",
            _ => $"<span title=\"{title}\">{text}</span>",
        };
    }

    private static string Token(RestoredToken token)
    {
        var title = HtmlText.Escape(string.Create(CultureInfo.InvariantCulture, $"{Told(token.Alignment)}; {token.Without:0.00} nats by the base alone behind the same tokens"));
        var text = HtmlText.Escape(token.Token);
        return token switch
        {
            { Alignment: not AlignmentKind.Match } => $"<del title=\"{title}\">{text}</del>",
            { LikeliestWithout: false } => $"<ins title=\"{title}\">{text}</ins>",
            _ => $"<span title=\"{title}\">{text}</span>",
        };
    }

    private static string Told(AlignmentKind alignment) => alignment switch
    {
        AlignmentKind.Match => "as in the original",
        AlignmentKind.MovedHere => "elsewhere in the original",
        AlignmentKind.Insertion => "not in the original",
        _ => "in place of another",
    };

    private string Facts()
    {
        var count = Math.Max(1, Result.Tokens.Count);
        double Share(TokenOrigin origin) => (double)Result.Tokens.Count(token => token.Origin == origin) / count;
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{Result.Tokens.Count} tokens (teacher-forced): {Share(TokenOrigin.Predicted):P0} predicted anyway, {Share(TokenOrigin.Remembered):P0} from memory, {Share(TokenOrigin.Lost) + Share(TokenOrigin.Misled):P0} lost. {Result.Differences.Count} of {Result.Words} words came back otherwise (free-running)");
    }
}
