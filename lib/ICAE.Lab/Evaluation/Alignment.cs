namespace ICAE.Lab.Evaluation;

/// <summary>
/// A restoration beside its original: what was kept, replaced, left out, added and moved. The alignment has the fewest edits
/// (substitution, omission and insertion cost one each) and, among those, the most matches; then unmatched runs of the original that turn up
/// verbatim among the unmatched runs of the restoration are marked as moved, longest first.
/// </summary>
public sealed class Alignment
{
    private const long MaximumCells = 1L << 28;

    private Alignment(IReadOnlyList<AlignmentSegment> segments, int originalLength, int restoredLength, int editDistance)
    {
        Segments = segments;
        OriginalLength = originalLength;
        RestoredLength = restoredLength;
        EditDistance = editDistance;
    }

    /// <summary>The stretches in order: their original sides joined are the original, their restored sides joined the restoration.</summary>
    public IReadOnlyList<AlignmentSegment> Segments { get; }

    /// <summary>Tokens in the original.</summary>
    public int OriginalLength { get; }

    /// <summary>Tokens in the restoration.</summary>
    public int RestoredLength { get; }

    /// <summary>The Levenshtein distance in tokens (a moved token counts as the edits that replace it).</summary>
    public int EditDistance { get; }

    /// <summary>Tokens that stand in both, in order.</summary>
    public int Matches => Sum(AlignmentKind.Match, s => s.OriginalLength);

    /// <summary>Tokens replaced by others.</summary>
    public int Substitutions => Sum(AlignmentKind.Substitution, s => s.OriginalLength);

    /// <summary>Tokens of the original left out.</summary>
    public int Omissions => Sum(AlignmentKind.Omission, s => s.OriginalLength);

    /// <summary>Tokens added.</summary>
    public int Insertions => Sum(AlignmentKind.Insertion, s => s.RestoredLength);

    /// <summary>Tokens kept, but in another place.</summary>
    public int Moved => Sum(AlignmentKind.MovedAway, s => s.OriginalLength);

    /// <summary>The edit distance as a share of the original (the field's "word error rate", here of tokens); 0 for two empty texts.</summary>
    public double ErrorRate => EditDistance == 0 ? 0 : (double)EditDistance / Math.Max(1, OriginalLength);

    /// <summary>Aligns a restoration with its original.</summary>
    /// <param name="original">The original ids.</param>
    /// <param name="restored">The restored ids.</param>
    /// <param name="minimumMove">
    /// The shortest run that counts as moved: single sub-word tokens turn up elsewhere by chance, so 2; for lists of whole words take 1.
    /// </param>
    /// <returns>The alignment.</returns>
    /// <exception cref="ArgumentException">The texts are so long that the table of their differing parts has more than 2^28 cells.</exception>
    public static Alignment Align(IReadOnlyList<int> original, IReadOnlyList<int> restored, int minimumMove = 2)
    {
        ArgumentNullException.ThrowIfNull(original);
        ArgumentNullException.ThrowIfNull(restored);
        ArgumentOutOfRangeException.ThrowIfLessThan(minimumMove, 1);
        var partner = MatchedPairs(original, restored);
        var restoredMatched = new bool[restored.Count];
        foreach (var j in partner.Where(j => j >= 0))
            restoredMatched[j] = true;
        var moves = new MovedRuns(original, restored, partner, restoredMatched, minimumMove);
        var (segments, edits) = Collect(original, restored, partner, moves);
        return new Alignment(segments, original.Count, restored.Count, edits);
    }

    /// <summary>For each original token the restored token that it is matched with, or -1.</summary>
    private static int[] MatchedPairs(IReadOnlyList<int> original, IReadOnlyList<int> restored)
    {
        var partner = new int[original.Count];
        Array.Fill(partner, -1);
        var shorter = Math.Min(original.Count, restored.Count);
        var prefix = 0;
        while (prefix < shorter && original[prefix] == restored[prefix])
        {
            partner[prefix] = prefix;
            prefix++;
        }
        var suffix = 0;
        while (suffix < shorter - prefix && original[original.Count - 1 - suffix] == restored[restored.Count - 1 - suffix])
        {
            suffix++;
            partner[^suffix] = restored.Count - suffix;
        }
        MatchMiddle(original, restored, prefix, original.Count - prefix - suffix, restored.Count - prefix - suffix, partner);
        return partner;
    }

    private static void MatchMiddle(
        IReadOnlyList<int> original, IReadOnlyList<int> restored, int offset, int rows, int columns, int[] partner)
    {
        if (rows == 0 || columns == 0)
            return;
        var width = columns + 1L;
        if ((rows + 1L) * width > MaximumCells)
        {
            throw new ArgumentException(
                $"The texts differ in stretches of {rows} and {columns} tokens: too long to be aligned at once; align parts of them.");
        }

        // A cell's cost is edits * scale - matches, so that of the alignments with the fewest edits the one with most matches is found.
        var scale = (long)Math.Min(rows, columns) + 1;
        var steps = new Step[(rows + 1) * width];
        var costs = new long[columns + 1];
        for (var j = 1; j <= columns; j++)
        {
            costs[j] = j * scale;
            steps[j] = Step.Insertion;
        }
        for (var i = 1; i <= rows; i++)
        {
            var diagonal = costs[0];
            costs[0] = i * scale;
            steps[i * width] = Step.Omission;
            for (var j = 1; j <= columns; j++)
            {
                var same = original[offset + i - 1] == restored[offset + j - 1];
                var (cost, step) = (diagonal + (same ? -1 : scale), same ? Step.Match : Step.Substitution);
                if (costs[j] + scale < cost)
                    (cost, step) = (costs[j] + scale, Step.Omission);
                if (costs[j - 1] + scale < cost)
                    (cost, step) = (costs[j - 1] + scale, Step.Insertion);
                diagonal = costs[j];
                costs[j] = cost;
                steps[(i * width) + j] = step;
            }
        }
        for (var (i, j) = (rows, columns); i > 0 || j > 0;)
        {
            var step = steps[(i * width) + j];
            if (step == Step.Match)
                partner[offset + i - 1] = offset + j - 1;
            i -= step == Step.Insertion ? 0 : 1;
            j -= step == Step.Omission ? 0 : 1;
        }
    }

    /// <summary>Turns matched pairs and moves into stretches, gap by gap.</summary>
    private static (List<AlignmentSegment> Segments, int Edits) Collect(
        IReadOnlyList<int> original, IReadOnlyList<int> restored, int[] partner, MovedRuns moves)
    {
        var segments = new List<AlignmentSegment>();
        var (i, j, edits) = (0, 0, 0);
        while (i < original.Count || j < restored.Count)
        {
            var gapEnd = i;
            while (gapEnd < original.Count && partner[gapEnd] < 0)
                gapEnd++;
            var restoredEnd = gapEnd < original.Count ? partner[gapEnd] : restored.Count;
            edits += Math.Max(gapEnd - i, restoredEnd - j);
            CollectGap(segments, original, restored, moves, i, gapEnd, j, restoredEnd);
            (i, j) = (gapEnd, restoredEnd);
            while (i < original.Count && partner[i] == j)
            {
                i++;
                j++;
            }
            if (i > gapEnd)
                Append(segments, new AlignmentSegment(AlignmentKind.Match, gapEnd, i - gapEnd, restoredEnd, j - restoredEnd));
        }
        return (segments, edits);
    }

    private static void CollectGap(
        List<AlignmentSegment> segments,
        IReadOnlyList<int> original,
        IReadOnlyList<int> restored,
        MovedRuns moves,
        int i,
        int originalEnd,
        int j,
        int restoredEnd)
    {
        while (i < originalEnd || j < restoredEnd)
        {
            var away = i < originalEnd ? moves.AwayAt(i) : default;
            var here = j < restoredEnd ? moves.HereAt(j) : default;
            var originals = moves.UnmovedOriginals(i, originalEnd);
            var restoreds = moves.UnmovedRestoreds(j, restoredEnd);
            AlignmentSegment segment;
            if (away.Length > 0)
                segment = new AlignmentSegment(AlignmentKind.MovedAway, i, away.Length, j, 0, away.Counterpart);
            else if (here.Length > 0)
                segment = new AlignmentSegment(AlignmentKind.MovedHere, i, 0, j, here.Length, here.Counterpart);
            else if (originals > 0 && restoreds > 0)
                segment = Pair(original[i] == restored[j], i, j);
            else if (originals > 0)
                segment = new AlignmentSegment(AlignmentKind.Omission, i, originals, j, 0);
            else
                segment = new AlignmentSegment(AlignmentKind.Insertion, i, 0, j, restoreds);
            Append(segments, segment);
            i += segment.OriginalLength;
            j += segment.RestoredLength;
        }
    }

    /// <summary>Two tokens that stand at the same place of a gap; they can be equal once what was moved is taken out between them.</summary>
    private static AlignmentSegment Pair(bool same, int i, int j) =>
        new(same ? AlignmentKind.Match : AlignmentKind.Substitution, i, 1, j, 1);

    /// <summary>Adds a stretch, joined with the one before where both are matches, or both substitutions.</summary>
    private static void Append(List<AlignmentSegment> segments, AlignmentSegment segment)
    {
        var joins = segments.Count > 0 && segments[^1].Kind == segment.Kind
            && segment.Kind is (AlignmentKind.Match or AlignmentKind.Substitution);
        if (!joins)
        {
            segments.Add(segment);
            return;
        }
        var last = segments[^1];
        segments[^1] = last with
        {
            OriginalLength = last.OriginalLength + segment.OriginalLength,
            RestoredLength = last.RestoredLength + segment.RestoredLength,
        };
    }

    private int Sum(AlignmentKind kind, Func<AlignmentSegment, int> length) => Segments.Where(s => s.Kind == kind).Sum(length);

    private enum Step : byte
    {
        Match,
        Substitution,
        Omission,
        Insertion,
    }
}
