using ICAE.Lab.Autoencoder;
using ICAE.Lab.Data;
using ICAE.Lab.Experiments.ContinuationEvaluation;
using ICAE.Lab.Models;

namespace ICAE.Lab.Experiments;

/// <summary>
/// The paper's Table 1: the same tokens are predicted behind one, two and four times as many tokens as there are slots, behind the slots of these, and for judging both, behind another text's
/// slots and behind nothing.
/// </summary>
public static class TextContinuation
{
    /// <summary>The slots where nothing else is said: what the models here were trained with for 64 tokens.</summary>
    public const int UsualSlots = 16;

    /// <summary>Measures the table.</summary>
    /// <param name="model">The autoencoder.</param>
    /// <param name="passages">Passages, which the model's tokenizer cuts, or ids; those that are too short for the most tokens and what follows are left out.</param>
    /// <param name="slots">Slots of each text.</param>
    /// <param name="settings">How many tokens follow and are scored, the most texts and so on; tokens and rate are those of the table.</param>
    /// <param name="progress">Told the passages done and in all, each counted once a condition and row.</param>
    /// <param name="cancellation">Looked at between batches; the running cell's where none is given.</param>
    /// <returns>A row for each rate of the paper.</returns>
    /// <exception cref="ConfigurationException">No passage is long enough, the autoencoder cannot hold the texts, or a setting breaks a rule.</exception>
    public static IReadOnlyList<TextContinuationRow> Run(
        IcaeModel model,
        IEnumerable<Passage> passages,
        int slots = UsualSlots,
        ContinuationSettings? settings = null,
        IProgress<(int Done, int Total)>? progress = null,
        CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(passages);
        ArgumentOutOfRangeException.ThrowIfLessThan(slots, 1);
        var chosen = (settings ?? new ContinuationSettings()).Validate();
        var rates = PaperTable1.Rows.Select(row => row.TokensPerSlot).ToArray();
        var most = slots * rates.Max();
        foreach (var rate in rates)
            model.Plan(slots * rate, rate);

        // What is predicted begins at the same place in every row, so that only what stands before it differs.
        var texts = passages.Select(passage => passage with { Text = null, Ids = passage.Ids ?? model.Encode(passage.Text!) }).Where(passage => passage.Ids!.Count >= most + chosen.ContinuationTokens).ToArray();
        if (texts.Length == 0)
            throw new ConfigurationException($"There is no text of {most} tokens that {chosen.ContinuationTokens} more follow.");

        return [.. rates.Select((rate, index) => Row(rate, index))];

        TextContinuationRow Row(int rate, int index)
        {
            var tokens = slots * rate;
            var cut = texts.Select(passage => passage with { Kind = TextKind.Ordinary.Name(), Ids = [.. passage.Ids!.Skip(most - tokens).Take(tokens + chosen.ContinuationTokens)] });
            var part = progress is null ? null : new Part(progress, index, rates.Length);
            var kind = ContinuationEvaluator.Run(model, cut, chosen with { Tokens = tokens, TokensPerSlot = rate }, part, cancellation).Kinds[0];
            var (_, paperText, paperSlots) = PaperTable1.Rows[index];
            var memory = kind.Scores[ContextCondition.Memory];
            return new TextContinuationRow(
                model.Name,
                OwnJson.Name(model.Base.Kind),
                tokens,
                kind.Slots,
                kind.Count,
                kind.Scores[ContextCondition.TextInContext].Perplexity,
                memory.Perplexity,
                Math.Exp(memory.Loss.Low),
                Math.Exp(memory.Loss.High),
                kind.Scores.TryGetValue(ContextCondition.OtherMemory, out var other) ? other.Perplexity : double.NaN,
                kind.Scores[ContextCondition.NoContext].Perplexity,
                paperText,
                paperSlots);
        }
    }

    /// <summary>One row's progress as a part of the table's.</summary>
    private sealed class Part(IProgress<(int Done, int Total)> whole, int index, int count) : IProgress<(int Done, int Total)>
    {
        public void Report((int Done, int Total) value) => whole.Report(((index * value.Total) + value.Done, count * value.Total));
    }
}
