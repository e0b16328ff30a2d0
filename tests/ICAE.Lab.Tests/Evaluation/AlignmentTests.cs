using FsCheck.Xunit;
using ICAE.Lab.Evaluation;
using static ICAE.Lab.Evaluation.AlignmentKind;

namespace ICAE.Lab.Tests.Evaluation;

public sealed class AlignmentTests
{
    [Fact]
    public void Substitutions_omissions_and_insertions_are_told_apart()
    {
        var alignment = Alignment.Align([1, 2, 3, 4, 5, 6, 7], [1, 9, 3, 5, 6, 8, 7]);

        Assert.Equal(
            [
                new(Match, 0, 1, 0, 1),
                new(Substitution, 1, 1, 1, 1),
                new(Match, 2, 1, 2, 1),
                new(Omission, 3, 1, 3, 0),
                new(Match, 4, 2, 3, 2),
                new(Insertion, 6, 0, 5, 1),
                new(Match, 6, 1, 6, 1),
            ],
            alignment.Segments);
        Assert.Equal((5, 1, 1, 1, 0), Counts(alignment));
        Assert.Equal(3, alignment.EditDistance);
        Assert.Equal(3 / 7.0, alignment.ErrorRate, 12);
    }

    [Fact]
    public void A_run_that_turns_up_elsewhere_is_moved()
    {
        var alignment = Alignment.Align([1, 2, 3, 4, 5, 6], [4, 5, 6, 1, 2, 3]);

        Assert.Equal((3, 0, 0, 0, 3), Counts(alignment));
        Assert.Equal(6, alignment.EditDistance);
        var away = Assert.Single(alignment.Segments, s => s.Kind == MovedAway);
        var here = Assert.Single(alignment.Segments, s => s.Kind == MovedHere);
        Assert.Equal((away.OriginalStart, away.Counterpart), (here.Counterpart, here.RestoredStart));
        Assert.Equal(3, away.OriginalLength);
    }

    [Fact]
    public void Swapped_words_are_moved_where_single_tokens_may_move()
    {
        var words = Alignment.Align([1, 2, 3, 4, 5, 6, 7], [1, 6, 3, 4, 5, 2, 7], minimumMove: 1);
        var tokens = Alignment.Align([1, 2, 3, 4, 5, 6, 7], [1, 6, 3, 4, 5, 2, 7]);

        Assert.Equal((5, 0, 0, 0, 2), Counts(words));
        Assert.Equal(
            [
                new(Match, 0, 1, 0, 1),
                new(MovedAway, 1, 1, 1, 0, 5),
                new(MovedHere, 2, 0, 1, 1, 5),
                new(Match, 2, 3, 2, 3),
                new(MovedAway, 5, 1, 5, 0, 1),
                new(MovedHere, 6, 0, 5, 1, 1),
                new(Match, 6, 1, 6, 1),
            ],
            words.Segments);
        Assert.Equal((5, 2, 0, 0, 0), Counts(tokens));
        Assert.Equal(2, words.EditDistance);
    }

    [Fact]
    public void Neighbours_that_changed_places_keep_one_match()
    {
        Assert.Equal((3, 0, 0, 0, 1), Counts(Alignment.Align([1, 2, 3, 4], [1, 3, 2, 4], minimumMove: 1)));
        Assert.Equal((3, 0, 1, 1, 0), Counts(Alignment.Align([1, 2, 3, 4], [1, 3, 2, 4])));
    }

    [Fact]
    public void What_a_move_leaves_beside_equal_tokens_is_a_match()
    {
        // By edits alone 1 2 3 stand against 3 7 8; once 1 2 is seen to have moved, the 3s stand at the same place.
        var alignment = Alignment.Align([1, 2, 3, 50, 51, 52, 53], [3, 7, 8, 50, 51, 52, 53, 1, 2]);

        Assert.Equal((5, 0, 0, 2, 2), Counts(alignment));
    }

    [Fact]
    public void A_moved_token_is_used_once()
    {
        var alignment = Alignment.Align([1, 2, 50, 51, 52, 53, 54, 55], [50, 51, 52, 53, 54, 55, 1, 2, 60, 1, 2]);

        Assert.Equal((6, 0, 0, 3, 2), Counts(alignment));
    }

    [Theory]
    [InlineData(new int[0], new int[0], 0)]
    [InlineData(new[] { 1, 2 }, new int[0], 2)]
    [InlineData(new int[0], new[] { 1, 2 }, 2)]
    [InlineData(new[] { 1, 2 }, new[] { 3, 4 }, 2)]
    public void Edge_cases_have_an_alignment(int[] original, int[] restored, int distance)
    {
        var alignment = Alignment.Align(original, restored);

        Assert.Equal(distance, alignment.EditDistance);
        Assert.Equal(distance == 0 ? 0 : 1, alignment.Segments.Count);
        Assert.Equal(distance == 0 ? 0 : 2.0 / Math.Max(1, original.Length), alignment.ErrorRate);
    }

    [Property(MaxTest = 500)]
    public bool Both_sides_are_rebuilt_and_every_kind_keeps_its_word(byte[] original, byte[] restored, bool single)
    {
        var left = original.Select(b => b % 4).ToArray();
        var right = restored.Select(b => b % 4).ToArray();
        var alignment = Alignment.Align(left, right, single ? 1 : 2);
        var (i, j) = (0, 0);
        foreach (var s in alignment.Segments)
        {
            if (s.OriginalStart != i || s.RestoredStart != j || s.OriginalLength + s.RestoredLength == 0)
                return false;
            var from = left.AsSpan(i, s.OriginalLength);
            var to = right.AsSpan(j, s.RestoredLength);
            var holds = s.Kind switch
            {
                Match => from.SequenceEqual(to),
                Substitution => from.Length == to.Length && from.ToArray().Zip(to.ToArray()).All(p => p.First != p.Second),
                Omission => to.IsEmpty,
                Insertion => from.IsEmpty,
                MovedAway => to.IsEmpty && from.SequenceEqual(right.AsSpan(s.Counterpart, from.Length)),
                MovedHere => from.IsEmpty && to.SequenceEqual(left.AsSpan(s.Counterpart, to.Length)),
                _ => false,
            };
            if (!holds)
                return false;
            i += s.OriginalLength;
            j += s.RestoredLength;
        }
        var here = alignment.Segments.Where(s => s.Kind == MovedHere).Sum(s => s.RestoredLength);
        return i == left.Length && j == right.Length && here == alignment.Moved && alignment.EditDistance == Levenshtein(left, right);
    }

    [Property]
    public bool A_text_aligns_with_itself_in_one_stretch(int[] ids) =>
        Alignment.Align(ids, ids) is { EditDistance: 0, Moved: 0 } alignment && alignment.Segments.Count == Math.Min(1, ids.Length);

    [Fact]
    public void Texts_too_long_for_a_table_are_refused()
    {
        var error = Assert.Throws<ArgumentException>(() => Alignment.Align(new int[20_000], Enumerable.Repeat(1, 20_000).ToArray()));

        Assert.Contains("20000 and 20000", error.Message, StringComparison.Ordinal);
    }

    private static (int, int, int, int, int) Counts(Alignment a) => (a.Matches, a.Substitutions, a.Omissions, a.Insertions, a.Moved);

    private static int Levenshtein(int[] a, int[] b)
    {
        var table = new int[a.Length + 1, b.Length + 1];
        for (var i = 0; i <= a.Length; i++)
        {
            for (var j = 0; j <= b.Length; j++)
            {
                table[i, j] = i == 0 || j == 0
                    ? i + j
                    : Math.Min(Math.Min(table[i - 1, j], table[i, j - 1]) + 1, table[i - 1, j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1));
            }
        }
        return table[a.Length, b.Length];
    }
}
