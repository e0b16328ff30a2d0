using FsCheck;
using FsCheck.Xunit;
using ICAE.Lab.Evaluation;

namespace ICAE.Lab.Tests.Evaluation;

public sealed class BleuTests
{
    [Fact]
    public void Precisions_are_averaged_geometrically()
    {
        Assert.Equal(Math.Pow(4 / 5.0 * (3 / 4.0) * (2 / 3.0) * (1 / 2.0), 0.25), TokenBleu.Sentence([1, 2, 3, 4, 5], [1, 2, 3, 4, 6]), 12);
    }

    [Fact]
    public void Repeated_ids_count_as_often_as_the_reference_has_them()
    {
        var counts = BleuStatistics.Of([7, 7, 7, 7, 7, 7, 7], [1, 7, 2, 3, 7, 4]);

        Assert.Equal([2, 0, 0, 0], counts.Matches);
        Assert.Equal([7, 6, 5, 4], counts.Totals);
    }

    [Fact]
    public void A_short_hypothesis_pays_the_brevity_penalty()
    {
        Assert.Equal(Math.Exp(-1), TokenBleu.Sentence([1, 2, 3, 4], [1, 2, 3, 4, 5, 6, 7, 8]), 12);
        Assert.Equal(1, BleuStatistics.Of([1, 2, 3], [1, 2]).BrevityPenalty);
    }

    [Fact]
    public void Orders_without_a_match_count_half_and_a_quarter_of_a_match()
    {
        var expected = Math.Pow(3 / 4.0 * (1 / 3.0) * (0.5 / 2) * (0.25 / 1), 0.25);

        Assert.Equal(expected, TokenBleu.Sentence([1, 2, 9, 3], [1, 2, 3, 4]), 12);
    }

    [Fact]
    public void Method_1_counts_orders_without_a_match_as_a_tenth()
    {
        Assert.Equal(Math.Pow(3 / 4.0 * (1 / 3.0) * (0.1 / 2) * (0.1 / 1), 0.25), WhitespaceBleu.NltkMethod1("a b x c", "a b c d"), 12);
        Assert.Equal(Math.Pow(0.01, 0.25), WhitespaceBleu.NltkMethod1("a b", "a b"), 12);
        Assert.Equal(0, WhitespaceBleu.NltkMethod1("x", "a"));
    }

    [Fact]
    public void Short_texts_are_scored_by_the_orders_they_have_alone_but_not_in_a_corpus()
    {
        Assert.Equal(1, TokenBleu.Sentence([1, 2], [1, 2]), 12);
        Assert.Equal(0, TokenBleu.Corpus([(new[] { 1, 2 }, new[] { 1, 2 })]));
    }

    [Fact]
    public void A_corpus_score_is_the_score_of_the_summed_counts()
    {
        (IReadOnlyList<int>, IReadOnlyList<int>)[] pairs = [(new[] { 1, 2, 3, 4 }, new[] { 1, 2, 3, 4 }), (new[] { 5, 6, 7, 8 }, new[] { 5, 6, 9, 9 })];

        Assert.Equal(Math.Pow(6 / 8.0 * (4 / 6.0) * (2 / 4.0) * (1 / 2.0), 0.25), TokenBleu.Corpus(pairs), 12);
    }

    [Theory]
    [InlineData(new int[0], new[] { 1 }, 0)]
    [InlineData(new int[0], new int[0], 0)]
    [InlineData(new[] { 1 }, new int[0], 0)]
    [InlineData(new[] { 2 }, new[] { 1 }, 0)]
    [InlineData(new[] { 1 }, new[] { 1 }, 1)]
    public void Edge_cases_have_a_score(int[] hypothesis, int[] reference, double expected)
    {
        Assert.Equal(expected, TokenBleu.Sentence(hypothesis, reference), 12);
    }

    [Theory]
    [InlineData("Hello, world! 3.14 isn't 1,000.", "Hello , world ! 3.14 isn't 1,000 .")]
    [InlineData("well-known 1990-1995", "well-known 1990 - 1995")]
    [InlineData("&quot;A&amp;B&quot; &lt;c&gt;", "\" A & B \" < c >")]
    [InlineData("the U.S. co-\nop\nnow <skipped>", "the U . S . coop now")]
    [InlineData("a_b [c] {d} ~e^", "a _ b [ c ] { d } ~ e ^")]
    [InlineData("“Curly”—dashes… £5", "“Curly”—dashes… £5")]
    [InlineData(" \t ", "")]
    public void Tokenizer_13a_splits_as_mteval_does(string text, string expected)
    {
        Assert.Equal(expected, string.Join(' ', Tokenizer13a.Split(text)));
    }

    [Fact]
    public void Case_counts_unless_told_otherwise()
    {
        Assert.Equal(1, SacreBleu.Corpus([("THE CAT SAT DOWN", "the cat sat down")], lowercase: true), 12);
        Assert.Equal(0, SacreBleu.Sentence("THE CAT SAT DOWN", "the cat sat down"));
    }

    [Property]
    public bool Identical_ids_score_one(NonEmptyArray<int> ids) => Math.Abs(TokenBleu.Sentence(ids.Get, ids.Get) - 1) < 1e-12;

    [Property]
    public bool Scores_lie_between_zero_and_one(byte[] hypothesis, byte[] reference)
    {
        var left = hypothesis.Select(b => b % 6).ToArray();
        var right = reference.Select(b => b % 6).ToArray();
        var text = (string.Join(' ', left), string.Join(' ', right));
        double[] scores =
        [
            TokenBleu.Sentence(left, right),
            SacreBleu.Sentence(text.Item1, text.Item2),
            WhitespaceBleu.NltkMethod1(text.Item1, text.Item2),
            Chrf.Sentence(text.Item1, text.Item2),
            Rouge.One(text.Item1, text.Item2).F1,
            Rouge.Two(text.Item1, text.Item2).F1,
            Rouge.Longest(text.Item1, text.Item2).F1,
            PrefixMatch.Fraction(left, right),
            TokenAccuracy.Of(left, right),
        ];
        return scores.All(score => score is >= 0 and <= 1 + 1e-12);
    }

    [Property]
    public bool Words_and_ids_give_the_same_score(byte[] hypothesis, byte[] reference)
    {
        var left = hypothesis.Select(b => b % 6).ToArray();
        var right = reference.Select(b => b % 6).ToArray();
        return TokenBleu.Sentence(left, right).Equals(WhitespaceBleu.Sentence(string.Join(' ', left), string.Join('\t', right)));
    }
}
