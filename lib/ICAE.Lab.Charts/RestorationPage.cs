using System.Globalization;
using System.Text;
using ICAE.Lab.Data;
using ICAE.Lab.Experiments.RestorationEvaluation;
using Plotly.NET;

namespace ICAE.Lab.Charts;

/// <summary>
/// Restorations as one HTML page that needs nothing beside it: figures, numbers, and texts beside their restorations. Its content policy
/// lets it load nothing. Light or dark as the reader's system is; every figure has a description in words, and differences are told by
/// elements and underlines as well as by colours.
/// </summary>
public static class RestorationPage
{
    private const string Style = """
        :root { color-scheme: light dark; --text: #1b1b1b; --page: #ffffff; --faint: #5a5a5a; --rule: #c9c9c9;
          --wrong: #9c1c00; --wrong-back: #ffe3dc; --added: #00563f; --added-back: #d9f2e6; --moved: #00487a; --moved-back: #dceaf7; }
        @media (prefers-color-scheme: dark) { :root { --text: #e6e6e6; --page: #16181a; --faint: #a8a8a8; --rule: #45494d;
          --wrong: #ffb4a3; --wrong-back: #4a1d14; --added: #8fe0bd; --added-back: #123c2d; --moved: #a9d3f7; --moved-back: #16324a; }
          .icae-figure { filter: invert(0.9) hue-rotate(180deg); } }
        body { margin: 0 auto; padding: 1rem 1.2rem 4rem; max-width: 78rem; background: var(--page); color: var(--text); font: 16px/1.5 system-ui, sans-serif; }
        h1 { font-size: 1.6rem; } h2 { margin-top: 2.5rem; border-bottom: 1px solid var(--rule); } h3 { margin-top: 2rem; }
        table { border-collapse: collapse; margin: 0.8rem 0; } caption { text-align: left; color: var(--faint); padding-bottom: 0.3rem; }
        th, td { border-bottom: 1px solid var(--rule); padding: 0.25rem 0.7rem; text-align: left; vertical-align: top; }
        td.number, th.number { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
        .scroll { overflow-x: auto; } .faint { color: var(--faint); }
        .icae-figure { background: #ffffff; color: #1b1b1b; margin: 1rem 0; }
        .pair { border: 1px solid var(--rule); border-radius: 6px; margin: 0.8rem 0; padding: 0.2rem 0.8rem 0.6rem; }
        .pair .sides { display: grid; grid-template-columns: 1fr 1fr; gap: 0 1.5rem; } @media (max-width: 50rem) { .pair .sides { grid-template-columns: 1fr; } }
        .pair h4 { margin: 0.4rem 0 0.1rem; font-size: 0.85rem; color: var(--faint); } .pair p { margin: 0; overflow-wrap: anywhere; }
        del, ins, mark { border-radius: 2px; } del { color: var(--wrong); background: var(--wrong-back); }
        ins { color: var(--added); background: var(--added-back); text-decoration: underline; }
        del.replaced, ins.replaced { text-decoration: underline wavy; } mark { color: var(--moved); background: var(--moved-back); border-bottom: 2px dotted; }
        .cut { color: var(--faint); user-select: none; }
        """;

    /// <summary>Makes the page.</summary>
    /// <param name="title">Its title.</param>
    /// <param name="introduction">What it shows, a paragraph each.</param>
    /// <param name="reports">The models, at least one.</param>
    /// <returns>The page's HTML.</returns>
    public static string Html(string title, IReadOnlyList<string> introduction, IReadOnlyList<RestorationReport> reports)
    {
        ArgumentNullException.ThrowIfNull(title);
        ArgumentNullException.ThrowIfNull(introduction);
        ArgumentNullException.ThrowIfNull(reports);
        var page = new StringBuilder();
        page.Append(
            CultureInfo.InvariantCulture,
            $"""
            <!DOCTYPE html>
            <html lang="en">
            <head>
            <meta charset="utf-8" />
            <meta name="viewport" content="width=device-width, initial-scale=1" />
            <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; img-src data: blob:" />
            <title>{HtmlText.Escape(title)}</title>
            <style>
            {Style}
            </style>
            {FigureHtml.PlotlyScript()}
            </head>
            <body>
            <h1>{HtmlText.Escape(title)}</h1>

            """);
        foreach (var paragraph in introduction)
            Line(page, $"<p>{HtmlText.Escape(paragraph)}</p>");

        foreach (var (report, number) in reports.Select((report, i) => (report, i)))
            AddModel(page, report, isFirst: number == 0);

        return page.Append("</body>\n</html>\n").ToString();
    }

    private static void AddModel(StringBuilder page, RestorationReport report, bool isFirst)
    {
        var result = report.Result;
        Line(page, $"<h2>{HtmlText.Escape(result.Model)}</h2>");
        Line(page, $"<p>{HtmlText.Escape(report.BaseStatement)}</p>");
        AddTable(page, "Model and measurement", ["", ""], report.Settings.Select(row => (string[])[HtmlText.Escape(row.Name), HtmlText.Escape(row.Value)]), numbers: false);
        Line(page, "<h3>How much comes back</h3>");
        AddFigure(page, RestorationFigures.BleuByKind(result));
        AddScores(page, result);
        if (isFirst)
        {
            AddFigure(page, RestorationFigures.PaperBleuByKind());
            Line(page, $"<p class=\"faint\">The paper's values stand here for reference alone: {HtmlText.Escape(PaperTable3.Setting)}. Model, length and texts are others, and so is the kind of base.</p>");
        }

        AddFigure(page, RestorationFigures.AccuracyByPosition(result));
        Line(page, "<h3>What this shows, and what not</h3>");
        Line(page, $"<ul>{string.Concat(report.Limits.Select(limit => $"<li>{HtmlText.Escape(limit)}</li>"))}</ul>");
        AddTexts(page, report);
    }

    private static void AddScores(StringBuilder page, RestorationResult result)
    {
        string[] headings = ["kind of text", "the decoder reads", "BLEU on ids", "95 % interval", "BLEU on words", "right tokens", "matching prefix", "accuracy", "loss, nats a token"];
        var rows = result.Kinds.Where(kind => kind.Count > 0).SelectMany(kind =>
            RestorationFigures.Measured(kind).Select((entry, i) => Scores(i == 0 ? kind.Kind : "", entry.Series, entry.Scores)));
        AddTable(
            page,
            "BLEU, right tokens and matching prefix: free-running and greedy (BLEU on ids: mean sentence BLEU-4; on words: sacreBLEU 13a). Accuracy and loss: teacher-forced. Each zero is the best that any condition without memory reached.",
            headings,
            rows,
            numbers: true);
    }

    private static string[] Scores(string kind, string condition, ConditionScores scores)
    {
        var bleu = scores.Values[RestorationMeasure.BleuIds].Interval;
        return
        [
            HtmlText.Escape(kind),
            HtmlText.Escape(condition),
            Number(bleu.Estimate),
            $"{Number(bleu.Low)} to {Number(bleu.High)}",
            Number(scores[RestorationMeasure.BleuWords]),
            Number(scores[RestorationMeasure.AccuracyFree]),
            Number(scores[RestorationMeasure.Prefix]),
            Number(scores[RestorationMeasure.Accuracy]),
            Number(scores[RestorationMeasure.Loss]),
        ];
    }

    private static void AddTexts(StringBuilder page, RestorationReport report)
    {
        Line(page, "<h3>Texts beside their restorations</h3>");
        Line(
            page,
            "<p>Marked are tokens <del class=\"replaced\">replaced</del> by <ins class=\"replaced\">others</ins>, <del>left out</del>, <ins>added</ins> and <mark>moved</mark>. "
            + "Shifted and random ids are no text: each token is shown by itself, divided by <span class=\"cut\">·</span>.</p>");
        foreach (var kind in report.Shown.GroupBy(text => text.Memory.Original.Kind))
        {
            Line(page, $"<h3>{HtmlText.Escape(Capital(kind.Key))}</h3>");
            foreach (var text in kind)
                AddText(page, text);
        }

        if (report.WithoutMemory.Count == 0)
            return;

        Line(page, "<h3>What is written without memory, whatever the text was</h3>");
        foreach (var (condition, text) in report.WithoutMemory)
            Line(page, $"<p><span class=\"faint\">{HtmlText.Escape(RestorationReport.Describe(condition))}:</span> {(text.Length == 0 ? "nothing" : HtmlText.Escape(text))}</p>");
    }

    private static void AddText(StringBuilder page, ShownText text)
    {
        var restored = text.Memory;
        var divides = restored.Original.Kind == TextKind.Patterned.Name() || restored.Original.Kind == TextKind.Random.Name();
        var source = restored.Original.Book is { } book ? $"{book}{(restored.Original.Chapter is { } chapter ? $", chapter {chapter}" : "")}" : restored.Original.Id;
        var facts = string.Create(
            CultureInfo.InvariantCulture,
            $"{restored.Original.Ids.Count} tokens on {text.Slots} slots ({text.TokensPerSlot:0.##} tokens a slot), {(text.Marked.IsExact ? "no error" : $"edit distance {text.Marked.Alignment.EditDistance}")}, BLEU {restored.BleuIds:0.000}");
        Line(page, "<div class=\"pair\">");
        Line(page, $"<p class=\"faint\">{HtmlText.Escape(source)}: {HtmlText.Escape(facts)}</p>");
        Line(page, $"<div class=\"sides\"><div><h4>original</h4><p>{MarkedHtml.Side(text.Marked.Original, isOriginal: true, divides)}</p></div>");
        Line(page, $"<div><h4>restored</h4><p>{MarkedHtml.Side(text.Marked.Restored, isOriginal: false, divides)}</p></div></div></div>");
    }

    private static void AddTable(StringBuilder page, string caption, string[] headings, IEnumerable<string[]> rows, bool numbers)
    {
        // The first two columns of numbers name the row.
        string Class(int column) => numbers && column > 1 ? " class=\"number\"" : "";
        Line(page, $"<div class=\"scroll\"><table><caption>{HtmlText.Escape(caption)}</caption>");
        if (headings.Any(heading => heading.Length > 0))
            Line(page, $"<thead><tr>{string.Concat(headings.Select((heading, i) => $"<th scope=\"col\"{Class(i)}>{HtmlText.Escape(heading)}</th>"))}</tr></thead>");

        Line(page, "<tbody>");
        foreach (var row in rows)
            Line(page, $"<tr>{string.Concat(row.Select((cell, i) => i == 0 ? $"<th scope=\"row\">{cell}</th>" : $"<td{Class(i)}>{cell}</td>"))}</tr>");

        Line(page, "</tbody></table></div>");
    }

    private static void AddFigure(StringBuilder page, GenericChart figure) => Line(page, $"<div class=\"scroll\">{FigureHtml.Fragment(figure)}</div>");

    private static void Line(StringBuilder page, string html) => page.Append(html).Append('\n');

    private static string Capital(string text) => text.Length == 0 ? text : char.ToUpperInvariant(text[0]) + text[1..];

    private static string Number(double value) => double.IsFinite(value) ? value.ToString("0.000", CultureInfo.InvariantCulture) : "–";

}
