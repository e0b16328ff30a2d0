using System.Globalization;
using ICAE.Lab.Evaluation;
using ICAE.Lab.Experiments.RestorationEvaluation;

namespace ICAE.Lab.Charts;

/// <summary>One side of a restoration as HTML: what differs stands in elements of its own, and says on hover what became of it.</summary>
public static class MarkedHtml
{
    private const string Divider = "<span class=\"cut\">·</span>";

    /// <summary>Writes a side.</summary>
    /// <param name="pieces">Its stretches.</param>
    /// <param name="isOriginal">Whether it is the original's side.</param>
    /// <param name="divides">Whether tokens are divided by a dot, where they are no running text.</param>
    /// <returns>
    /// Text with <c>del</c> for what was replaced (class <c>replaced</c>) or left out, <c>ins</c> for what replaces it (class <c>replaced</c>) or was
    /// added, and <c>mark</c> for what was moved.
    /// </returns>
    public static string Side(IReadOnlyList<MarkedPiece> pieces, bool isOriginal, bool divides)
    {
        ArgumentNullException.ThrowIfNull(pieces);
        return string.Join(divides ? Divider : "", pieces.Select(piece => Piece(piece, isOriginal, divides)));
    }

    private static string Piece(MarkedPiece piece, bool isOriginal, bool divides)
    {
        var text = string.Join(divides ? Divider : "", piece.Tokens.Select(HtmlText.Escape));
        if (piece.Kind == AlignmentKind.Match)
            return text;

        var (element, kind) = piece.Kind switch
        {
            AlignmentKind.Substitution => (isOriginal ? "del" : "ins", " class=\"replaced\""),
            AlignmentKind.Omission => ("del", ""),
            AlignmentKind.Insertion => ("ins", ""),
            _ => ("mark", ""),
        };
        return $"<{element}{kind} title=\"{HtmlText.Escape(Tell(piece, isOriginal))}\">{text}</{element}>";
    }

    private static string Tell(MarkedPiece piece, bool isOriginal) => piece.Kind switch
    {
        AlignmentKind.Substitution when piece.Counterpart.Count == 0 => "substitution",
        AlignmentKind.Substitution when isOriginal => $"substitution: restored as “{string.Concat(piece.Counterpart)}”",
        AlignmentKind.Substitution => $"substitution: the original has “{string.Concat(piece.Counterpart)}”",
        AlignmentKind.Omission => "omission: the restoration lacks it",
        AlignmentKind.Insertion => "insertion: the original lacks it",
        _ when piece.MovedTo < 0 => "moved",
        _ => string.Create(CultureInfo.InvariantCulture, $"moved: token {piece.MovedTo + 1} of the {(isOriginal ? "restoration" : "original")}"),
    };
}
