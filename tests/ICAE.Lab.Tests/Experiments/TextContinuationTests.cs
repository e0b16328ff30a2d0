using ICAE.Lab.Data;
using ICAE.Lab.Experiments;
using ICAE.Lab.Experiments.ContinuationEvaluation;
using ICAE.Lab.Tests.Autoencoder;

namespace ICAE.Lab.Tests.Experiments;

[Collection("torch")]
public sealed class TextContinuationTests
{
    private static readonly ContinuationSettings Settings = new() { ContinuationTokens = 6, Unscored = 2, Resamples = 20 };

    [Fact]
    public void Each_row_predicts_the_same_tokens_behind_more_text()
    {
        using var model = TinyModel.Create(TinyIcae.Config with { Slots = 4, Budget = ICAE.Lab.Autoencoder.SlotBudget.ByRatio });
        var passages = Passages(22, 22, 30, 21);
        var reports = new List<(int Done, int Total)>();

        var rows = TextContinuation.Run(model, passages, slots: 4, Settings, new Listener(reports));

        Assert.Equal([(4, 4, 3), (8, 4, 3), (16, 4, 3)], rows.Select(row => (row.Tokens, row.Slots, row.Texts)));
        Assert.Equal([(9.99, 10.15), (9.45, 9.77), (9.01, 9.50)], rows.Select(row => (row.PaperText!.Value, row.PaperMemory!.Value)));
        Assert.All(rows, row => Assert.InRange(row.Memory, row.MemoryLow - 1e-6, row.MemoryHigh + 1e-6));

        // Behind nothing it is the same prediction in every row.
        Assert.All(rows, row => Assert.Equal(rows[0].Nothing, row.Nothing, 1e-4));
        Assert.Equal(3, rows.Select(row => row.Text).Distinct().Count());
        Assert.Equal(reports[^1].Total, reports[^1].Done);
        Assert.Equal(reports.Order(), reports);

        // The last row is what the evaluator gives by itself.
        var alone = ContinuationEvaluator.Run(model, [.. passages.Where(passage => passage.Ids!.Count >= 22)], Settings with { Tokens = 16, TokensPerSlot = 4 });
        Assert.Equal(alone.Kinds[0].Scores[ContextCondition.Memory].Perplexity, rows[^1].Memory, 1e-9);
    }

    [Fact]
    public void Texts_that_are_too_short_and_slots_that_cannot_be_had_are_refused()
    {
        using var model = TinyModel.Create(TinyIcae.Config with { Slots = 4, Budget = ICAE.Lab.Autoencoder.SlotBudget.ByRatio, TextOffset = 20 });

        Assert.Contains("no text of 16 tokens that 6 more follow", Assert.Throws<ConfigurationException>(() => TextContinuation.Run(model, Passages(21), 4, Settings)).Message, StringComparison.Ordinal);
        Assert.Throws<ConfigurationException>(() => TextContinuation.Run(model, Passages(90), 20, Settings));
        Assert.Throws<ArgumentOutOfRangeException>(() => TextContinuation.Run(model, Passages(90), 0, Settings));
    }

    private static Passage[] Passages(params int[] lengths) => [.. TinyIcae.Texts(lengths).Select((ids, i) => new Passage { Id = $"{i}", Ids = ids })];

    private sealed class Listener(List<(int Done, int Total)> reports) : IProgress<(int Done, int Total)>
    {
        public void Report((int Done, int Total) value) => reports.Add(value);
    }
}
