using ICAE.Lab.Evaluation;

namespace ICAE.Lab.Tests.Evaluation;

/// <summary>All reference values, to 1e-6 on the scale on which the reference gives them.</summary>
public sealed class MetricsReferenceTests
{
    private const double Tolerance = 1e-6;

    public static TheoryData<int> Sentences => [.. Enumerable.Range(0, MetricsReference.Sentences.Length)];

    public static TheoryData<int> TokenIds => [.. Enumerable.Range(0, MetricsReference.TokenIds.Length)];

    [Fact]
    public void The_reference_is_complete()
    {
        Assert.Equal(47, MetricsReference.Sentences.Length);
        Assert.Equal(12, MetricsReference.TokenIds.Length);
    }

    [Theory]
    [MemberData(nameof(Sentences))]
    public void Sentence_scores_are_those_of_the_reference(int index)
    {
        var expected = MetricsReference.Sentences[index];
        var (hypothesis, reference) = MetricsReference.Pairs[index];

        Equal(expected.Number("sacrebleu_13a_sentence"), 100 * SacreBleu.Sentence(hypothesis, reference));
        Equal(expected.Number("sacrebleu_13a_lowercase_sentence"), 100 * SacreBleu.Sentence(hypothesis, reference, lowercase: true));
        Equal(expected.Number("bleu4_on_whitespace_tokens_sentence"), 100 * WhitespaceBleu.Sentence(hypothesis, reference));
        Equal(expected.Number("nltk_method1_on_whitespace_tokens"), WhitespaceBleu.NltkMethod1(hypothesis, reference));
        Equal(expected.Number("rouge1_f"), Rouge.One(hypothesis, reference).F1);
        Equal(expected.Number("rouge2_f"), Rouge.Two(hypothesis, reference).F1);
        Equal(expected.Number("rougeL_f"), Rouge.Longest(hypothesis, reference).F1);
        Equal(expected.Number("rougeL_precision"), Rouge.Longest(hypothesis, reference).Precision);
        Equal(expected.Number("rougeL_recall"), Rouge.Longest(hypothesis, reference).Recall);
    }

    [Fact]
    public void Corpus_scores_are_those_of_the_reference()
    {
        var expected = MetricsReference.Root.GetProperty("corpus");

        Equal(expected.Number("sacrebleu_13a"), 100 * SacreBleu.Corpus(MetricsReference.Pairs));
        Equal(expected.Number("bleu4_on_whitespace_tokens"), 100 * WhitespaceBleu.Corpus(MetricsReference.Pairs));
        Equal(expected.Number("chrf"), 100 * Chrf.Corpus(MetricsReference.Pairs));
    }

    [Theory]
    [MemberData(nameof(TokenIds))]
    public void Scores_of_ids_are_those_of_the_reference(int index)
    {
        var expected = MetricsReference.TokenIds[index];
        var hypothesis = expected.Ids("hypothesis_ids");
        var reference = expected.Ids("reference_ids");

        Equal(expected.Number("bleu4_sentence"), 100 * TokenBleu.Sentence(hypothesis, reference));
        Equal(expected.Number("matching_prefix_fraction"), PrefixMatch.Fraction(hypothesis, reference));
    }

    private static void Equal(double expected, double actual) => Assert.InRange(actual, expected - Tolerance, expected + Tolerance);
}
