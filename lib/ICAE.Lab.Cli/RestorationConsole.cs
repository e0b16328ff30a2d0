using System.Globalization;
using ICAE.Lab.Data;
using ICAE.Lab.Evaluation;
using ICAE.Lab.Experiments.RestorationEvaluation;
using Spectre.Console;
using static ICAE.Lab.Cli.ScoreTable;

namespace ICAE.Lab.Cli;

/// <summary>Prints restorations: scores in a table, and texts beside their originals with the differences marked.</summary>
internal static class RestorationConsole
{
    /// <summary>Prints the scores of each kind of text.</summary>
    public static void PrintScores(IAnsiConsole console, RestorationResult result)
    {
        var table = ScoreTable.Create(["kind", "the decoder reads"], "BLEU on ids", "95 % interval", "BLEU on words", "right tokens", "prefix", "accuracy", "loss");
        foreach (var kind in result.Kinds.Where(kind => kind.Count > 0))
        {
            AddRow(table, $"{kind.Kind} ({kind.Count})", "its slots", kind.Memory);
            AddRow(table, "", "no memory (zero)", kind.Zero);
            AddRow(table, "", "the text (ceiling)", kind.Ceiling);
        }

        console.Write(table);
        console.MarkupLine("[grey]Free-running and greedy: BLEU (ids: mean sentence BLEU-4; words: sacreBLEU 13a), right tokens, matching prefix. Teacher-forced: accuracy, loss in nats a token. Zero: the best of the conditions without memory, measure by measure.[/]");
        foreach (var kind in result.Kinds)
        {
            var ratio = kind.Count == 0 ? "" : Invariant($": {kind.Tokens} tokens ({kind.Characters} characters) on {kind.Slots} slots, {kind.TokensPerSlot:0.##} tokens a slot as used{PerSlot(kind)}");
            console.MarkupLineInterpolated(CultureInfo.InvariantCulture, $"{kind.Kind}: {kind.Count} texts, {kind.Skipped} too short{ratio}{Along(result, kind)}");
        }
    }

    private static string PerSlot(KindScores kind) => double.IsFinite(kind.NatsPerSlot)
        ? Invariant($" ({kind.CharactersPerSlot:0.0} characters), of whose loss without memory a slot takes away {kind.NatsPerSlot:0.0} nats, teacher-forced")
        : "";

    private static string Along(RestorationResult result, KindScores kind) => TextPart.Of(result, kind) is [var first, .., var last] && double.IsFinite(first.Gain + last.Gain)
        ? Invariant($"; of the errors made without memory, teacher-forced, the slots take away {first.Gain:0.000} in the first quarter and {last.Gain:0.000} in the last")
        : "";

    /// <summary>Prints the texts of each kind beside their restorations.</summary>
    public static void PrintTexts(IAnsiConsole console, RestorationReport report)
    {
        console.WriteLine();
        console.MarkupLine($"Marked are tokens {Mark("replaced", AlignmentKind.Substitution, console)}, {Mark("left out", AlignmentKind.Omission, console)}, {Mark("added", AlignmentKind.Insertion, console)} and {Mark("moved", AlignmentKind.MovedHere, console)}. Shifted and random ids are no text: their tokens are divided by ·");
        foreach (var kind in report.Shown.GroupBy(text => text.Memory.Original.Kind))
        {
            var table = new Table().Border(TableBorder.Rounded).ShowRowSeparators().Expand();
            table.AddColumn(Markup.Escape($"{kind.Key}: original")).AddColumn("restored");
            var divider = kind.Key == TextKind.Patterned.Name() || kind.Key == TextKind.Random.Name() ? "·" : "";
            foreach (var text in kind)
                table.AddRow(Cell(Source(text), text.Marked.Original, divider, console), Cell(Facts(text), text.Marked.Restored, divider, console));

            console.Write(table);
        }
    }

    private static Markup Cell(string heading, IReadOnlyList<MarkedPiece> pieces, string divider, IAnsiConsole console) => new(
        $"[grey]{Markup.Escape(heading)}[/]\n"
        + string.Join(divider, pieces.Select(piece => Mark(string.Join(divider, piece.Tokens.Select(VisibleText.Of)), piece.Kind, console))));

    private static string Source(ShownText text)
    {
        var original = text.Memory.Original;
        return original.Book is null ? original.Id : original.Chapter is { } chapter ? Invariant($"{original.Book}, chapter {chapter}") : original.Book;
    }

    private static string Facts(ShownText text)
    {
        var errors = text.Marked.IsExact ? "no error" : Invariant($"edit distance {text.Marked.Alignment.EditDistance}");
        return Invariant($"{text.Memory.Original.Ids.Count} tokens on {text.Slots} slots, {text.TokensPerSlot:0.##} a slot: {errors}, BLEU {text.Memory.BleuIds:0.000}");
    }

    /// <summary>A stretch in colour, or between signs where there are no colours.</summary>
    private static string Mark(string text, AlignmentKind kind, IAnsiConsole console)
    {
        var escaped = Markup.Escape(text);
        if (kind == AlignmentKind.Match)
            return escaped;

        var (style, open, close) = kind switch
        {
            AlignmentKind.Substitution => ("red underline", "{", "}"),
            AlignmentKind.Omission => ("red strikethrough", "{-", "-}"),
            AlignmentKind.Insertion => ("green underline", "{+", "+}"),
            _ => ("blue underline", "{~", "~}"),
        };
        return console.Profile.Capabilities.Ansi && console.Profile.Capabilities.ColorSystem != ColorSystem.NoColors ? $"[{style}]{escaped}[/]" : open + escaped + close;
    }

    private static void AddRow(Table table, string kind, string condition, ConditionScores scores)
    {
        var bleu = scores.Values[RestorationMeasure.BleuIds].Interval;
        table.AddRow(
            Markup.Escape(kind),
            condition,
            Number(bleu.Estimate),
            Interval(bleu),
            Number(scores[RestorationMeasure.BleuWords]),
            Number(scores[RestorationMeasure.AccuracyFree]),
            Number(scores[RestorationMeasure.Prefix]),
            Number(scores[RestorationMeasure.Accuracy]),
            Number(scores[RestorationMeasure.Loss]));
    }

    private static string Invariant(FormattableString text) => FormattableString.Invariant(text);
}
