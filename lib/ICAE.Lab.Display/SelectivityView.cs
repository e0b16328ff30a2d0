using System.Globalization;
using System.Text;
using ICAE.Lab.Experiments.MemorySelectivity;

namespace ICAE.Lab.Display;

/// <summary>What a notebook shows of a measurement of selectivity: the first texts, each token marked by where it comes from, and what came back otherwise.</summary>
/// <param name="Result">What was measured.</param>
public sealed record SelectivityView(SelectivityResult Result)
{
    private const int MostTexts = 5;
    private const int MostDifferences = 12;

    /// <summary>The view as an HTML fragment.</summary>
    /// <returns>HTML without scripts; a token says its surprisal on hover.</returns>
    public string ToHtml()
    {
        var html = new StringBuilder("<div class=\"icae\"><div><b>").Append(Html.Escape(Facts())).Append("</b></div>");
        html.Append("<div class=\"faint\">plain: the base alone would have written it; <ins>from the memory</ins>; <del>lost</del>; <mark>lost, though the base alone had it</mark>; point at a token for its surprisal</div>");
        var texts = Result.Tokens.GroupBy(token => token.TextId, StringComparer.Ordinal).ToList();
        foreach (var text in texts.Take(MostTexts))
            html.Append("<p>").AppendJoin("", text.Select(Token)).Append("</p>");

        if (texts.Count > MostTexts)
            html.Append(CultureInfo.InvariantCulture, $"<div class=\"faint\">and {texts.Count - MostTexts} more</div>");

        if (Result.Differences.Count > 0)
            html.Append(Html.Table(["place", "difference", "original", "restored"], Result.Differences.Take(MostDifferences).Select(Cells), numbers: false));

        return html.Append("</div>").ToString();
    }

    /// <summary>The view as lines of text.</summary>
    public override string ToString() => $"{Facts()}\n{Html.Lines(Result.Differences.Take(MostDifferences).Select(Cells))}";

    private static string[] Cells(WordDifference difference) =>
        [(difference.Place + 1).ToString(CultureInfo.InvariantCulture), difference.Difference.ToString().ToLowerInvariant(), difference.Original, difference.Restored];

    private static string Token(TokenGain token)
    {
        var title = Html.Escape(string.Create(CultureInfo.InvariantCulture, $"{token.Without:0.00} nats without memory, {token.With:0.00} with"));
        var text = Html.Escape(token.Token);
        return token.Origin switch
        {
            TokenOrigin.Remembered => $"<ins title=\"{title}\">{text}</ins>",
            TokenOrigin.Lost => $"<del title=\"{title}\">{text}</del>",
            TokenOrigin.Misled => $"<mark title=\"{title}\">{text}</mark>",
            _ => $"<span title=\"{title}\">{text}</span>",
        };
    }

    private string Facts()
    {
        var count = Math.Max(1, Result.Tokens.Count);
        double Share(TokenOrigin origin) => (double)Result.Tokens.Count(token => token.Origin == origin) / count;
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{Result.Tokens.Count} tokens (teacher-forced): {Share(TokenOrigin.Predicted):P0} predicted anyway, {Share(TokenOrigin.Remembered):P0} from memory, {Share(TokenOrigin.Lost) + Share(TokenOrigin.Misled):P0} lost. {Result.Differences.Count} of {Result.Words} words came back otherwise (free-running)");
    }
}
