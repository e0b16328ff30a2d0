using System.Globalization;
using ICAE.Lab.Autoencoder;
using ICAE.Lab.Data;
using ICAE.Lab.Experiments.RestorationEvaluation;
using ICAE.Lab.Models;

namespace ICAE.Lab.Experiments;

/// <summary>
/// The paper's Table 3: the same texts three ways, as they are, with every id shifted by one, and as random ids of the same number; restored
/// from memory, without memory, and from the text itself in the context.
/// </summary>
public static class OrdinaryPatternedRandom
{
    private const int UsualTokens = 64;

    /// <summary>Restores texts of one's own three ways.</summary>
    /// <param name="model">The autoencoder.</param>
    /// <param name="texts">Texts; of each the first 64 tokens are taken, or as many as the shortest has.</param>
    /// <param name="progress">Told before each batch and at the end.</param>
    /// <param name="cancellation">Looked at between batches and tokens; the running cell's where none is given.</param>
    /// <returns>Scores by kind, and every text.</returns>
    /// <exception cref="ConfigurationException">There is no text, or one is empty.</exception>
    public static RestorationResult Run(
        IcaeModel model, IEnumerable<string> texts, IProgress<RestorationProgress>? progress = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(texts);
        var passages = texts.Select((text, i) => new Passage { Id = (i + 1).ToString(CultureInfo.InvariantCulture), Text = text }).ToArray();
        if (passages.Length == 0)
            throw new ConfigurationException("There is no text to be restored.");

        var shortest = passages.Min(passage => model.Encode(passage.Text!).Count);
        if (shortest == 0)
            throw new ConfigurationException("A text is empty: there is nothing in it to be restored.");

        return Run(model, passages, new RestorationSettings { Tokens = Math.Min(UsualTokens, shortest) }, progress, cancellation);
    }

    /// <summary>Restores passages three ways.</summary>
    /// <param name="model">The autoencoder.</param>
    /// <param name="passages">The passages.</param>
    /// <param name="settings">The length, the most texts of a kind and so on; patterned and random texts are derived in any case.</param>
    /// <param name="progress">Told before each batch and at the end.</param>
    /// <param name="cancellation">Looked at between batches and tokens; the running cell's where none is given.</param>
    /// <returns>Scores by kind, and every text.</returns>
    /// <exception cref="ConfigurationException">There is no passage, or the settings break a rule.</exception>
    public static RestorationResult Run(
        IcaeModel model,
        IEnumerable<Passage> passages,
        RestorationSettings settings,
        IProgress<RestorationProgress>? progress = null,
        CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(settings);
        var controlled = settings with { Controls = true };
        return RestorationEvaluator.Run(model, EvaluationTexts.Prepare(passages, model, controlled), controlled, progress, cancellation);
    }

    /// <summary>The table: a row for each kind of text, the paper's values beside.</summary>
    /// <param name="result">What was measured.</param>
    /// <returns>The rows, in the order of the kinds; those without a text are left out.</returns>
    public static IReadOnlyList<KindOfTextRow> Rows(RestorationResult result)
    {
        ArgumentNullException.ThrowIfNull(result);
        return [.. result.Kinds.Where(kind => kind.Count > 0).Select(ToRow)];
    }

    /// <summary>Restores the beginnings of the same passages at several lengths, three ways.</summary>
    /// <param name="model">The autoencoder.</param>
    /// <param name="passages">The passages; those shorter than the longest length are left out.</param>
    /// <param name="lengths">The lengths, in tokens.</param>
    /// <param name="settings">The most texts of a kind and so on; its length is not used.</param>
    /// <param name="progress">Told before each batch.</param>
    /// <param name="cancellation">Looked at between batches and tokens; the running cell's where none is given.</param>
    /// <returns>A row for each length and kind.</returns>
    /// <exception cref="ConfigurationException">There is no length, no passage is long enough, or the autoencoder cannot hold the longest.</exception>
    public static IReadOnlyList<RestorationRow> ByLength(
        IcaeModel model,
        IEnumerable<Passage> passages,
        IEnumerable<int> lengths,
        RestorationSettings settings,
        IProgress<RestorationProgress>? progress = null,
        CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(settings);
        int[] sorted = [.. lengths.Distinct().Order()];
        if (sorted.Length == 0 || sorted[0] < 1)
            throw new ConfigurationException("Lengths are needed, each of at least one token.");

        Passage[] enough = [.. passages.Where(passage => (passage.Ids?.Count ?? model.Encode(passage.Text!).Count) >= sorted[^1])];
        if (enough.Length == 0)
            throw new ConfigurationException($"No passage has {sorted[^1]} tokens.");

        model.Plan(sorted[^1], settings.TokensPerSlot);
        return [.. sorted.SelectMany(length => Measure(model, enough, settings with { Tokens = length }, progress, cancellation))];
    }

    /// <summary>Restores the same passages with several models, three ways.</summary>
    /// <param name="models">The autoencoders, say one on each kind of base.</param>
    /// <param name="passages">The passages.</param>
    /// <param name="settings">The length, the most texts of a kind and so on.</param>
    /// <param name="progress">Told before each batch.</param>
    /// <param name="cancellation">Looked at between batches and tokens; the running cell's where none is given.</param>
    /// <returns>A row for each model and kind.</returns>
    /// <exception cref="ConfigurationException">There is no passage, or the settings break a rule.</exception>
    public static IReadOnlyList<RestorationRow> ByModel(
        IEnumerable<IcaeModel> models,
        IReadOnlyCollection<Passage> passages,
        RestorationSettings settings,
        IProgress<RestorationProgress>? progress = null,
        CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(models);
        ArgumentNullException.ThrowIfNull(settings);
        return [.. models.SelectMany(model => Measure(model, passages, settings, progress, cancellation))];
    }

    private static IEnumerable<RestorationRow> Measure(
        IcaeModel model, IEnumerable<Passage> passages, RestorationSettings settings, IProgress<RestorationProgress>? progress, CancellationToken cancellation)
    {
        var result = Run(model, passages, settings with { Conditions = null }, progress, cancellation);
        return result.Kinds.Where(kind => kind.Count > 0).Select(kind => ToRow(result, kind));
    }

    private static RestorationRow ToRow(RestorationResult result, KindScores kind)
    {
        var bleu = kind.Memory.Values[RestorationMeasure.BleuIds].Interval;
        return new RestorationRow(
            result.Model,
            OwnJson.Name(result.BaseKind),
            kind.Kind,
            result.Settings.Tokens,
            kind.TokensPerSlot,
            kind.Count,
            bleu.Estimate,
            bleu.Low,
            bleu.High,
            kind.Zero[RestorationMeasure.BleuIds],
            kind.Ceiling[RestorationMeasure.BleuIds],
            kind.Memory[RestorationMeasure.Accuracy],
            kind.Memory[RestorationMeasure.Loss]);
    }

    private static KindOfTextRow ToRow(KindScores kind)
    {
        var bleu = kind.Memory.Values[RestorationMeasure.BleuIds].Interval;
        var paper = PaperTable3.Rows.Where(row => row.Kind == kind.Kind).Select(row => ((double Bleu, double Loss)?)(row.Bleu, row.Loss)).FirstOrDefault();
        return new KindOfTextRow(
            kind.Kind,
            kind.Count,
            kind.TokensPerSlot,
            bleu.Estimate,
            bleu.Low,
            bleu.High,
            kind.Zero[RestorationMeasure.BleuIds],
            kind.Ceiling[RestorationMeasure.BleuIds],
            kind.Memory[RestorationMeasure.Accuracy],
            kind.Memory[RestorationMeasure.Loss],
            paper?.Bleu,
            paper?.Loss);
    }
}
