using System.Text.Json.Nodes;
using ICAE.Lab.Autoencoder;
using ICAE.Lab.Data;
using ICAE.Lab.Evaluation;
using ICAE.Lab.Experiments.RestorationEvaluation;
using ICAE.Lab.Models;
using ICAE.Lab.Objectives;
using ICAE.Lab.Tests.Autoencoder;
using ICAE.Lab.Tests.Models;
using TorchSharp;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace ICAE.Lab.Tests.Experiments.RestorationEvaluation;

[Collection("torch")]
public sealed class RestorationEvaluatorTests
{
    private const int Eos = 0;

    private static readonly RestorationSettings Settings = new() { Tokens = 11, Controls = true, Resamples = 50 };

    private static readonly Passage[] Passages = [.. Enumerable.Range(0, 5).Select(i => new Passage
    {
        Id = $"p{i}",
        Text = string.Concat(Enumerable.Repeat(TinyBase.Text[(7 * i)..], 2)),
        Book = i < 3 ? "First" : "Second",
        Chapter = i,
    })];

    public static TheoryData<SlotLayout, MemoryPositions> Layouts
    {
        get
        {
            var data = new TheoryData<SlotLayout, MemoryPositions>();
            foreach (var layout in Enum.GetValues<SlotLayout>())
            {
                foreach (var positions in Enum.GetValues<MemoryPositions>())
                    data.Add(layout, positions);
            }

            return data;
        }
    }

    [Fact]
    public void Parts_of_a_text_have_their_own_share_of_what_a_memory_adds()
    {
        using var model = TinyModel.Create();
        var result = Evaluate(model);
        var kind = result.Kinds[0];

        var parts = TextPart.Of(result, kind);

        Assert.Equal([(0, 2), (2, 5), (5, 8), (8, 11)], parts.Select(part => (part.From, part.To)));
        Assert.Equal(kind.Memory[RestorationMeasure.Accuracy], parts.Sum(part => part.Accuracy * (part.To - part.From)) / 11, 12);
        Assert.Equal(kind.Zero[RestorationMeasure.Accuracy], parts.Sum(part => part.Zero * (part.To - part.From)) / 11, 12);
        Assert.Equal(0.75, new TextPart(0, 1, 0.8, 0.2).Gain, 12);
        Assert.Empty(TextPart.Of(result, kind, parts: 12));
        Assert.Empty(TextPart.Of(result, kind with { Count = 0, Conditions = new Dictionary<ReadingCondition, ConditionScores> { [ReadingCondition.Memory] = kind.Memory } }));
    }

    [Fact]
    public void A_token_that_opens_every_text_is_given_where_the_base_reads_alone()
    {
        using var model = TinyModel.Create();
        Passage[] opened = [.. Enumerable.Range(0, 3).Select(i => new Passage { Id = $"p{i}", Ids = [Eos, .. Enumerable.Range(5 + i, 10)] })];
        var settings = Settings with { Controls = false };

        var result = RestorationEvaluator.Run(model, EvaluationTexts.Prepare(opened, model, settings), settings);

        foreach (var condition in (ReadingCondition[])[ReadingCondition.BaseAlone, ReadingCondition.TextInContext])
        {
            foreach (var row in Rows(result, condition))
            {
                int[] text = [.. row.Original.Ids];
                int[] prompt = condition == ReadingCondition.BaseAlone ? [Eos] : [.. text, Eos];
                var (losses, correct) = ContextReading.Force(model.Base.Transformer, [prompt], [text[1..]]);
                Assert.Equal(0, row.TokenLosses[0]);
                Assert.True(row.TokenCorrect[0]);
                AssertClose(losses, [.. row.TokenLosses.Skip(1)]);
                Assert.Equal(correct, row.TokenCorrect.Skip(1));
                Assert.Equal(Eos, row.Ids[0]);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Layouts))]
    public void Memory_is_scored_as_the_objective_and_the_generation_score_it(SlotLayout layout, MemoryPositions positions)
    {
        using var model = TinyModel.Create(TinyIcae.Config with { Layout = layout, Positions = positions });
        var result = Evaluate(model);

        using var scope = NewDisposeScope();
        using var _ = no_grad();
        var builder = new ExampleBuilder(model.Config, TinyBase.Vocabulary, Eos);
        foreach (var row in Rows(result, ReadingCondition.Memory))
        {
            var original = row.Original.Ids.ToArray();
            var direct = IcaeObjective.Compute(model.Core, [builder.Autoencoding(original)], withAccuracy: true);

            // The objective scores the end of the text as well.
            AssertClose(direct.TokenLosses.data<float>().ToArray()[..^1], row.TokenLosses);
            Assert.Equal(direct.Correct!.data<bool>().ToArray()[..^1], row.TokenCorrect);
            var restored = Generation.Restore(model.Core, model.Core.Encode([original]), new GenerationSettings { MaxNewTokens = 16, EosIds = [Eos] })[0];
            Assert.Equal(restored.Ids, row.Ids);
            AssertScores(row, model);
        }

        Assert.Equal(15, Rows(result, ReadingCondition.Memory).Length);
    }

    [Theory]
    [InlineData(SlotLayout.Embeddings)]
    [InlineData(SlotLayout.KeysAndValues)]
    public void The_task_token_alone_reads_no_slots_and_stands_where_it_always_stands(SlotLayout layout)
    {
        using var model = TinyModel.Create(TinyIcae.Config with { Layout = layout });
        var rows = Rows(Evaluate(model), ReadingCondition.TaskToken);

        using var scope = NewDisposeScope();
        using var _ = no_grad();
        var first = SpanPlan.For(model.Config, Settings.Tokens).TaskPosition(model.Config);
        Assert.True(first > 0);
        var task = model.Core.MemoryTable.Value.narrow(0, model.Config.MemoryRows, 1);
        foreach (var row in rows)
        {
            var text = Ids(row.Original.Ids);
            var input = cat([task, model.Base.Transformer.Embed(text.narrow(0, 0, text.shape[0] - 1))], 0).unsqueeze(0);
            AssertForced(model, row, input, first);
        }

        Assert.Single(rows.Select(row => string.Join(' ', row.Ids)).Distinct());
    }

    [Fact]
    public void The_base_alone_starts_at_the_token_that_ends_texts()
    {
        using var model = TinyModel.Create();
        var rows = Rows(Evaluate(model), ReadingCondition.BaseAlone);

        using var scope = NewDisposeScope();
        using var _ = no_grad();
        var written = Generation.Run(model.Base.Transformer, [[Eos]], new GenerationSettings { MaxNewTokens = 16, EosIds = [Eos] })[0];
        foreach (var row in rows)
        {
            AssertForced(model, row, model.Base.Transformer.Embed(Ids([Eos, .. row.Original.Ids.SkipLast(1)])).unsqueeze(0), 0);
            Assert.Equal(written.Ids, row.Ids);
        }
    }

    [Fact]
    public void The_ceiling_copies_behind_a_separator()
    {
        using var model = TinyModel.Create();
        var rows = Rows(Evaluate(model), ReadingCondition.TextInContext);

        using var scope = NewDisposeScope();
        using var _ = no_grad();
        foreach (var row in rows)
        {
            var original = row.Original.Ids.ToArray();
            int[] context = [.. original, Eos];
            var input = model.Base.Transformer.Embed(Ids([.. context, .. original[..^1]])).unsqueeze(0);
            AssertForced(model, row, input, 0);
            Assert.Equal(Generation.Run(model.Base.Transformer, [context], new GenerationSettings { MaxNewTokens = 16, EosIds = [Eos] })[0].Ids, row.Ids);
            AssertScores(row, model);
        }
    }

    [Theory]
    [InlineData(SlotLayout.Embeddings)]
    [InlineData(SlotLayout.KeysAndValues)]
    public void Constant_slots_that_are_one_texts_own_give_that_text_its_own_scores(SlotLayout layout)
    {
        using var bare = TinyModel.Create(TinyIcae.Config with { Layout = layout });
        var texts = EvaluationTexts.Prepare(Passages, bare, Settings);
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        var constant = ConstantSlots.From(bare.Core.Encode([[.. texts.Texts[1].Ids]]), ModelReference.To(bare.Base), bare.Reference);
        using var model = new IcaeModel(bare.Core, bare.Base, "with-zero", constantSlots: constant);

        var result = RestorationEvaluator.Run(model, texts, Settings);

        var own = Rows(result, ReadingCondition.Memory)[1];
        var zero = Rows(result, ReadingCondition.ConstantSlots)[1];
        AssertClose(own.TokenLosses, zero.TokenLosses);
        Assert.Equal(own.Ids, zero.Ids);
        Assert.True(Rows(result, ReadingCondition.ConstantSlots).Select(row => string.Join(' ', row.Ids)).Distinct().Count() == 1);
        Assert.NotEqual(Rows(result, ReadingCondition.Memory)[0].TokenLosses, Rows(result, ReadingCondition.ConstantSlots)[0].TokenLosses);
    }

    [Fact]
    public void Constant_slots_begin_again_where_a_text_has_more()
    {
        using var bare = TinyModel.Create(TinyIcae.Config with { Slots = 12, TokensPerSlot = 3, Budget = SlotBudget.ByRatio });
        var texts = EvaluationTexts.Prepare(Passages, bare, Settings);
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        using var one = ConstantSlots.From(bare.Core.Encode([[5, 6, 7]]), ModelReference.To(bare.Base), bare.Reference);
        Assert.Equal(1, one.Count);
        using var model = new IcaeModel(bare.Core, bare.Base, "with-zero", constantSlots: one);

        var row = Rows(RestorationEvaluator.Run(model, texts, Settings), ReadingCondition.ConstantSlots)[0];

        var plan = SpanPlan.For(bare.Config, Settings.Tokens);
        Assert.Equal(4, plan.SlotCount);
        var repeated = new SlotBatch([plan], one.Embeddings!.repeat(4, 1), []);
        Assert.Equal(Generation.Restore(bare.Core, repeated, new GenerationSettings { MaxNewTokens = 16, EosIds = [Eos] })[0].Ids, row.Ids);
    }

    [Fact]
    public void Losses_are_of_float32_logits_whatever_the_base_computes_in()
    {
        using var transformer = Transformer.Create(TinyBase.Config, CPU, 3, ScalarType.BFloat16, ScalarType.BFloat16);
        using var model = TinyModel.On(new BaseModel(transformer, TinyBase.Tokenizer, "half"));

        var row = Rows(Evaluate(model), ReadingCondition.BaseAlone)[0];

        using var scope = NewDisposeScope();
        using var _ = no_grad();
        var input = transformer.Embed(Ids([Eos, .. row.Original.Ids.SkipLast(1)])).unsqueeze(0);
        var states = transformer.Forward(new TransformerInput { Embeddings = input }).Hidden.squeeze(0).to(ScalarType.Float32);
        var logits = states.matmul(transformer.View("lm_head.weight").to(ScalarType.Float32).t());
        var precise = logits.to(ScalarType.Float64).log_softmax(-1).gather(1, Ids(row.Original.Ids).unsqueeze(1)).neg().squeeze(1).data<double>().ToArray();
        AssertClose([.. precise.Select(value => (float)value)], row.TokenLosses, 1e-5);
    }

    [Fact]
    public void A_summary_is_the_mean_of_its_texts_and_the_zero_the_best_condition_of_each_measure()
    {
        using var model = TinyModel.Create();
        var result = Evaluate(model);

        Assert.Equal(["ordinary", "patterned", "random"], result.Kinds.Select(kind => kind.Kind));
        foreach (var kind in result.Kinds)
        {
            var texts = result.Texts.Where(text => text.Original.Kind == kind.Kind).ToLookup(text => text.Condition);
            Assert.Equal((5, 0, 55, 5L * SpanPlan.For(model.Config, 11).SlotCount), (kind.Count, kind.Skipped, kind.Tokens, kind.Slots));
            Assert.Equal(texts[ReadingCondition.Memory].Sum(text => text.Original.Text.EnumerateRunes().Count()), kind.Characters);
            foreach (var measure in Enum.GetValues<RestorationMeasure>())
            {
                double Mean(ReadingCondition condition) => texts[condition].Average(text => text.Value(measure));
                Assert.Equal(Mean(ReadingCondition.Memory), kind.Memory[measure], 9);
                Assert.Equal(Mean(ReadingCondition.TextInContext), kind.Ceiling[measure], 9);
                double[] zeros = [Mean(ReadingCondition.TaskToken), Mean(ReadingCondition.BaseAlone)];
                Assert.Equal(measure == RestorationMeasure.Loss ? zeros.Min() : zeros.Max(), kind.Zero[measure], 9);
            }
        }
    }

    [Fact]
    public void Intervals_resample_books_then_chapters()
    {
        using var model = TinyModel.Create();
        var result = Evaluate(model);

        var values = Rows(result, ReadingCondition.Memory).Where(text => text.Original.Kind == "ordinary").Select(text => text.Loss).ToArray();
        var expected = new Bootstrap(Settings.Seed, Settings.Resamples).Mean(values, ["a", "a", "a", "b", "b"], ["0", "1", "2", "3", "4"]);
        Assert.Equal(expected, result.Kinds[0].Memory.Values[RestorationMeasure.Loss].Interval);
        Assert.Equal(2, expected.Units);

        var alone = Evaluate(model, [.. Passages.Select(passage => passage with { Book = null, Chapter = null })]);
        Assert.Equal(5, alone.Kinds[0].Memory.Values[RestorationMeasure.Loss].Interval.Units);
    }

    [Fact]
    public void A_text_without_error_scores_one_and_a_wrong_one_by_hand()
    {
        // Of 4 tokens the third is wrong: 3 of 4 tokens, 1 of 3 pairs, 0 of 2 triples and 0 of 1 quadruple match; the zeros count 1/2 and 1/4.
        var expected = Math.Pow(3.0 / 4 * (1.0 / 3) * (0.5 / 2) * 0.25, 0.25);
        Assert.Equal(expected, TokenBleu.Sentence([5, 6, 9, 8], [5, 6, 7, 8]), 12);

        var text = new EvaluationText("1", "ordinary", [5, 6, 7, 8], "abcd", null, null);
        var row = new RestoredText(text, ReadingCondition.Memory, [5, 6, 9, 8], "abxd", GenerationEnd.Length, expected, 0, 0.75, 0.5, [1, 2, 3, 6], [true, false, true, true]);
        Assert.Equal((0.75, 3.0, 0.5), (row.Accuracy, row.Loss, row.Value(RestorationMeasure.Prefix)));
    }

    [Fact]
    public void The_size_of_a_batch_changes_nothing_that_counts()
    {
        using var model = TinyModel.Create();
        var (one, many) = (Evaluate(model, settings: Settings with { BatchSize = 1 }), Evaluate(model, settings: Settings with { BatchSize = 7 }));

        foreach (var (first, second) in one.Texts.Zip(many.Texts))
        {
            Assert.Equal(first.Ids, second.Ids);
            AssertClose(first.TokenLosses, second.TokenLosses);
        }
    }

    [Fact]
    public void The_json_has_the_asked_form_and_the_same_seed_the_same_numbers()
    {
        using var model = TinyModel.Create();
        Passage[] passages = [.. Passages, new() { Id = "short", Kind = "story", Ids = [4] }];
        var json = RestorationJson.ToJson(Evaluate(model, passages));

        Assert.Equal(json.ToJsonString(), RestorationJson.ToJson(Evaluate(model, passages)).ToJsonString());
        Assert.Equal(["model", "base_kind", "settings", "kinds"], Keys(json));
        Assert.Equal(("tiny-4x", "copying"), ((string)json["model"]!, (string)json["base_kind"]!));
        string[] measures = ["bleu_ids", "bleu_words", "accuracy", "loss", "accuracy_free", "prefix"];
        var kinds = json["kinds"]!.AsArray();
        Assert.Equal(["ordinary", "story", "patterned", "random"], kinds.Select(kind => (string)kind!["kind"]!));
        foreach (var kind in kinds.Select(kind => kind!.AsObject()))
        {
            Assert.Equal(["kind", "n", "skipped", "tokens", "characters", "slots", .. measures, "intervals", "zero", "ceiling"], Keys(kind));
            Assert.Equal([.. measures, "intervals", "from"], Keys(kind["zero"]!.AsObject()));
            Assert.Equal([.. measures, "intervals"], Keys(kind["ceiling"]!.AsObject()));
        }

        Assert.Equal(measures, Keys(kinds[0]!["intervals"]!.AsObject()));
        Assert.True((double)kinds[0]!["intervals"]!["loss"]![0]! <= (double)kinds[0]!["intervals"]!["loss"]![1]!);
        Assert.Contains((string)kinds[0]!["zero"]!["from"]!["loss"]!, (string[])["task_token", "base_alone"]);
        Assert.Equal((0, 1, null), ((int)kinds[1]!["n"]!, (int)kinds[1]!["skipped"]!, kinds[1]!["loss"]));
        Assert.Empty(kinds[1]!["intervals"]!.AsObject());
    }

    [Fact]
    public void Progress_goes_up_to_the_end_and_a_stop_stops()
    {
        using var model = TinyModel.Create();
        var texts = EvaluationTexts.Prepare(Passages, model, Settings);
        var seen = new Recorder();
        RestorationEvaluator.Run(model, texts, Settings with { BatchSize = 8 }, seen);

        Assert.Equal(Enumerable.Range(0, 9), seen.Seen.Select(progress => progress.Done));
        Assert.All(seen.Seen, progress => Assert.Equal(8, progress.Total));
        using var source = new CancellationTokenSource();
        var stopping = new Recorder { OnReport = progress => Cancel(progress.Done) };
        Assert.Throws<OperationCanceledException>(() => RestorationEvaluator.Run(model, texts, Settings with { BatchSize = 8 }, stopping, source.Token));
        Assert.Equal(4, stopping.Seen.Count);

        void Cancel(int done)
        {
            if (done == 3)
                source.Cancel();
        }
    }

    [Fact]
    public void No_tensor_is_left_behind()
    {
        using var model = TinyModel.Create();
        var texts = EvaluationTexts.Prepare(Passages, model, Settings);
        RestorationEvaluator.Run(model, texts, Settings);
        var before = DisposeScopeManager.Statistics.ThreadTotalLiveCount;
        RestorationEvaluator.Run(model, texts, Settings);
        Assert.Equal(before, DisposeScopeManager.Statistics.ThreadTotalLiveCount);
    }

    [Fact]
    public void Texts_that_do_not_fit_are_refused()
    {
        using var model = TinyModel.Create(TinyIcae.Config with { Positions = MemoryPositions.Spread, TextOffset = 8 });
        var texts = EvaluationTexts.Prepare(Passages, model, Settings);
        Assert.Contains("too long", Assert.Throws<ConfigurationException>(() => RestorationEvaluator.Run(model, texts, Settings)).Message, StringComparison.Ordinal);
        Assert.Contains("11 ids", Assert.Throws<ArgumentException>(() => RestorationEvaluator.Run(model, texts, Settings with { Tokens = 5 })).Message, StringComparison.Ordinal);
    }

    private static RestorationResult Evaluate(IcaeModel model, Passage[]? passages = null, RestorationSettings? settings = null) =>
        RestorationEvaluator.Run(model, EvaluationTexts.Prepare(passages ?? Passages, model, settings ?? Settings), settings ?? Settings);

    private static RestoredText[] Rows(RestorationResult result, ReadingCondition condition) => [.. result.Texts.Where(text => text.Condition == condition)];

    private static IEnumerable<string> Keys(JsonObject json) => json.Select(entry => entry.Key);

    private static Tensor Ids(IEnumerable<int> ids) => tensor(ids.Select(id => (long)id).ToArray(), dtype: ScalarType.Int64, device: CPU);

    /// <summary>Compares a row with one text's states, computed from embeddings whose last N rows predict.</summary>
    private static void AssertForced(IcaeModel model, RestoredText row, Tensor embeddings, int firstPosition)
    {
        var transformer = model.Base.Transformer;
        var length = embeddings.shape[1];
        var states = transformer.Forward(new TransformerInput
        {
            Embeddings = embeddings,
            Positions = arange(firstPosition, firstPosition + length, dtype: ScalarType.Int64, device: CPU),
        }).Hidden.squeeze(0);
        var labels = Ids(row.Original.Ids);
        var logits = transformer.Logits(states.narrow(0, length - labels.shape[0], labels.shape[0]));
        AssertClose(F.cross_entropy(logits, labels, reduction: nn.Reduction.None).data<float>().ToArray(), row.TokenLosses);
        Assert.Equal(logits.argmax(-1).eq(labels).data<bool>().ToArray(), row.TokenCorrect);
    }

    private static void AssertScores(RestoredText row, IcaeModel model)
    {
        Assert.Equal(TokenBleu.Sentence(row.Ids, row.Original.Ids), row.BleuIds);
        Assert.Equal(SacreBleu.Sentence(model.Decode(row.Ids), model.Decode(row.Original.Ids)), row.BleuWords);
        var right = row.Original.Ids.Where((id, i) => i < row.Ids.Count && row.Ids[i] == id).Count();
        Assert.Equal((double)right / row.Original.Ids.Count, row.AccuracyFree, 12);
        var prefix = row.Original.Ids.TakeWhile((id, i) => i < row.Ids.Count && row.Ids[i] == id).Count();
        Assert.Equal((double)prefix / row.Original.Ids.Count, row.Prefix, 12);
    }

    private static void AssertClose(IReadOnlyList<float> expected, IReadOnlyList<float> actual, double tolerance = 2e-4)
    {
        Assert.Equal(expected.Count, actual.Count);
        for (var i = 0; i < expected.Count; i++)
            Assert.True(Math.Abs(expected[i] - actual[i]) <= tolerance, $"token {i}: {actual[i]}, not {expected[i]}.");
    }

    private sealed class Recorder : IProgress<RestorationProgress>
    {
        public List<RestorationProgress> Seen { get; } = [];

        public Action<RestorationProgress>? OnReport { get; set; }

        public void Report(RestorationProgress value)
        {
            Seen.Add(value);
            OnReport?.Invoke(value);
        }
    }
}
