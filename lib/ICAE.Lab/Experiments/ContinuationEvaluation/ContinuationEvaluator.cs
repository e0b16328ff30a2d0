using ICAE.Lab.Autoencoder;
using ICAE.Lab.Data;
using ICAE.Lab.Evaluation;
using ICAE.Lab.Experiments.RestorationEvaluation;

namespace ICAE.Lab.Experiments.ContinuationEvaluation;

/// <summary>
/// Measures what a memory is worth to what follows its text (Table 1 of the paper): the same tokens are predicted behind the text itself, behind its slots, behind
/// another text's slots and behind nothing.
/// </summary>
public static class ContinuationEvaluator
{
    /// <summary>Evaluates an autoencoder.</summary>
    /// <param name="model">The autoencoder.</param>
    /// <param name="passages">Passages, which the model's tokenizer cuts, or ids: texts and what follows them.</param>
    /// <param name="settings">How it is measured.</param>
    /// <param name="progress">Told the passages done and in all, each counted once a condition.</param>
    /// <param name="cancellation">Looked at between batches.</param>
    /// <returns>Scores by kind of text.</returns>
    /// <exception cref="ConfigurationException">
    /// The autoencoder cannot hold texts of that length, there are no passages, or its tokenizer has no token behind which to predict without context.
    /// </exception>
    public static ContinuationResult Run(
        IcaeModel model, IEnumerable<Passage> passages, ContinuationSettings settings, IProgress<(int Done, int Total)>? progress = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(passages);
        ArgumentNullException.ThrowIfNull(settings);
        settings.Validate();
        var token = NotebookHost.OrCell(cancellation);
        var prediction = new ContinuationPrediction(model, settings);
        var texts = EvaluationTexts.Prepare(passages, model, new RestorationSettings { Tokens = settings.Tokens + settings.ContinuationTokens, Limit = settings.Limit });
        var kinds = texts.Kinds.Select(entry => (entry.Kind, entry.Skipped, Texts: texts.Texts.Where(text => text.Kind == entry.Kind).ToArray())).ToArray();
        var total = kinds.Sum(kind => kind.Texts.Length * ContextConditions.For(kind.Texts.Length).Count());
        var done = 0;
        ContinuationKind[] scores = [.. kinds.Select(kind => Summarise(
            kind.Kind,
            kind.Skipped,
            kind.Texts,
            prediction.Slots,
            ContextConditions.For(kind.Texts.Length).ToDictionary(condition => condition, condition => prediction.Of(condition, kind.Texts, Batch)),
            settings))];
        progress?.Report((total, total));
        return new ContinuationResult(model.Name, model.Base.Kind, settings, scores);

        void Batch(int count)
        {
            progress?.Report((done, total));
            token.ThrowIfCancellationRequested();
            done += count;
        }
    }

    private static ContinuationKind Summarise(
        string kind,
        int skipped,
        EvaluationText[] texts,
        int slots,
        Dictionary<ContextCondition, (double[] Losses, double[] Accuracies)> measured,
        ContinuationSettings settings)
    {
        if (texts.Length == 0)
            return new ContinuationKind(kind, 0, skipped, slots, new Dictionary<ContextCondition, ContinuationScores>(), null);

        var bootstrap = new Bootstrap(settings.Seed, settings.Resamples);
        var levels = EvaluationTexts.Levels(texts);
        var scores = measured.ToDictionary(
            entry => entry.Key,
            entry => new ContinuationScores(bootstrap.Mean(entry.Value.Losses, levels), bootstrap.Mean(entry.Value.Accuracies, levels)));
        var none = measured[ContextCondition.NoContext].Losses;
        var gains = measured[ContextCondition.Memory].Losses
            .Zip(measured[ContextCondition.TextInContext].Losses, none)
            .Select(losses => (Memory: losses.Third - losses.First, Text: losses.Third - losses.Second))
            .ToArray();
        ConfidenceInterval? kept = gains.Sum(gain => gain.Text) > 0
            ? bootstrap.Interval(gains, Kept, levels)
            : null;
        return new ContinuationKind(kind, texts.Length, skipped, slots, scores, kept);
    }

    /// <summary>NaN for a resample in which the text itself does not help: then the interval has no ends.</summary>
    private static double Kept(IReadOnlyList<(double Memory, double Text)> gains) =>
        gains.Sum(gain => gain.Text) is > 0 and var text ? gains.Sum(gain => gain.Memory) / text : double.NaN;
}
