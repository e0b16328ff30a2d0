using ICAE.Lab.Autoencoder;
using ICAE.Lab.Evaluation;

namespace ICAE.Lab.Experiments.RestorationEvaluation;

/// <summary>
/// Restores texts from memory and measures how well, beside what is reached without memory (the true zero) and with the text itself in the
/// context (the ceiling). Equal texts, settings and machine give equal numbers.
/// </summary>
public static class RestorationEvaluator
{
    // The token that stands between a stretch and its repetition where a base was taught to copy.
    private const string RepeatToken = "<|repeat|>";

    /// <summary>Evaluates an autoencoder.</summary>
    /// <param name="model">The autoencoder.</param>
    /// <param name="texts">The texts, made by <see cref="EvaluationTexts.Prepare"/> for this model and these settings.</param>
    /// <param name="settings">How it is measured.</param>
    /// <param name="progress">Told before each batch and at the end.</param>
    /// <param name="cancellation">Looked at between batches and tokens.</param>
    /// <returns>Scores by kind, and every text.</returns>
    /// <exception cref="ConfigurationException">The autoencoder cannot hold texts of that length.</exception>
    public static RestorationResult Run(
        IcaeModel model, EvaluationTexts texts, RestorationSettings settings, IProgress<RestorationProgress>? progress = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(texts);
        ArgumentNullException.ThrowIfNull(settings);
        settings.Validate();
        var token = NotebookHost.OrCell(cancellation);
        if (texts.Texts.FirstOrDefault(text => text.Ids.Count != settings.Tokens) is { } other)
            throw new ArgumentException($"The text {other.Id} has {other.Ids.Count} ids; the settings say {settings.Tokens}.", nameof(texts));

        var plan = model.Plan(settings.Tokens, settings.TokensPerSlot);
        var readings = Readings(model, plan, settings);
        var batches = texts.Texts.Chunk(settings.BatchSize).ToArray();
        var rows = new List<RestoredText>();
        var (done, total) = (0, readings.Count * batches.Length);
        foreach (var reading in readings)
        {
            GeneratedText? shared = null;
            foreach (var batch in batches)
            {
                progress?.Report(new RestorationProgress(done++, total, reading.Condition));
                token.ThrowIfCancellationRequested();
                int[][] ids = [.. batch.Select(text => text.Ids.ToArray())];
                var (losses, correct) = reading.Force(ids);
                if (!reading.DependsOnText)
                    shared ??= reading.Write([ids[0]], token)[0];

                var written = shared is null ? reading.Write(ids, token) : [.. batch.Select(_ => shared)];
                rows.AddRange(batch.Select((text, i) => Score(
                    model, text, reading.Condition, written[i], losses.AsSpan(i * settings.Tokens, settings.Tokens).ToArray(), correct.AsSpan(i * settings.Tokens, settings.Tokens).ToArray())));
            }
        }

        progress?.Report(new RestorationProgress(total, total, readings[^1].Condition));
        ReadingCondition[] conditions = [.. readings.Select(reading => reading.Condition)];
        return new RestorationResult(model.Name, model.Base.Kind, settings, Summarise(texts, rows, conditions, plan, settings), rows);
    }

    private static List<Reading> Readings(IcaeModel model, SpanPlan plan, RestorationSettings settings)
    {
        var generation = model.DefaultGeneration with { MaxNewTokens = settings.MaxNewTokens };
        var transformer = model.Base.Transformer;
        int? eos = generation.EosIds is [var first, ..] ? first : null;
        var separator = RepeatId(model) ?? eos;
        var readings = new List<Reading>
        {
            new SlotReading(model.Core, ReadingCondition.Memory, null, plan, generation),
            new SlotReading(model.Core, ReadingCondition.TaskToken, null, plan, generation),
        };

        // Without a token to begin with there is nothing that the base alone could go on from.
        if (model.OpeningId is { } opening)
            readings.Add(new ContextReading(transformer, ReadingCondition.BaseAlone, opening, opening, generation));

        if (model.ConstantSlots is { } constant)
            readings.Add(new SlotReading(model.Core, ReadingCondition.ConstantSlots, constant, plan, generation));

        // A base that repeats in turns writes the separator where the copy ends.
        var copying = separator is { } id ? generation with { EosIds = [.. generation.EosIds ?? [], id] } : generation;
        readings.Add(new ContextReading(transformer, ReadingCondition.TextInContext, separator, model.OpeningId, copying));
        return settings.Conditions is { } wanted ? [.. readings.Where(reading => wanted.Contains(reading.Condition))] : readings;
    }

    private static int? RepeatId(IcaeModel model)
    {
        var tokenizer = model.Base.Tokenizer;
        return tokenizer.Encode(RepeatToken, parseSpecialTokens: true) is [var id] && tokenizer.SpecialIds.Contains(id) ? id : null;
    }

    private static RestoredText Score(IcaeModel model, EvaluationText original, ReadingCondition condition, GeneratedText written, float[] losses, bool[] correct)
    {
        var text = model.Decode(written.Ids);
        return new RestoredText(
            original,
            condition,
            written.Ids,
            text,
            written.End,
            TokenBleu.Sentence(written.Ids, original.Ids),
            SacreBleu.Sentence(text, original.Text),
            TokenAccuracy.Of(written.Ids, original.Ids),
            PrefixMatch.Fraction(written.Ids, original.Ids),
            losses,
            correct);
    }

    private static List<KindScores> Summarise(
        EvaluationTexts texts, List<RestoredText> rows, ReadingCondition[] conditions, SpanPlan plan, RestorationSettings settings)
    {
        var bootstrap = new Bootstrap(settings.Seed, settings.Resamples);
        return [.. texts.Kinds.Select(entry =>
        {
            var own = texts.Texts.Where(text => text.Kind == entry.Kind).ToArray();
            return new KindScores(
                entry.Kind,
                own.Length,
                entry.Skipped,
                own.Sum(text => (long)text.Ids.Count),
                own.Sum(text => (long)text.Characters),
                (long)own.Length * plan.SlotCount,
                conditions.ToDictionary(
                    condition => condition,
                    condition => ConditionScores.Of([.. rows.Where(row => row.Condition == condition && row.Original.Kind == entry.Kind)], bootstrap)));
        })];
    }
}
