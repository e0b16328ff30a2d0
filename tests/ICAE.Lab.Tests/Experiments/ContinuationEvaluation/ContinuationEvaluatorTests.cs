using ICAE.Lab.Autoencoder;
using ICAE.Lab.Data;
using ICAE.Lab.Evaluation;
using ICAE.Lab.Experiments;
using ICAE.Lab.Experiments.ContinuationEvaluation;
using ICAE.Lab.Objectives;
using ICAE.Lab.Tests.Autoencoder;
using ICAE.Lab.Tests.Models;
using static TorchSharp.torch;

namespace ICAE.Lab.Tests.Experiments.ContinuationEvaluation;

[Collection("torch")]
public sealed class ContinuationEvaluatorTests
{
    private static readonly ContinuationSettings Settings = new() { Tokens = 7, ContinuationTokens = 5, Unscored = 2, BatchSize = 2, Resamples = 20 };

    [Theory]
    [InlineData(SlotLayout.Embeddings, false)]
    [InlineData(SlotLayout.Embeddings, true)]
    [InlineData(SlotLayout.KeysAndValues, true)]
    public void Losses_behind_slots_are_those_of_the_objective_of_training(SlotLayout layout, bool continuationToken)
    {
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        using var model = TinyModel.Create(TinyIcae.Config with { Layout = layout }, new IcaeUsage { ContinuationToken = continuationToken });
        var passages = Draw(4);

        var kind = ContinuationEvaluator.Run(model, passages, Settings).Kinds.Single();

        var builder = new ExampleBuilder(model.Config, TinyBase.Vocabulary, 0, new ExampleSettings { MinContinuationTokens = 0, UnscoredContinuationTokens = 2, ContinuationToken = continuationToken });
        IcaeExample[] examples = [.. passages.Select(passage => builder.Continuation([.. passage.Ids!.Take(7)], [.. passage.Ids!.Skip(7).Take(5)]))];
        var own = IcaeObjective.Compute(model.Core, examples, withAccuracy: true);
        Assert.Equal(own.Loss.item<float>(), kind.Scores[ContextCondition.Memory].Loss.Estimate, 1e-4);
        Assert.Equal(own.Correct!.to(ScalarType.Float32).mean().item<float>(), kind.Scores[ContextCondition.Memory].Accuracy.Estimate, 1e-6);

        // Of four texts each reads the slots of the next but one.
        var others = model.Core.Encode([.. examples.Select((_, i) => examples[(i + 2) % 4].EncoderIds)], [.. examples.Select(example => example.Plan)]);
        var other = IcaeObjective.Compute(model.Core, examples, slots: others);
        Assert.Equal(other.Loss.item<float>(), kind.Scores[ContextCondition.OtherMemory].Loss.Estimate, 1e-4);
        Assert.NotEqual(own.Loss.item<float>(), other.Loss.item<float>(), 1e-3);
    }

    [Fact]
    public void Without_memory_the_base_reads_the_text_or_the_token_that_opens_one()
    {
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        using var model = TinyModel.Create();
        var passages = Draw(3);

        var kind = ContinuationEvaluator.Run(model, passages, Settings).Kinds.Single();

        var (withText, without) = (new List<double>(), new List<double>());
        foreach (var ids in passages.Select(passage => passage.Ids!.ToArray()))
        {
            withText.Add(Loss(model, ids, 9));
            without.Add(Loss(model, [0, .. ids[7..]], 3));
        }

        Assert.Equal(withText.Average(), kind.Scores[ContextCondition.TextInContext].Loss.Estimate, 1e-4);
        Assert.Equal(without.Average(), kind.Scores[ContextCondition.NoContext].Loss.Estimate, 1e-4);
        Assert.Equal(Math.Exp(withText.Average()), kind.Scores[ContextCondition.TextInContext].Perplexity, 1e-2);
    }

    [Fact]
    public void What_is_kept_is_the_memorys_share_of_what_the_text_takes_away()
    {
        // Random bases are helped by some texts and harmed by others.
        using var model = TinyModel.Create();
        var kept = Draw(24).Select(passage => ContinuationEvaluator.Run(model, [passage], Settings).Kinds.Single()).ToList();

        Assert.Contains(kept, kind => kind.Kept is null);
        Assert.Contains(kept, kind => kind.Kept is not null);
        Assert.All(kept, kind =>
        {
            var none = kind.Scores[ContextCondition.NoContext].Loss.Estimate;
            var text = none - kind.Scores[ContextCondition.TextInContext].Loss.Estimate;
            Assert.Equal(text > 0, kind.Kept is not null);
            if (kind.Kept is { } share)
                Assert.Equal((none - kind.Scores[ContextCondition.Memory].Loss.Estimate) / text, share.Estimate, 1e-9);
        });
    }

    [Fact]
    public void Batches_kinds_and_what_is_too_short_change_no_number()
    {
        using var model = TinyModel.Create();
        var passages = Draw(4);
        Passage[] mixed =
        [
            .. passages.Take(2),
            new Passage { Id = "short", Ids = [5, 6, 7] },
            .. passages.Skip(2),
            new Passage { Id = "lone", Kind = "story", Ids = [.. Enumerable.Range(20, 12)] },
            new Passage { Id = "none", Kind = "empty", Ids = [9] },
        ];
        var reports = new List<(int Done, int Total)>();

        var alone = ContinuationEvaluator.Run(model, passages, Settings).Kinds.Single();
        var kinds = ContinuationEvaluator.Run(model, mixed, Settings with { BatchSize = 3 }, new Training.InlineProgress<(int Done, int Total)>(reports.Add)).Kinds;

        Assert.Equal([("ordinary", 4, 1, 3), ("story", 1, 0, 3), ("empty", 0, 1, 3)], kinds.Select(kind => (kind.Kind, kind.Count, kind.Skipped, kind.Slots)));
        foreach (var condition in Enum.GetValues<ContextCondition>())
            Assert.Equal(alone.Scores[condition].Loss.Estimate, kinds[0].Scores[condition].Loss.Estimate, 1e-5);

        Assert.DoesNotContain(ContextCondition.OtherMemory, kinds[1].Scores.Keys);
        Assert.Empty(kinds[2].Scores);
        Assert.Equal(((0, 19), (19, 19)), (reports[0], reports[^1]));
        Assert.Equal(reports.Order(), reports);
    }

    [Fact]
    public void What_cannot_be_measured_is_refused()
    {
        using var model = TinyModel.Create(TinyIcae.Config with { Positions = MemoryPositions.Spread, TextOffset = 8 });

        Assert.Contains("at most 7", Refused(model, Settings with { Tokens = 8 }), StringComparison.Ordinal);
        Assert.Contains("Unscored (5)", Refused(model, Settings with { Unscored = 5 }), StringComparison.Ordinal);
        Assert.Contains("ContinuationTokens (0)", Refused(model, Settings with { ContinuationTokens = 0, Unscored = 0 }), StringComparison.Ordinal);
        Assert.Contains("Tokens (0)", Refused(model, Settings with { Tokens = 0 }), StringComparison.Ordinal);
        Assert.Contains("TokensPerSlot (0)", Refused(model, Settings with { TokensPerSlot = 0 }), StringComparison.Ordinal);
        Assert.Contains("1048576 together", Refused(model, Settings with { Tokens = 7, ContinuationTokens = 1 << 20 }), StringComparison.Ordinal);
        Assert.Contains("Limit (0)", Refused(model, Settings with { Limit = 0 }), StringComparison.Ordinal);

        using var stopped = new CancellationTokenSource();
        stopped.Cancel();
        Assert.Throws<OperationCanceledException>(() => ContinuationEvaluator.Run(model, Draw(2), Settings, cancellation: stopped.Token));
    }

    private static string Refused(IcaeModel model, ContinuationSettings settings) =>
        Assert.Throws<ConfigurationException>(() => ContinuationEvaluator.Run(model, Draw(2), settings)).Message;

    private static Passage[] Draw(int count)
    {
        var random = new CounterRandom(3, 5, 7);
        return [.. Enumerable.Range(0, count).Select(i => new Passage { Id = $"text {i}", Ids = [.. Enumerable.Range(0, 12).Select(_ => 4 + random.NextInt(TinyBase.Vocabulary - 4))] })];
    }

    /// <summary>The mean loss of the ids from one on.</summary>
    private static double Loss(IcaeModel model, int[] ids, int from)
    {
        var transformer = model.Base.Transformer;
        var all = tensor(ids.Select(id => (long)id).ToArray()).unsqueeze(0);
        var logits = transformer.Logits(transformer.Forward(new Lab.Models.TransformerInput { Embeddings = transformer.Embed(all) }).Hidden).to(ScalarType.Float32).squeeze(0);
        var log = nn.functional.log_softmax(logits, 1);
        return Statistics.Mean([.. Enumerable.Range(from, ids.Length - from).Select(i => -(double)log[i - 1, ids[i]].item<float>())]);
    }
}
