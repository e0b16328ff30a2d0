using ICAE.Lab.Evaluation;

namespace ICAE.Lab.Experiments.Verification;

/// <summary>Restoration metrics of sentences, of a corpus, and of token ids, on the scales of the packages that the reference is from.</summary>
internal static class MetricsVerifier
{
    // BLEU and chrF are given in percent, everything else as a share.
    private static readonly Dictionary<string, Func<string, string, double>> OfSentences = new(StringComparer.Ordinal)
    {
        ["sacrebleu_13a_sentence"] = (hypothesis, reference) => 100 * SacreBleu.Sentence(hypothesis, reference),
        ["sacrebleu_13a_lowercase_sentence"] = (hypothesis, reference) => 100 * SacreBleu.Sentence(hypothesis, reference, lowercase: true),
        ["bleu4_on_whitespace_tokens_sentence"] = (hypothesis, reference) => 100 * WhitespaceBleu.Sentence(hypothesis, reference),
        ["nltk_method1_on_whitespace_tokens"] = WhitespaceBleu.NltkMethod1,
        ["chrf_sentence"] = (hypothesis, reference) => 100 * Chrf.Sentence(hypothesis, reference),
        ["rouge1_f"] = (hypothesis, reference) => Rouge.One(hypothesis, reference).F1,
        ["rouge1_precision"] = (hypothesis, reference) => Rouge.One(hypothesis, reference).Precision,
        ["rouge1_recall"] = (hypothesis, reference) => Rouge.One(hypothesis, reference).Recall,
        ["rouge2_f"] = (hypothesis, reference) => Rouge.Two(hypothesis, reference).F1,
        ["rouge2_precision"] = (hypothesis, reference) => Rouge.Two(hypothesis, reference).Precision,
        ["rouge2_recall"] = (hypothesis, reference) => Rouge.Two(hypothesis, reference).Recall,
        ["rougeL_f"] = (hypothesis, reference) => Rouge.Longest(hypothesis, reference).F1,
        ["rougeL_precision"] = (hypothesis, reference) => Rouge.Longest(hypothesis, reference).Precision,
        ["rougeL_recall"] = (hypothesis, reference) => Rouge.Longest(hypothesis, reference).Recall,
    };

    private static readonly Dictionary<string, Func<IReadOnlyList<(string Hypothesis, string Reference)>, double>> OfCorpora = new(StringComparer.Ordinal)
    {
        ["sacrebleu_13a"] = pairs => 100 * SacreBleu.Corpus(pairs),
        ["sacrebleu_13a_lowercase"] = pairs => 100 * SacreBleu.Corpus(pairs, lowercase: true),
        ["bleu4_on_whitespace_tokens"] = pairs => 100 * WhitespaceBleu.Corpus(pairs),
        ["chrf"] = pairs => 100 * Chrf.Corpus(pairs),
    };

    private static readonly Dictionary<string, Func<int[], int[], double>> OfIds = new(StringComparer.Ordinal)
    {
        ["bleu4_sentence"] = (hypothesis, reference) => 100 * TokenBleu.Sentence(hypothesis, reference),
        ["matching_prefix_fraction"] = (hypothesis, reference) => PrefixMatch.Fraction(hypothesis, reference),
    };

    public static void Run(string path, CheckList checks)
    {
        var json = ReferenceJson.Read(ReferenceKinds.MetricsFile(path));
        var pairs = new List<(string Hypothesis, string Reference)>();
        foreach (var row in Rows(json["sentences"]))
        {
            var pair = (Hypothesis: row["hypothesis"].Text(), Reference: row["reference"].Text());
            pairs.Add(pair);
            Compare(row, "sentences", OfSentences, compute => compute(pair.Hypothesis, pair.Reference), checks, "hypothesis", "reference");
        }

        if (json["corpus"].HasValue)
            Compare(json["corpus"], "corpus", OfCorpora, compute => compute(pairs), checks);

        foreach (var row in Rows(json["token_ids"]))
        {
            var (hypothesis, reference) = (row["hypothesis_ids"].Wholes(), row["reference_ids"].Wholes());
            Compare(row, "token_ids", OfIds, compute => compute(hypothesis, reference), checks, "hypothesis_ids", "reference_ids");
        }
    }

    private static IReadOnlyList<ReferenceJson> Rows(ReferenceJson list) => list.HasValue ? list.Items() : [];

    private static void Compare<T>(
        ReferenceJson row, string group, Dictionary<string, T> metrics, Func<T, double> compute, CheckList checks, params string[] inputs)
    {
        foreach (var (name, value) in row.Fields().Where(field => !inputs.Contains(field.Name, StringComparer.Ordinal)))
        {
            if (metrics.TryGetValue(name, out var metric))
                checks.Number($"{group}.{name}", value.Number(), compute(metric), Tolerances.Metric, value.Place);
            else if (value.Element.ValueKind == System.Text.Json.JsonValueKind.Number)
                checks.Skip(value.Place, "this metric is not known");
        }
    }
}
